//! QR codes: the credit transfer for a banking app, and the address of the derivation.
//!
//! The payload of the first is fixed by the European Payments Council, EPC069-12 version 3.1
//! ("Quick Response Code: Guidelines to enable data capture for the initiation of a SEPA credit
//! transfer"), payload version 002, error correction level M, at most 331 bytes and QR version 13.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};
use serde::{Deserialize, Serialize};

use crate::billing::{Currency, Money};

/// Why a code cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// The text does not fit the largest code allowed here.
    #[error("{bytes} bytes do not fit a QR code of version {version}")]
    TooLong {
        /// Length of the text.
        bytes: usize,
        /// Largest version allowed.
        version: u8,
    },
    /// EPC069-12 takes euro from 0.01 to 999 999 999.99.
    #[error("{amount} cannot be asked for by an EPC code")]
    Amount {
        /// What was asked.
        amount: Money,
    },
    /// The payee's name is empty or has more than 70 characters.
    #[error("the payee's name {name:?} does not have 1 to 70 characters")]
    PayeeName {
        /// What was given.
        name: String,
    },
    /// No valid IBAN by ISO 13616.
    #[error("{iban:?} is not a valid IBAN: {cause}")]
    Iban {
        /// What was given.
        iban: String,
        /// What the check found.
        cause: String,
    },
}

impl CodeError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "document.code-too-long",
            Self::Amount { .. } => "document.code-amount",
            Self::PayeeName { .. } => "document.payee-name",
            Self::Iban { .. } => "document.iban",
        }
    }
}

/// A QR code as a drawing; the quiet zone is part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Modules on a side, quiet zone included.
    pub size: u32,
    /// Modules of quiet zone on each side.
    pub quiet: u32,
    /// SVG, one unit a module.
    pub svg: String,
}

/// Modules of quiet zone that ISO/IEC 18004 asks for.
const QUIET_ZONE: u32 = 4;
/// The derivation code is small; half the zone stands inside, white paper gives the rest.
const QUIET_ZONE_SMALL: u32 = 2;

impl Code {
    /// An EPC code: level M, at most version 13.
    ///
    /// # Errors
    /// [`CodeError::TooLong`].
    pub fn epc(payload: &str) -> Result<Self, CodeError> {
        Self::draw(payload.as_bytes(), Version::new(13), QUIET_ZONE)
    }

    /// A small code for a web address.
    ///
    /// # Errors
    /// [`CodeError::TooLong`].
    pub fn address(url: &str) -> Result<Self, CodeError> {
        Self::draw(url.as_bytes(), Version::new(6), QUIET_ZONE_SMALL)
    }

    /// A code for a screen: up to the size that a phone still reads from one.
    ///
    /// # Errors
    /// [`CodeError::TooLong`].
    pub fn screen(text: &str) -> Result<Self, CodeError> {
        Self::draw(text.as_bytes(), Version::new(13), QUIET_ZONE)
    }

    fn draw(bytes: &[u8], largest: Version, quiet: u32) -> Result<Self, CodeError> {
        let segments = [QrSegment::make_bytes(bytes)];
        let (level, smallest) = (QrCodeEcc::Medium, Version::MIN);
        let code =
            QrCode::encode_segments_advanced(&segments, level, smallest, largest, None, false)
                .map_err(|_| CodeError::TooLong {
                    bytes: bytes.len(),
                    version: largest.value(),
                })?;
        Ok(Self::from_modules(&code, quiet))
    }

    /// Each run of dark modules in a row is one stroke: the drawing stays small and exact.
    fn from_modules(code: &QrCode, quiet: u32) -> Self {
        let side = code.size();
        let size = side.unsigned_abs() + 2 * quiet;
        let mut path = String::new();
        for y in 0..side {
            let mut x = 0;
            while x < side {
                let length = (x..side).take_while(|&x| code.get_module(x, y)).count();
                if length > 0 {
                    let (left, top) = (x.unsigned_abs() + quiet, y.unsigned_abs() + quiet);
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
                }
                x += i32::try_from(length).unwrap_or(side) + 1;
            }
        }
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\">\
             <path d=\"{path}\"/></svg>"
        );
        Self { size, quiet, svg }
    }
}

/// What a credit transfer needs.
#[derive(Debug, Clone, Copy)]
pub struct Transfer<'a> {
    /// Account holder exactly as the bank has it.
    pub payee: &'a str,
    /// IBAN, with or without spaces.
    pub iban: &'a str,
    /// BIC; EPC069-12 version 002 allows it to be empty inside the EEA.
    pub bic: &'a str,
    /// What is to be paid.
    pub amount: Money,
    /// Creditor reference by ISO 11649.
    pub reference: &'a str,
}

