//! Invoices where they are shown with their customer or contract.

use super::super::finance::invoices::kind;
use super::super::payments::Standings;
use super::super::words::{Argument, Words};
use super::{day, href};
use crate::billing::invoice::{DocumentType, Invoice};
use crate::db::DbError;
use crate::usecases::contracts::Invoiced;
use crate::web::format;

/// The newest invoices, and where all of them are.
pub(super) struct Invoices {
    pub(super) rows: Vec<Row>,
    pub(super) all: String,
    pub(super) all_href: String,
}

/// One of them.
pub(super) struct Row {
    pub(super) number: String,
    pub(super) href: String,
    pub(super) kind: String,
    pub(super) issued: String,
    pub(super) service: String,
    pub(super) net: String,
    pub(super) currency: String,
    pub(super) state: &'static str,
    pub(super) state_text: String,
}

/// Invoices of whoever the list of invoices finds under `text`.
///
/// # Errors
/// `db.corrupt-row`.
pub(super) fn invoices(
    (words, stands): (Words, &Standings),
    found: &Invoiced,
    text: &str,
) -> Result<Invoices, DbError> {
    let rows = found.newest.iter().map(|stored| {
        let view: Invoice = stored.read_view()?;
        let number = stored.number().unwrap_or_default();
        let net = match view.document_type {
            DocumentType::CreditNote => view.totals.net.negated().unwrap_or(view.totals.net),
            _ => view.totals.net,
        };
        let (state, state_text) = stands.badge(stored, &view);
        Ok(Row {
            number: number.to_owned(),
            href: href("/invoices", number),
            kind: match view.document_type {
                DocumentType::Invoice => String::new(),
                other => kind(words, other),
            },
            issued: day(words, view.issue_date),
            service: format::span_in_words(view.service_period, words.0),
            net: format::amount(net, words.0),
            currency: net.currency().to_string(),
            state,
            state_text,
        })
    });
    let count = [("count", Argument::Count(found.count))];
    Ok(Invoices {
        rows: rows.collect::<Result<_, DbError>>()?,
        all: words.with("contract-invoices-all", &count),
        all_href: format!("/invoices?q={}", super::encoded(text)),
    })
}
