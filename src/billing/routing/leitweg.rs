//! The Leitweg-ID: the address of a German public buyer's invoice desk (BT-10 of an XRechnung).

use super::{RoutingError, mod97};

/// Checks form and check digits of a Leitweg-ID such as `04011000-12345-03`.
///
/// Form: 2 to 12 digits (the coarse address, from the regional key), optionally up to 30 letters
/// or digits (the fine address), two check digits, separated by hyphens. The check digits follow
/// ISO/IEC 7064 MOD 97-10 over both addresses with letters counted as 10 to 35.
///
/// Source: KoSIT, "Leitweg-ID Format-Spezifikation" 2.0.2, sections 2 and 3,
/// <https://leitweg-id.de/>. Lower-case letters are refused: the specification knows none, and
/// Peppol compares addresses of scheme 0204 by their upper-case form.
///
/// # Errors
/// [`RoutingError::LeitwegSyntax`] and [`RoutingError::LeitwegCheckDigits`].
pub fn leitweg_id(value: &str) -> Result<(), RoutingError> {
    let syntax = |expected| RoutingError::LeitwegSyntax {
        value: value.to_owned(),
        expected,
    };
    let parts: Vec<&str> = value.split('-').collect();
    let (coarse, fine, check) = match parts.as_slice() {
        [coarse, check] => (*coarse, None, *check),
        [coarse, fine, check] => (*coarse, Some(*fine), *check),
        _ => return Err(syntax("two or three parts joined by hyphens expected")),
    };
    let numeric = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if !(2..=12).contains(&coarse.len()) || !numeric(coarse) {
        return Err(syntax("the first part has 2 to 12 digits"));
    }
    let upper = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    if fine.is_some_and(|f| f.is_empty() || f.len() > 30 || !f.chars().all(upper)) {
        return Err(syntax(
            "the middle part has 1 to 30 digits or upper-case letters",
        ));
    }
    if check.len() != 2 || !numeric(check) {
        return Err(syntax("the last part has two digits"));
    }
    let body = format!("{coarse}{}", fine.unwrap_or_default());
    let rest = mod97(&format!("{body}00")).ok_or_else(|| syntax("digits and letters only"))?;
    let expected = format!("{:02}", 98_u32.saturating_sub(rest));
    if expected != check {
        return Err(RoutingError::LeitwegCheckDigits {
            value: value.to_owned(),
            expected,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_test_addresses_pass() {
        for id in [
            "04011000-1234512345-06",
            "04011000-900X999-08",
            "992-90009-96",
        ] {
            assert_eq!(leitweg_id(id), Ok(()), "{id}");
        }
        assert_eq!(leitweg_id("01-MASTODONTEST-37"), Ok(()));
        assert_eq!(leitweg_id("09564000-NUE0001-49"), Ok(()));
    }

    #[test]
    fn a_wrong_check_digit_names_the_right_one() {
        let error = leitweg_id("01-MASTODONTEST-38").unwrap_err();
        assert_eq!(error.code(), "routing.leitweg-check-digits");
        assert!(error.to_string().contains("37"), "{error}");
    }

    #[test]
    fn swapped_neighbours_are_caught() {
        let error = leitweg_id("04011000-1234521345-06").unwrap_err();
        assert_eq!(error.code(), "routing.leitweg-check-digits");
    }

    #[test]
    fn malformed_addresses_say_which_part_is_wrong() {
        let cases = [
            "",
            "04011000",
            "1-A-37",
            "01-A-B-37",
            "01--37",
            "01-mastodontest-37",
            "01-A-7",
        ];
        for id in cases {
            assert_eq!(
                leitweg_id(id).unwrap_err().code(),
                "routing.leitweg-syntax",
                "{id}"
            );
        }
        assert!(leitweg_id(&format!("01-{}-37", "A".repeat(31))).is_err());
    }
}
