//! Peppol participant identifiers: an electronic address scheme, a colon, and a value.

use en16931::codes::generated::PEPPOL_EAS_SCHEMES;
use en16931::codes::guard;

use super::{RoutingError, digits, leitweg_id, siren, siret, vat_id};

/// Longest value the participant identifier scheme allows (Peppol "Policy for use of identifiers"
/// 4.4.0, policy 1).
const LONGEST: usize = 50;

/// Checks a participant identifier such as `0204:01-MASTODONTEST-37` and returns scheme and value,
/// which are BT-49-1 and BT-49 of a document.
///
/// The scheme must be in Peppol's list of electronic address schemes (rule PEPPOL-EN16931-CL008,
/// a subset of the CEF EAS list); the value is checked where its scheme defines a check: GLN 0088,
/// SIRENE 0002, SIRET 0009, Leitweg-ID 0204, Belgian enterprise number 0208, and the VAT numbers
/// of Germany 9930, France 9957 and Belgium 9925. Whether the participant is registered is known
/// only to the network's lookup service.
///
/// # Errors
/// [`RoutingError::PeppolSyntax`], [`RoutingError::PeppolScheme`], [`RoutingError::PeppolValue`].
pub fn peppol_participant(value: &str) -> Result<(&str, &str), RoutingError> {
    let syntax = || RoutingError::PeppolSyntax {
        value: value.to_owned(),
    };
    let (scheme, id) = value.split_once(':').ok_or_else(syntax)?;
    if id.is_empty() || id.len() > LONGEST || !id.chars().all(|c| c.is_ascii_graphic()) {
        return Err(syntax());
    }
    if !en16931::codes::contains(PEPPOL_EAS_SCHEMES, scheme) {
        let hint = guard::EAS.advice(scheme);
        return Err(RoutingError::PeppolScheme {
            scheme: scheme.to_owned(),
            hint,
        });
    }
    match problem(scheme, id) {
        None => Ok((scheme, id)),
        Some(expected) => Err(RoutingError::PeppolValue {
            scheme: scheme.to_owned(),
            value: id.to_owned(),
            expected,
        }),
    }
}

/// What the scheme expects and the value does not satisfy, if anything.
fn problem(scheme: &str, id: &str) -> Option<&'static str> {
    let prefixed = |prefix: &str| id.starts_with(prefix) && vat_id(id).is_ok();
    let (right, expected) = match scheme {
        "0002" => (siren(id).is_ok() || siret(id).is_ok(), "a SIREN or SIRET"),
        "0009" => (siret(id).is_ok(), "a SIRET with its check digit"),
        "0088" => (
            guard::eas_value("0088", id).is_ok(),
            "a 13-digit GLN with its check digit",
        ),
        "0204" => (leitweg_id(id).is_ok(), "a Leitweg-ID with its check digits"),
        "0208" => (
            enterprise_number(id),
            "a 10-digit Belgian enterprise number",
        ),
        "9925" => (prefixed("BE"), "a Belgian VAT id"),
        "9930" => (prefixed("DE"), "a German VAT id"),
        "9957" => (prefixed("FR"), "a French VAT id"),
        _ => (true, ""),
    };
    (!right).then_some(expected)
}

/// The enterprise number of the Belgian register is the VAT id without its prefix.
fn enterprise_number(id: &str) -> bool {
    digits(id).is_some() && vat_id(&format!("BE{id}")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_and_value_are_returned_apart() {
        let id = peppol_participant("0204:01-MASTODONTEST-37").unwrap();
        assert_eq!(id, ("0204", "01-MASTODONTEST-37"));
        for good in [
            "0088:4012345000009",
            "0208:0428759497",
            "0009:73282932000074",
            "9930:DE136695976",
            "0192:991825827",
        ] {
            assert!(peppol_participant(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_withdrawn_scheme_names_its_successor() {
        let error = peppol_participant("9958:01-MASTODONTEST-37").unwrap_err();
        assert_eq!(error.code(), "routing.peppol-scheme");
        assert!(error.to_string().contains("0204"), "{error}");
    }

    #[test]
    fn e_mail_is_an_en16931_scheme_but_not_a_peppol_one() {
        let error = peppol_participant("EM:invoice@example.org").unwrap_err();
        assert_eq!(error.code(), "routing.peppol-scheme");
    }

    #[test]
    fn a_value_must_fit_its_scheme() {
        for bad in [
            "0088:4012345000008",
            "0208:0428759498",
            "9930:FR44732829320",
            "0204:01-X-00",
        ] {
            assert_eq!(
                peppol_participant(bad).unwrap_err().code(),
                "routing.peppol-value",
                "{bad}"
            );
        }
    }

    #[test]
    fn a_bare_value_has_no_scheme() {
        for bad in ["", "DE136695976", "0204:", "0192:with space"] {
            assert_eq!(
                peppol_participant(bad).unwrap_err().code(),
                "routing.peppol-syntax",
                "{bad}"
            );
        }
    }
}
