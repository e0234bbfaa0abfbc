//! Codes a person copies: grouped so that they can be read, joined so that they never break.

use super::{JOINER, NBSP};

/// Groups of four with no-break spaces: how an IBAN (ISO 13616-1, section 6.1) and a creditor
/// reference (ISO 11649) are written on paper. Spaces in the input are dropped.
///
/// ```
/// use herdbook::documents::format::fours;
/// assert_eq!(fours("RF13RE202600023"), "RF13\u{a0}RE20\u{a0}2600\u{a0}023");
/// ```
#[must_use]
pub fn fours(code: &str) -> String {
    let mut text = String::with_capacity(code.len() * 3 / 2);
    for (index, sign) in code
        .chars()
        .filter(|sign| !sign.is_whitespace())
        .enumerate()
    {
        if index > 0 && index.is_multiple_of(4) {
            text.push(NBSP);
        }
        text.push(sign);
    }
    text
}

/// A SIRET as the French registers write it: three groups of three (the SIREN), then five digits.
/// Anything that has not 14 digits is returned as it came.
#[must_use]
pub fn digits_of_siret(siret: &str) -> String {
    if siret.len() != 14 || !siret.bytes().all(|byte| byte.is_ascii_digit()) {
        return siret.to_owned();
    }
    format!(
        "{}{NBSP}{}{NBSP}{}{NBSP}{}",
        &siret[..3],
        &siret[3..6],
        &siret[6..9],
        &siret[9..]
    )
}

/// First eight and last four digits of a SHA-256 in hexadecimal: enough to compare by eye.
/// A shorter text is returned whole.
#[must_use]
pub fn short_hash(hex: &str) -> String {
    if hex.len() < 12 || !hex.is_ascii() {
        return hex.to_owned();
    }
    let (a, b, end) = (&hex[..4], &hex[4..8], &hex[hex.len() - 4..]);
    format!("sha256{NBSP}{a}{NBSP}{b}{NBSP}…{NBSP}{end}")
}

/// A code with hyphens that stays on one line in running text: VATEX codes, document numbers.
#[must_use]
pub fn unbroken(code: &str) -> String {
    code.replace('-', &format!("-{JOINER}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_and_a_reference_stand_in_fours() {
        assert_eq!(
            fours("DE02120300000000202051").replace(NBSP, " "),
            "DE02 1203 0000 0000 2020 51"
        );
        assert_eq!(
            fours("RF88 RE20 2600 031").replace(NBSP, " "),
            "RF88 RE20 2600 031"
        );
        assert_eq!(fours("FR76").replace(NBSP, " "), "FR76");
        assert_eq!(fours(""), "");
    }

    #[test]
    fn a_siret_shows_its_siren() {
        assert_eq!(
            digits_of_siret("73282932000074").replace(NBSP, " "),
            "732 829 320 00074"
        );
        assert_eq!(digits_of_siret("732829320"), "732829320");
        assert_eq!(digits_of_siret("7328293200007x"), "7328293200007x");
    }

    #[test]
    fn a_hash_is_shortened_to_eight_and_four_digits() {
        let hash = format!("535fa30d{}f790", "0".repeat(52));
        assert_eq!(
            short_hash(&hash).replace(NBSP, " "),
            "sha256 535f a30d … f790"
        );
        assert_eq!(short_hash("abc"), "abc");
    }

    #[test]
    fn a_code_with_hyphens_never_breaks() {
        assert_eq!(unbroken("VATEX-EU-AE"), "VATEX-\u{2060}EU-\u{2060}AE");
        assert_eq!(unbroken("plain"), "plain");
    }
}
