//! Identifiers that decide where a document or a payment goes, checked before anything is issued.
//!
//! The official e-invoice rules look at the *place* of an identifier, hardly ever at its check
//! digits: a mistyped Leitweg-ID passes every schematron and is lost in the receiver's post room.
//! So each check here is arithmetic on the identifier itself, names what is wrong, and cites the
//! rule it comes from. Nothing here asks a directory: a number may be well formed and not assigned.

mod bank;
mod leitweg;
mod peppol;
mod siret;
mod vat_id;

pub use bank::{bic, creditor_id, iban, rf_reference};
pub use leitweg::leitweg_id;
pub use peppol::peppol_participant;
pub use siret::{siren, siret};
pub use vat_id::{VatIdCheck, vat_id};

/// Why an identifier cannot route anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoutingError {
    /// The value does not have the shape of a Leitweg-ID.
    #[error("{value:?} is not a Leitweg-ID: {expected}")]
    LeitwegSyntax {
        /// What was given.
        value: String,
        /// What is expected.
        expected: &'static str,
    },
    /// The last two digits of a Leitweg-ID do not belong to the rest.
    #[error("Leitweg-ID {value:?} ends in the wrong check digits: {expected} expected")]
    LeitwegCheckDigits {
        /// What was given.
        value: String,
        /// What is expected.
        expected: String,
    },
    /// Not 14 digits.
    #[error("{value:?} is not a SIRET: 14 digits expected")]
    SiretSyntax {
        /// What was given.
        value: String,
    },
    /// The check digit of a SIRET is wrong.
    #[error("SIRET {value:?} has a wrong check digit")]
    SiretCheckDigit {
        /// What was given.
        value: String,
    },
    /// Not 9 digits.
    #[error("{value:?} is not a SIREN: 9 digits expected")]
    SirenSyntax {
        /// What was given.
        value: String,
    },
    /// The check digit of a SIREN is wrong.
    #[error("SIREN {value:?} has a wrong check digit")]
    SirenCheckDigit {
        /// What was given.
        value: String,
    },
    /// A participant identifier without the `scheme:value` form.
    #[error("{value:?} is not a Peppol participant identifier: expected scheme:value")]
    PeppolSyntax {
        /// What was given.
        value: String,
    },
    /// The scheme is not in the list of electronic address schemes Peppol accepts.
    #[error(
        "electronic address scheme {scheme:?} is not in the Peppol list{}",
        advice(hint)
    )]
    PeppolScheme {
        /// Scheme code.
        scheme: String,
        /// What to use instead, where the list says so.
        hint: Option<String>,
    },
    /// The value does not fit its scheme.
    #[error("{value:?} is not valid under electronic address scheme {scheme}: {expected}")]
    PeppolValue {
        /// Scheme code.
        scheme: String,
        /// What was given.
        value: String,
        /// What is expected.
        expected: &'static str,
    },
    /// The first two letters are no member state that issues VAT identification numbers.
    #[error("{value:?} does not begin with the VAT prefix of an EU member state")]
    VatIdPrefix {
        /// What was given.
        value: String,
    },
    /// The value does not have the shape its member state uses.
    #[error("{value:?} is not a VAT id of {prefix}: expected {expected}")]
    VatIdSyntax {
        /// What was given.
        value: String,
        /// Prefix of the member state.
        prefix: String,
        /// What is expected.
        expected: &'static str,
    },
    /// The check digits do not belong to the rest.
    #[error("VAT id {value:?} has wrong check digits")]
    VatIdCheckDigits {
        /// What was given.
        value: String,
    },
    /// Not an IBAN.
    #[error("{value:?} is not an IBAN: {reason}")]
    Iban {
        /// What was given.
        value: String,
        /// What the check found.
        reason: sepa::iban::IbanError,
    },
    /// Not a BIC.
    #[error("{value:?} is not a BIC: {reason}")]
    Bic {
        /// What was given.
        value: String,
        /// What the check found.
        reason: sepa::bic::BicError,
    },
    /// Not a SEPA creditor identifier.
    #[error("{value:?} is not a SEPA creditor identifier: {reason}")]
    CreditorId {
        /// What was given.
        value: String,
        /// What the check found.
        reason: sepa::creditor_id::CreditorIdError,
    },
    /// No creditor reference can be made of this document number.
    #[error("no RF creditor reference can be made of {number:?}: 1 to 21 letters or digits needed")]
    Reference {
        /// Number of the document.
        number: String,
    },
}

