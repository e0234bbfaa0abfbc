//! The few sentences an e-invoice carries, in the document's language.

use chrono::NaiveDate;

use super::is_credit;
use super::values::{joined, text};
use crate::billing::Quantity;
use crate::billing::invoice::{Invoice, Note, PaymentMeans, Unit};
use crate::billing::party::Language;

/// BT-20. EN 16931 wants a due date or terms; receivers show the terms to people.
pub(super) fn payment_terms(invoice: &Invoice) -> String {
    let by_card = invoice.payment.means == PaymentMeans::Card;
    let day = day(invoice.payment.due_date, invoice.language);
    match (invoice.language, is_credit(invoice.document_type), by_card) {
        (Language::De, true, _) => format!("Wird bis zum {day} erstattet oder verrechnet."),
        (Language::En, true, _) => format!("Will be refunded or set off by {day}."),
        (Language::Fr, true, _) => format!("Remboursement ou compensation au plus tard le {day}."),
        (Language::De, false, true) => {
            format!("Wird am {day} von der hinterlegten Karte abgebucht.")
        }
        (Language::En, false, true) => format!("Charged to the card on file on {day}."),
        (Language::Fr, false, true) => format!("Débit de la carte enregistrée le {day}."),
        (Language::De, false, false) => format!("Zahlbar ohne Abzug bis zum {day}."),
        (Language::En, false, false) => format!("Payable in full by {day}."),
        (Language::Fr, false, false) => format!("Payable sans escompte au plus tard le {day}."),
    }
}

/// One note (BT-22).
pub(super) fn note(note: &Note, language: Language) -> Option<String> {
    match note {
        Note::Text {
            title,
            text: sentence,
        } => joined([title.as_str(), sentence.as_str()], ": "),
        Note::WithinAllowance {
            item,
            unit,
            allowance,
            readings,
        } => {
            let used = readings.iter().map(|(period, quantity)| {
                let (first, last) = (
                    day(period.start(), language),
                    day(period.last_day(), language),
                );
                format!("{first} – {last}: {}", measured(*quantity, *unit, language))
            });
            let used = used.collect::<Vec<_>>().join("; ");
            let included = measured(*allowance, *unit, language);
            let sentence = match language {
                Language::De => format!("{item}, enthalten {included} je Zeitraum. {used}"),
                Language::En => format!("{item}, {included} included per period. {used}"),
                Language::Fr => format!("{item}, {included} compris par période. {used}"),
            };
            text(&sentence)
        }
    }
}

/// A day as letters write it: 31.01.2026, 2026-01-31, 31/01/2026.
fn day(date: NaiveDate, language: Language) -> String {
    let pattern = match language {
        Language::De => "%d.%m.%Y",
        Language::En => "%Y-%m-%d",
        Language::Fr => "%d/%m/%Y",
    };
    date.format(pattern).to_string()
}

/// A quantity with its unit, as far as the unit has a symbol.
fn measured(quantity: Quantity, unit: Unit, language: Language) -> String {
    let number = match language {
        Language::En => quantity.to_string(),
        Language::De | Language::Fr => quantity.to_string().replace('.', ","),
    };
    match unit {
        Unit::Gigabyte => format!("{number} GB"),
        Unit::Hour => format!("{number} h"),
        _ => number,
    }
}
