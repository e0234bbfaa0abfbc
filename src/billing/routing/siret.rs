//! French company numbers: SIREN (a legal unit) and SIRET (one of its establishments).

use super::{RoutingError, digits, luhn_sum};

/// SIREN of La Poste, whose establishments outgrew the Luhn check.
const LA_POSTE: &str = "356000000";

/// Checks a SIREN: nine digits whose Luhn sum is a multiple of ten.
///
/// Source: INSEE, definition of the SIREN number,
/// <https://www.insee.fr/fr/metadonnees/definition/c2047>.
///
/// # Errors
/// [`RoutingError::SirenSyntax`] and [`RoutingError::SirenCheckDigit`].
pub fn siren(value: &str) -> Result<(), RoutingError> {
    let number =
        digits(value)
            .filter(|d| d.len() == 9)
            .ok_or_else(|| RoutingError::SirenSyntax {
                value: value.to_owned(),
            })?;
    if !luhn_sum(&number).is_multiple_of(10) {
        return Err(RoutingError::SirenCheckDigit {
            value: value.to_owned(),
        });
    }
    Ok(())
}

/// Checks a SIRET: fourteen digits, nine of SIREN and five of establishment number, whose Luhn sum
/// is a multiple of ten.
///
/// La Poste is the one exception: its post offices would not fit, so a SIRET under
/// SIREN 356 000 000 is also right when the plain sum of its digits is a multiple of five.
///
/// Source: INSEE, definition of the SIRET number,
/// <https://www.insee.fr/fr/metadonnees/definition/c1841>; the exception is described by
/// the SIRENE user guide. The French portal Chorus Pro routes by this number (BT-47, scheme 0009).
///
/// # Errors
/// [`RoutingError::SiretSyntax`] and [`RoutingError::SiretCheckDigit`].
pub fn siret(value: &str) -> Result<(), RoutingError> {
    let number =
        digits(value)
            .filter(|d| d.len() == 14)
            .ok_or_else(|| RoutingError::SiretSyntax {
                value: value.to_owned(),
            })?;
    let plain_sum = number.iter().copied().fold(0, u32::saturating_add);
    let la_poste = value.starts_with(LA_POSTE) && plain_sum % 5 == 0;
    if !luhn_sum(&number).is_multiple_of(10) && !la_poste {
        return Err(RoutingError::SiretCheckDigit {
            value: value.to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_pass() {
        assert_eq!(siren("732829320"), Ok(()));
        assert_eq!(siret("73282932000074"), Ok(()));
    }

    #[test]
    fn a_transposed_digit_is_caught() {
        assert_eq!(
            siret("73282932000047").unwrap_err().code(),
            "routing.siret-check-digit"
        );
        assert_eq!(
            siren("732829302").unwrap_err().code(),
            "routing.siren-check-digit"
        );
    }

    #[test]
    fn a_post_office_follows_the_digit_sum_rule() {
        // The head office satisfies Luhn; an ordinary office only has a digit sum divisible by 5.
        assert_eq!(siret("35600000000048"), Ok(()));
        assert_eq!(
            siret("35600000012342"),
            Err(RoutingError::SiretCheckDigit {
                value: "35600000012342".to_owned(),
            })
        );
        assert_eq!(siret("35600000012346"), Ok(()));
    }

    #[test]
    fn spaces_and_letters_are_not_digits() {
        assert_eq!(
            siret("732 829 320 00074").unwrap_err().code(),
            "routing.siret-syntax"
        );
        assert_eq!(
            siret("7328293200007A").unwrap_err().code(),
            "routing.siret-syntax"
        );
        assert_eq!(siren("").unwrap_err().code(), "routing.siren-syntax");
    }
}