/// The payload of EPC069-12, version 002, UTF-8, lines ended by LF, no empty line at the end.
///
/// # Errors
/// [`CodeError::Amount`], [`CodeError::PayeeName`], [`CodeError::Iban`].
pub fn epc_payload(transfer: Transfer<'_>) -> Result<String, CodeError> {
    let Transfer {
        payee,
        iban,
        bic,
        amount,
        reference,
    } = transfer;
    let cents = amount.minor();
    if amount.currency() != Currency::EUR || !(1..=99_999_999_999).contains(&cents) {
        return Err(CodeError::Amount { amount });
    }
    if payee.is_empty() || payee.chars().count() > 70 || payee.contains(['\n', '\r']) {
        return Err(CodeError::PayeeName {
            name: payee.to_owned(),
        });
    }
    let checked = sepa::iban::validate_iban(iban).map_err(|cause| CodeError::Iban {
        iban: iban.to_owned(),
        cause: cause.to_string(),
    })?;
    let lines = [
        "BCD",
        "002",
        "1",
        "SCT",
        bic,
        payee,
        checked.as_str(),
        &format!("EUR{}", amount.amount()),
        "",
        reference,
    ];
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRANSFER: Transfer<'static> = Transfer {
        payee: "Herdbook Beispiel gGmbH",
        iban: "DE02 1203 0000 0000 2020 51",
        bic: "BYLADEM1001",
        amount: Money::new(71_570, Currency::EUR),
        reference: "RF13RE202600023",
    };

    #[test]
    fn the_payload_has_the_ten_lines_of_the_guideline() {
        assert_eq!(
            epc_payload(TRANSFER).unwrap(),
            "BCD\n002\n1\nSCT\nBYLADEM1001\nHerdbook Beispiel gGmbH\nDE02120300000000202051\n\
             EUR715.70\n\nRF13RE202600023"
        );
    }

    #[test]
    fn only_euro_amounts_within_the_guideline_are_asked_for() {
        for amount in [
            Money::new(0, Currency::EUR),
            Money::new(-1, Currency::EUR),
            Money::new(100_000_000_000, Currency::EUR),
            Money::new(100, Currency::USD),
        ] {
            let refused = epc_payload(Transfer { amount, ..TRANSFER });
            assert_eq!(refused, Err(CodeError::Amount { amount }));
        }
        let largest = Money::new(99_999_999_999, Currency::EUR);
        assert!(
            epc_payload(Transfer {
                amount: largest,
                ..TRANSFER
            })
            .is_ok()
        );
    }

    #[test]
    fn a_wrong_iban_or_an_overlong_payee_is_refused() {
        let wrong = epc_payload(Transfer {
            iban: "DE02120300000000202052",
            ..TRANSFER
        });
        assert_eq!(wrong.unwrap_err().code(), "document.iban");
        let long = "x".repeat(71);
        let wrong = epc_payload(Transfer {
            payee: &long,
            ..TRANSFER
        });
        assert_eq!(wrong.unwrap_err().code(), "document.payee-name");
    }

    #[test]
    fn the_drawing_is_the_code_module_by_module() {
        let payload = epc_payload(TRANSFER).unwrap();
        let code = Code::epc(&payload).unwrap();
        let again = QrCode::encode_segments_advanced(
            &[QrSegment::make_bytes(payload.as_bytes())],
            QrCodeEcc::Medium,
            Version::MIN,
            Version::new(13),
            None,
            false,
        )
        .unwrap();
        assert_eq!(code.size, again.size().unsigned_abs() + 8);
        let dark: usize = code
            .svg
            .split('M')
            .skip(1)
            .map(|run| {
                run.split(['h', 'v'])
                    .nth(1)
                    .unwrap()
                    .parse::<usize>()
                    .unwrap()
            })
            .sum();
        let expected = (0..again.size())
            .flat_map(|y| (0..again.size()).map(move |x| (x, y)))
            .filter(|&(x, y)| again.get_module(x, y))
            .count();
        assert_eq!(dark, expected);
    }

    #[test]
    fn a_text_beyond_the_largest_code_is_refused() {
        let long = "x".repeat(400);
        assert_eq!(
            Code::epc(&long).unwrap_err().code(),
            "document.code-too-long"
        );
    }
}