impl RoutingError {
    /// The stable code of this error, as listed in `docs/ERRORS.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LeitwegSyntax { .. } => "routing.leitweg-syntax",
            Self::LeitwegCheckDigits { .. } => "routing.leitweg-check-digits",
            Self::SiretSyntax { .. } => "routing.siret-syntax",
            Self::SiretCheckDigit { .. } => "routing.siret-check-digit",
            Self::SirenSyntax { .. } => "routing.siren-syntax",
            Self::SirenCheckDigit { .. } => "routing.siren-check-digit",
            Self::PeppolSyntax { .. } => "routing.peppol-syntax",
            Self::PeppolScheme { .. } => "routing.peppol-scheme",
            Self::PeppolValue { .. } => "routing.peppol-value",
            Self::VatIdPrefix { .. } => "routing.vat-id-prefix",
            Self::VatIdSyntax { .. } => "routing.vat-id-syntax",
            Self::VatIdCheckDigits { .. } => "routing.vat-id-check-digits",
            Self::Iban { .. } => "routing.iban",
            Self::Bic { .. } => "routing.bic",
            Self::CreditorId { .. } => "routing.creditor-id",
            Self::Reference { .. } => "routing.reference",
        }
    }
}

/// A hint as a clause to append, or nothing.
fn advice(hint: &Option<String>) -> String {
    hint.as_ref().map(|h| format!(" ({h})")).unwrap_or_default()
}

/// The digits of a text that holds nothing but ASCII digits.
fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

/// Remainder modulo 97 of the number written by `text`, letters counting as 10 to 35
/// (ISO/IEC 7064 MOD 97-10 with the letter expansion that IBAN, RF and the Leitweg-ID share).
///
/// `None` when a character is neither digit nor ASCII letter.
fn mod97(text: &str) -> Option<u32> {
    text.chars().try_fold(0_u32, |rest, c| {
        let value = c.to_digit(36)?;
        let shift: u32 = if value < 10 { 10 } else { 100 };
        // The remainder stays below 97, so the intermediate value stays below 9,736.
        rest.checked_mul(shift)?.checked_add(value)?.checked_rem(97)
    })
}

/// The Luhn sum (ISO/IEC 7812-1 annex B): every second digit from the right counts double, and a
/// product above 9 counts by its digit sum.
fn luhn_sum(digits: &[u32]) -> u32 {
    let value = |(place, digit): (usize, &u32)| {
        let doubled = digit.saturating_mul(2);
        match place % 2 {
            0 => *digit,
            _ if doubled > 9 => doubled.saturating_sub(9),
            _ => doubled,
        }
    };
    digits
        .iter()
        .rev()
        .enumerate()
        .map(value)
        .fold(0, u32::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mod97_expands_letters_as_two_digits() {
        // ISO 11649 annex B: 2348231 with RF00 moved behind leaves 27.
        assert_eq!(mod97("2348231RF00"), Some(27));
        assert_eq!(mod97("1-2"), None);
    }

    #[test]
    fn luhn_doubles_every_second_digit_from_the_right() {
        assert_eq!(luhn_sum(&[7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 3]), 70);
    }

    #[test]
    fn every_error_has_its_own_code() {
        let value = || "x".to_owned();
        let errors = [
            RoutingError::LeitwegSyntax {
                value: value(),
                expected: "",
            },
            RoutingError::LeitwegCheckDigits {
                value: value(),
                expected: value(),
            },
            RoutingError::SiretSyntax { value: value() },
            RoutingError::SiretCheckDigit { value: value() },
            RoutingError::SirenSyntax { value: value() },
            RoutingError::SirenCheckDigit { value: value() },
            RoutingError::PeppolSyntax { value: value() },
            RoutingError::PeppolScheme {
                scheme: value(),
                hint: None,
            },
            RoutingError::PeppolValue {
                scheme: value(),
                value: value(),
                expected: "",
            },
            RoutingError::VatIdPrefix { value: value() },
            RoutingError::VatIdSyntax {
                value: value(),
                prefix: value(),
                expected: "",
            },
            RoutingError::VatIdCheckDigits { value: value() },
            RoutingError::Reference { number: value() },
        ];
        let codes: std::collections::BTreeSet<_> = errors.iter().map(RoutingError::code).collect();
        assert_eq!(codes.len(), errors.len());
    }
}
