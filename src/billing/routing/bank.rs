//! Bank identifiers, and the structured reference a payer puts on the transfer.
//!
//! The arithmetic is the `sepa` crate's (ISO 13616 with the national account structures, ISO 9362,
//! EPC262-08, ISO 11649); this file gives it our errors and codes.

use super::RoutingError;

/// Checks an IBAN and returns it in electronic form (upper case, no spaces).
///
/// Length, national structure and MOD 97-10 check digits, after ISO 13616-1 and the SWIFT registry.
///
/// # Errors
/// [`RoutingError::Iban`] with the reason.
pub fn iban(value: &str) -> Result<String, RoutingError> {
    sepa::validate_iban(value)
        .map(|iban| iban.as_str().to_owned())
        .map_err(|reason| RoutingError::Iban {
            value: value.to_owned(),
            reason,
        })
}

/// Checks the syntax and country of a BIC and returns it in upper case (ISO 9362:2022).
///
/// # Errors
/// [`RoutingError::Bic`] with the reason.
pub fn bic(value: &str) -> Result<String, RoutingError> {
    sepa::bic::validate_bic(value)
        .map(|bic| bic.as_str().to_owned())
        .map_err(|reason| RoutingError::Bic {
            value: value.to_owned(),
            reason,
        })
}

/// Checks a SEPA creditor identifier (BT-90) and returns it in electronic form (EPC262-08).
///
/// # Errors
/// [`RoutingError::CreditorId`] with the reason.
pub fn creditor_id(value: &str) -> Result<String, RoutingError> {
    sepa::creditor_id::validate_creditor_id(value)
        .map(|id| id.as_str().to_owned())
        .map_err(|reason| RoutingError::CreditorId {
            value: value.to_owned(),
            reason,
        })
}

/// The ISO 11649 creditor reference of a document number: `RE-2026-00001` gives `RF25RE202600001`.
///
/// Separators are dropped and letters raised, then `RF` and two MOD 97-10 check digits go in front.
/// Two numbers that differ only in separators share a reference; a number series must not rely on
/// separators to tell its documents apart.
///
/// # Errors
/// [`RoutingError::Reference`] when nothing or more than 21 characters remain.
pub fn rf_reference(number: &str) -> Result<String, RoutingError> {
    sepa::reference::RfReference::generate(number)
        .map(|reference| reference.as_str().to_owned())
        .map_err(|_| RoutingError::Reference {
            number: number.to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_is_returned_without_spaces() {
        assert_eq!(
            iban("de89 3704 0044 0532 0130 00").unwrap(),
            "DE89370400440532013000"
        );
        assert_eq!(
            iban("DE89370400440532013001").unwrap_err().code(),
            "routing.iban"
        );
    }

    #[test]
    fn a_bic_of_no_country_is_refused() {
        assert_eq!(bic("COBADEFFXXX").unwrap(), "COBADEFFXXX");
        assert_eq!(bic("COBAZZFF").unwrap_err().code(), "routing.bic");
    }

    #[test]
    fn a_creditor_id_carries_check_digits() {
        assert!(creditor_id("DE98ZZZ09999999999").is_ok());
        assert_eq!(
            creditor_id("DE99ZZZ09999999999").unwrap_err().code(),
            "routing.creditor-id"
        );
    }

    #[test]
    fn the_reference_follows_from_the_number() {
        assert_eq!(rf_reference("RE-2026-00001").unwrap(), "RF25RE202600001");
        assert_eq!(rf_reference("RE202600042").unwrap(), "RF82RE202600042");
        assert_eq!(rf_reference("--").unwrap_err().code(), "routing.reference");
        assert!(rf_reference(&"1".repeat(22)).is_err());
    }
}
