//! Reasons of service credits as documents give them (BT-97).
//!
//! The German text avoids "Gutschrift", which § 14 (2) UStG reserves for self-billing: a credit
//! lowers the price of the service that fell short.

use chrono::Datelike;

use crate::billing::contract::Month;
use crate::billing::party::Localised;

const DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

fn name(names: &[&'static str; 12], month: Month) -> String {
    let first = month.first_day();
    let index = usize::try_from(first.month0()).unwrap_or(usize::MAX);
    // A month has a number from 0 to 11, so the name is there.
    let name = names.get(index).copied().unwrap_or_default();
    format!("{name} {}", first.year())
}

/// An availability below the target.
pub(super) fn availability(month: Month) -> Localised {
    Localised {
        de: format!("Minderung, Verfügbarkeit {}", name(&DE, month)),
        en: format!("Service credit, availability {}", name(&EN, month)),
        fr: format!("Réduction, disponibilité {}", name(&FR, month)),
    }
}

/// Another promise, in the words of the result.
pub(super) fn missed(what: &Localised, month: Month) -> Localised {
    Localised {
        de: format!("Minderung, {} ({})", what.de, name(&DE, month)),
        en: format!("Service credit, {} ({})", what.en, name(&EN, month)),
        fr: format!("Réduction, {} ({})", what.fr, name(&FR, month)),
    }
}
