//! The notes beside the totals: why tax is or is not charged, what is not billed and why, late
//! payment where the receiver's law wants it said, and which file is the legal original.

use super::{NoteView, country, unit, wording};
use crate::billing::calendar::Period;
use crate::billing::invoice::{Invoice, Note, PaymentMeans, TaxSubtotal, Unit};
use crate::billing::party::{CustomerKind, Language};
use crate::billing::tax::{TaxCategory, TaxScheme};
use crate::billing::{Quantity, UnitPrice};
use crate::documents::format::{self, NBSP, unbroken};

use Language::{De, En, Fr};

/// All notes in reading order.
pub(super) fn notes(invoice: &Invoice) -> Vec<NoteView> {
    let language = invoice.language;
    let mut notes: Vec<NoteView> = invoice
        .tax
        .iter()
        .map(|group| tax_note(group, invoice))
        .collect();
    notes.dedup();
    for note in &invoice.notes {
        notes.push(match note {
            Note::Text { title, text } => NoteView {
                head: title.clone(),
                text: text.clone(),
            },
            Note::WithinAllowance {
                item,
                unit,
                allowance,
                readings,
            } => NoteView {
                head: item.clone(),
                text: within_allowance(*unit, *allowance, readings, language),
            },
        });
    }
    notes.extend(late_payment(invoice));
    let (head, text) = wording::original(invoice);
    notes.push(NoteView {
        head: head.to_owned(),
        text,
    });
    notes
}

fn tax_note(group: &TaxSubtotal, invoice: &Invoice) -> NoteView {
    let language = invoice.language;
    let head = match (language, group.category) {
        (De, TaxCategory::AE) => "Steuerschuldnerschaft des Leistungsempfängers",
        (En, TaxCategory::AE) => "Reverse charge",
        (Fr, TaxCategory::AE) => "Autoliquidation",
        (De, _) => "Umsatzsteuer",
        (En, _) => "Value added tax",
        (Fr, _) => "TVA",
    };
    let text = match (&group.reason, group.rate) {
        (Some(reason), _) => {
            let sentence = reason.get(language).trim_end_matches('.');
            match &group.exemption_code {
                Some(code) => format!("{sentence} ({}).", unbroken(code)),
                None => format!("{sentence}."),
            }
        }
        (None, Some(rate)) => {
            let rate = format::percent(rate, language);
            let place = country::name(place_of_supply(group, invoice), language);
            match language {
                De => format!("Steuersatz {rate}, Leistungsort {place}."),
                En => format!("Rate {rate}, place of supply {place}."),
                Fr => format!("Taux {rate}, lieu de prestation{NBSP}: {place}."),
            }
        }
        (None, None) => format::NOTHING.to_owned(),
    };
    NoteView {
        head: head.to_owned(),
        text,
    }
}

/// Tax charged here is due where the seller is, through the one-stop shop where the buyer is.
fn place_of_supply<'a>(group: &TaxSubtotal, invoice: &'a Invoice) -> &'a str {
    let scheme = invoice
        .lines
        .iter()
        .find(|line| line.tax.category == group.category && line.tax.rate == group.rate)
        .map(|line| line.tax.scheme);
    if scheme == Some(TaxScheme::OneStopShop) {
        &invoice.customer.address.country
    } else {
        &invoice.seller.address.country
    }
}

/// Each reading of the term, and the allowance that covers it.
fn within_allowance(
    of: Unit,
    allowance: Quantity,
    readings: &[(Period, Quantity)],
    language: Language,
) -> String {
    let each: Vec<String> = readings
        .iter()
        .map(|(period, value)| {
            let figure = unit::figure(*value, of, language);
            format!("{}{NBSP}{figure}", format::month_of_many(*period, language))
        })
        .collect();
    let and = match language {
        De => "und",
        En => "and",
        Fr => "et",
    };
    let list = match each.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {and} {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => format::NOTHING.to_owned(),
    };
    let last = readings.last().map_or(allowance, |(_, value)| *value);
    let word = unit::name(last, of, language);
    let limit = unit::quantity(allowance, of, language);
    let list = first_letter_large(&list);
    match language {
        De => format!("{list}{NBSP}{word}: im Freikontingent von {limit}, daher keine Position."),
        En => format!("{list}{NBSP}{word}: within the allowance of {limit}, so there is no line."),
        Fr => format!(
            "{list}{NBSP}{word}{NBSP}: dans la limite incluse de {limit}, donc pas de ligne."
        ),
    }
}

/// French public buyers have 30 days (article R. 2192-10 of the code de la commande publique); a
/// delay costs default interest and a fixed EUR 40 (articles L. 2192-13 and D. 2192-35).
fn late_payment(invoice: &Invoice) -> Option<NoteView> {
    let public = invoice.customer.kind == CustomerKind::PublicBodyEu;
    let french = invoice.customer.address.country == "FR";
    if !(public && french) || invoice.payment.means == PaymentMeans::Card {
        return None;
    }
    let days = invoice.payment.days;
    let fixed = format::unit_price(UnitPrice::whole(40), invoice.currency, invoice.language);
    let fixed = format!(
        "{}{NBSP}{}",
        fixed.trim_end_matches("00").trim_end_matches([',', '.']),
        format::currency_head(invoice.currency, invoice.language)
    );
    let (head, text) = match invoice.language {
        De => (
            "Zahlungsfrist",
            format!(
                "{days}{NBSP}Tage (Art. R. 2192-10 code de la commande publique). Bei Verzug \
                 Verzugszinsen und eine Pauschale von {fixed} (Art. D. 2192-35)."
            ),
        ),
        En => (
            "Payment period",
            format!(
                "{days}{NBSP}days (article R. 2192-10, code de la commande publique). Late payment \
                 costs default interest and a fixed sum of {fixed} (article D. 2192-35)."
            ),
        ),
        Fr => (
            "Délai de paiement",
            format!(
                "{days}{NBSP}jours (art. R. 2192-10 du code de la commande publique). En cas de \
                 retard{NBSP}: intérêts moratoires et indemnité forfaitaire de {fixed} \
                 (art. D. 2192-35)."
            ),
        ),
    };
    Some(NoteView {
        head: head.to_owned(),
        text: in_one_piece(&text),
    })
}

/// An article and its number stay on one line.
fn in_one_piece(text: &str) -> String {
    let joined = text.replace("2192-", "2192-\u{2060}");
    ["R. ", "D. ", "art. ", "Art. ", "article "]
        .iter()
        .fold(joined, |text, part| {
            text.replace(
                &format!("{part}2192"),
                &format!("{}{NBSP}2192", part.trim_end()),
            )
            .replace(
                &format!("{part}R."),
                &format!("{}{NBSP}R.", part.trim_end()),
            )
            .replace(
                &format!("{part}D."),
                &format!("{}{NBSP}D.", part.trim_end()),
            )
        })
}

fn first_letter_large(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(signs).collect()
    })
}
