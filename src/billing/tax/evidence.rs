//! What evidence is worth on a day: answers of VIES by their age, proofs by their validity.

use chrono::NaiveDate;

use crate::billing::party::{Proof, ViesAnswer};

/// An answer up to this age is taken as it is.
pub const VIES_RECHECK_DAYS: i64 = 30;

/// While VIES is down, the last good answer counts up to this age; then documents are held.
pub const VIES_HOLD_DAYS: i64 = 90;

/// What the answers of VIES say about an id on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViesStanding {
    /// Never asked.
    Unknown,
    /// The last answer says that the id is not valid.
    Invalid {
        /// Day of that answer.
        checked_on: NaiveDate,
    },
    /// The last answer is good.
    Valid {
        /// Day of that answer.
        checked_on: NaiveDate,
        /// Days from the answer to the day of the decision.
        age_days: i64,
    },
}

/// What was known about `vat_id` on the day `on`: the latest answer not after that day. Later
/// answers do not exist yet, so that a decision can be repeated years after.
#[must_use]
pub fn vies_standing(answers: &[ViesAnswer], vat_id: &str, on: NaiveDate) -> ViesStanding {
    let wanted = plain(vat_id);
    let known = answers
        .iter()
        .filter(|answer| answer.checked_on <= on && plain(&answer.vat_id) == wanted)
        // Of two answers of one day the doubtful one counts.
        .max_by_key(|answer| (answer.checked_on, !answer.valid));
    match known {
        None => ViesStanding::Unknown,
        Some(answer) if !answer.valid => ViesStanding::Invalid {
            checked_on: answer.checked_on,
        },
        Some(answer) => ViesStanding::Valid {
            checked_on: answer.checked_on,
            age_days: on.signed_duration_since(answer.checked_on).num_days(),
        },
    }
}

/// Whether a proof is on file and holds on the day; both of its ends are included.
pub(super) fn holds(proof: Option<&Proof>, on: NaiveDate) -> bool {
    proof.is_some_and(|proof| {
        proof.valid_from <= on && proof.valid_until.is_none_or(|last| on <= last)
    })
}

/// An id without the blanks and dots of its printed form.
pub(super) fn plain(vat_id: &str) -> String {
    let kept = vat_id.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_uppercase()).collect()
}
