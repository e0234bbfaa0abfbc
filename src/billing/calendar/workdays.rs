//! Working days: Monday to Friday, without the public holidays of a region.

use chrono::{Datelike, NaiveDate, Weekday};
use holiday_de::{DateExt, GermanRegion};

use super::{CalendarError, day_after};

/// The public holiday calendar of an ISO 3166-2 region; none means weekends only.
///
/// The recurring holidays of the German states come from their holiday laws (crate `holiday_de`,
/// from 1995 on). A region we have no calendar of is refused: a guess would move due dates.
fn region(code: Option<&str>) -> Result<Option<GermanRegion>, CalendarError> {
    use GermanRegion as R;
    let Some(code) = code else { return Ok(None) };
    let region = match code {
        "DE-BW" => R::BadenWuerttemberg,
        "DE-BY" => R::Bayern,
        "DE-BE" => R::Berlin,
        "DE-BB" => R::Brandenburg,
        "DE-HB" => R::Bremen,
        "DE-HH" => R::Hamburg,
        "DE-HE" => R::Hessen,
        "DE-MV" => R::MechlenburgVorpommern,
        "DE-NI" => R::Niedersachsen,
        "DE-NW" => R::NordrheinWestfalen,
        "DE-RP" => R::RheinlandPfalz,
        "DE-SL" => R::Saarland,
        "DE-SN" => R::Sachsen,
        "DE-ST" => R::SachsenAnhalt,
        "DE-SH" => R::SchleswigHolstein,
        "DE-TH" => R::Thueringen,
        _ => {
            return Err(CalendarError::UnknownRegion {
                code: code.to_owned(),
            });
        }
    };
    Ok(Some(region))
}

/// The given day, or the next one that is neither on a weekend, nor a public holiday, nor one of
/// the days that are closed besides.
///
/// # Errors
/// [`CalendarError::UnknownRegion`], [`CalendarError::OutOfRange`].
pub fn first_working_day(
    on_or_after: NaiveDate,
    holidays: Option<&str>,
    closed: &[NaiveDate],
) -> Result<NaiveDate, CalendarError> {
    let region = region(holidays)?;
    let mut day = on_or_after;
    loop {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let holiday = region.is_some_and(|region| day.is_public_holiday_in(region));
        if !weekend && !holiday && !closed.contains(&day) {
            return Ok(day);
        }
        day = day_after(day)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(day: &str, region: Option<&str>) -> String {
        first_working_day(day.parse().unwrap(), region, &[])
            .unwrap()
            .to_string()
    }

    #[test]
    fn new_year_and_weekends_move_to_the_next_working_day() {
        assert_eq!(first("2026-01-01", Some("DE-SH")), "2026-01-02");
        assert_eq!(first("2026-04-01", Some("DE-SH")), "2026-04-01");
        assert_eq!(first("2027-01-01", Some("DE-SH")), "2027-01-04");
        assert_eq!(first("2026-08-01", None), "2026-08-03");
    }

    #[test]
    fn the_reformation_day_is_a_holiday_in_the_north_only() {
        assert_eq!(first("2025-10-31", Some("DE-SH")), "2025-11-03");
        assert_eq!(first("2025-10-31", Some("DE-BE")), "2025-10-31");
    }

    #[test]
    fn a_region_without_a_calendar_is_refused() {
        let answer = first_working_day("2026-01-01".parse().unwrap(), Some("FR-59"), &[]);
        assert!(matches!(answer, Err(CalendarError::UnknownRegion { .. })));
    }
}
