//! VAT identification numbers of the European Union: shape for all, check digits where published.

use super::{RoutingError, digits, luhn_sum, siren};

/// How far a VAT id could be checked without asking the tax administrations (VIES).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VatIdCheck {
    /// Shape and check digits are right.
    CheckDigits,
    /// The shape is right; this member state's check digits are not computed here.
    ShapeOnly,
}

/// One member state's shape, `9` for a digit, `A` for a letter, `X` for either.
struct Shape {
    prefix: &'static str,
    forms: &'static [&'static str],
}

/// Source: European Commission, VIES FAQ question 11, "structure of VAT identification numbers",
/// <https://ec.europa.eu/taxation_customs/vies/#/faq>. `EL` is Greece; `XI` is Northern Ireland,
/// which counts for goods only.
const SHAPES: &[Shape] = &[
    Shape {
        prefix: "AT",
        forms: &["U99999999"],
    },
    Shape {
        prefix: "BE",
        forms: &["9999999999"],
    },
    Shape {
        prefix: "BG",
        forms: &["999999999", "9999999999"],
    },
    Shape {
        prefix: "CY",
        forms: &["99999999A"],
    },
    Shape {
        prefix: "CZ",
        forms: &["99999999", "999999999", "9999999999"],
    },
    Shape {
        prefix: "DE",
        forms: &["999999999"],
    },
    Shape {
        prefix: "DK",
        forms: &["99999999"],
    },
    Shape {
        prefix: "EE",
        forms: &["999999999"],
    },
    Shape {
        prefix: "EL",
        forms: &["999999999"],
    },
    Shape {
        prefix: "ES",
        forms: &["X9999999X"],
    },
    Shape {
        prefix: "FI",
        forms: &["99999999"],
    },
    Shape {
        prefix: "FR",
        forms: &["XX999999999"],
    },
    Shape {
        prefix: "HR",
        forms: &["99999999999"],
    },
    Shape {
        prefix: "HU",
        forms: &["99999999"],
    },
    Shape {
        prefix: "IE",
        forms: &["9X99999A", "9999999AA"],
    },
    Shape {
        prefix: "IT",
        forms: &["99999999999"],
    },
    Shape {
        prefix: "LT",
        forms: &["999999999", "999999999999"],
    },
    Shape {
        prefix: "LU",
        forms: &["99999999"],
    },
    Shape {
        prefix: "LV",
        forms: &["99999999999"],
    },
    Shape {
        prefix: "MT",
        forms: &["99999999"],
    },
    Shape {
        prefix: "NL",
        forms: &["999999999B99"],
    },
    Shape {
        prefix: "PL",
        forms: &["9999999999"],
    },
    Shape {
        prefix: "PT",
        forms: &["999999999"],
    },
    Shape {
        prefix: "RO",
        forms: &[
            "99",
            "999",
            "9999",
            "99999",
            "999999",
            "9999999",
            "99999999",
            "999999999",
            "9999999999",
        ],
    },
    Shape {
        prefix: "SE",
        forms: &["999999999999"],
    },
    Shape {
        prefix: "SI",
        forms: &["99999999"],
    },
    Shape {
        prefix: "SK",
        forms: &["9999999999"],
    },
    Shape {
        prefix: "XI",
        forms: &["999999999", "999999999999", "GD999", "HA999"],
    },
];

/// Checks a VAT identification number with its prefix, in upper case and without separators.
///
/// Check digits are computed for Austria, Belgium, Germany, France, Italy and Luxembourg; the
/// answer says whether they were. Only VIES can tell that a number is assigned.
///
/// # Errors
/// [`RoutingError::VatIdPrefix`], [`RoutingError::VatIdSyntax`],
/// [`RoutingError::VatIdCheckDigits`].
pub fn vat_id(value: &str) -> Result<VatIdCheck, RoutingError> {
    let prefix_error = || RoutingError::VatIdPrefix {
        value: value.to_owned(),
    };
    let (prefix, body) = value.split_at_checked(2).ok_or_else(prefix_error)?;
    let shape = SHAPES
        .iter()
        .find(|s| s.prefix == prefix)
        .ok_or_else(prefix_error)?;
    if !shape.forms.iter().any(|form| fits(form, body)) {
        return Err(RoutingError::VatIdSyntax {
            value: value.to_owned(),
            prefix: prefix.to_owned(),
            expected: shape.forms.first().copied().unwrap_or_default(),
        });
    }
    match check_digits(prefix, body) {
        Some(true) => Ok(VatIdCheck::CheckDigits),
        Some(false) => Err(RoutingError::VatIdCheckDigits {
            value: value.to_owned(),
        }),
        None => Ok(VatIdCheck::ShapeOnly),
    }
}

/// Whether `body` has the form: same length, each character of its class.
fn fits(form: &str, body: &str) -> bool {
    let class = |(f, c): (char, char)| match f {
        '9' => c.is_ascii_digit(),
        'A' => c.is_ascii_uppercase(),
        'X' => c.is_ascii_digit() || c.is_ascii_uppercase(),
        literal => c == literal,
    };
    form.len() == body.len() && form.chars().zip(body.chars()).all(class)
}

/// Whether the check digits are right; `None` where this state's rule is not implemented.
fn check_digits(prefix: &str, body: &str) -> Option<bool> {
    match prefix {
        "AT" => digits(body.strip_prefix('U')?).map(|d| austria(&d)),
        "BE" => Some(belgium(body)),
        "DE" => digits(body).map(|d| germany(&d)),
        "FR" => france(body),
        "IT" => digits(body).map(|d| luhn_sum(&d).is_multiple_of(10)),
        "LU" => Some(luxembourg(body)),
        _ => None,
    }
}

/// BMF Austria, "UID-Nummer, Konstruktionsregeln": ten minus the unit of a Luhn-like sum plus 4.
fn austria(number: &[u32]) -> bool {
    let (Some(check), Some(body)) = (number.get(7), number.get(..7)) else {
        return false;
    };
    let sum = body.iter().enumerate().fold(4_u32, |sum, (place, digit)| {
        let doubled = digit.saturating_mul(2);
        let value = if place % 2 == 0 {
            *digit
        } else {
            (doubled / 10).saturating_add(doubled % 10)
        };
        sum.saturating_add(value)
    });
    *check == 10_u32.saturating_sub(sum % 10) % 10
}

/// Enterprise number of the Belgian register (royal decree of 24 June 2003): the last two digits
/// are 97 minus the remainder of the first eight by 97; the first digit is 0 or 1.
fn belgium(body: &str) -> bool {
    let Some((base, check)) = body.split_at_checked(8) else {
        return false;
    };
    match (base.parse::<u32>(), check.parse::<u32>()) {
        (Ok(base), Ok(check)) => {
            (body.starts_with('0') || body.starts_with('1'))
                && check == 97_u32.saturating_sub(base % 97)
        }
        _ => false,
    }
}

/// German VAT id: ISO/IEC 7064 MOD 11,10 (Bundeszentralamt für Steuern).
fn germany(number: &[u32]) -> bool {
    let (Some(check), Some(body)) = (number.get(8), number.get(..8)) else {
        return false;
    };
    let product = body.iter().fold(10_u32, |product, digit| {
        let sum = match digit.saturating_add(product) % 10 {
            0 => 10_u32,
            sum => sum,
        };
        sum.saturating_mul(2) % 11
    });
    *check == 11_u32.saturating_sub(product) % 10
}

/// French VAT id: the SIREN must hold its own check digit; a numeric key is
/// (12 + 3 × (SIREN mod 97)) mod 97 (BOI-TVA-DECLA-20-10-20). Keys with letters, used for some
/// newer numbers, follow a rule that was never published in full: only their SIREN is checked.
fn france(body: &str) -> Option<bool> {
    let (key, number) = body.split_at_checked(2)?;
    // Monaco's numbers carry 000 in place of the first three digits and no Luhn check.
    if siren(number).is_err() && !number.starts_with("000") {
        return Some(false);
    }
    let rest = number.parse::<u32>().ok()? % 97;
    let expected = rest.saturating_mul(3).saturating_add(12) % 97;
    match key.parse::<u32>() {
        Ok(key) => Some(key == expected),
        // I and O are never used: they would be read as digits.
        Err(_) if key.contains(['I', 'O']) => Some(false),
        Err(_) => None,
    }
}

/// Luxembourg: the last two digits are the first six modulo 89.
fn luxembourg(body: &str) -> bool {
    let parsed = body
        .split_at_checked(6)
        .and_then(|(base, check)| Some((base.parse::<u32>().ok()?, check.parse::<u32>().ok()?)));
    parsed.is_some_and(|(base, check)| base % 89 == check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_have_right_check_digits() {
        for id in [
            "ATU13585627",
            "BE0428759497",
            "DE136695976",
            "FR44732829320",
            "FR40303265045",
            "IT00743110157",
            "LU15027442",
        ] {
            assert_eq!(vat_id(id), Ok(VatIdCheck::CheckDigits), "{id}");
        }
    }

    #[test]
    fn one_wrong_digit_is_caught() {
        for id in [
            "ATU13585626",
            "BE0428759498",
            "DE136695977",
            "FR45732829320",
            "FR44732829321",
            "IT00743110158",
            "LU15027443",
            "FRI4732829320",
        ] {
            let error = vat_id(id).unwrap_err();
            assert_eq!(error.code(), "routing.vat-id-check-digits", "{id}");
        }
    }

    #[test]
    fn other_states_are_checked_by_shape() {
        for id in [
            "NL004495445B01",
            "ESB58378431",
            "IE6433435F",
            "XIGD001",
            "FRK7399859412",
        ] {
            assert_eq!(vat_id(id), Ok(VatIdCheck::ShapeOnly), "{id}");
        }
        for id in [
            "NL004495445",
            "DE12345678",
            "PL12345",
            "EL1",
            "DE 136695976",
            "de136695976",
        ] {
            assert!(vat_id(id).is_err(), "{id}");
        }
    }

    #[test]
    fn a_country_outside_the_union_has_no_vat_prefix() {
        for id in ["GR123456789", "GB999999973", "US12", "", "D", "ÄÖ1"] {
            assert_eq!(
                vat_id(id).unwrap_err().code(),
                "routing.vat-id-prefix",
                "{id}"
            );
        }
    }
}
