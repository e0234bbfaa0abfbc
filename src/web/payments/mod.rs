//! Paying: whether invoices are paid, the payments of one, giving back, and paying by card.

pub(super) mod card;
pub(super) mod refund;
pub(super) mod section;

use std::collections::HashMap;

use chrono::NaiveDate;

use super::answer::Failed;
use super::finance::invoices::state;
use super::guard::Who;
use super::router::Shared;
use super::words::{Argument, Words};
use crate::access::Principal;
use crate::billing::Money;
use crate::billing::invoice::Invoice;
use crate::billing::payment::Settlement;
use crate::db::invoices::{InvoiceId, InvoiceState, StoredInvoice};
use crate::usecases::payments::read;
use crate::web::format;

/// Where an invoice stands on a day, as badge and word: paid, open for how long, or what it was
/// before anybody paid.
pub(super) fn standing(
    words: Words,
    (stored, view): (&StoredInvoice, &Invoice),
    stands: Option<&Settlement>,
    today: NaiveDate,
) -> (&'static str, String) {
    // Money that is held for the customer is said first, also of an invoice that was taken back.
    if let Some(Settlement::Overpaid { over, .. }) = stands {
        let cancelled = matches!(stored.state, InvoiceState::Cancelled { .. });
        let text = with_amount(words, *over, |words, amount| {
            let amount = [("amount", Argument::Text(amount))];
            match cancelled {
                true => words.with("paid-held", &amount),
                false => words.with("paid-over", &amount),
            }
        });
        return ("due", text);
    }
    if matches!(stored.state, InvoiceState::Cancelled { .. }) {
        return state(words, stored, view);
    }
    let due = view.payment.due_date;
    let late = today.signed_duration_since(due).num_days();
    let days = [("days", Argument::Count(late.unsigned_abs()))];
    match stands {
        Some(Settlement::Paid { on: Some(on) }) => ("good", paid_on(words, *on)),
        Some(Settlement::GivesBack { open }) if open.minor() > 0 => (
            "due",
            with_amount(words, *open, |words, amount| {
                words.with("paid-to-give-back", &[("amount", Argument::Text(amount))])
            }),
        ),
        Some(Settlement::Partly { open, .. }) => {
            let kind = if late > 0 { "overdue" } else { "due" };
            (
                kind,
                with_amount(words, *open, |words, amount| {
                    words.with("paid-partly", &[("amount", Argument::Text(amount))])
                }),
            )
        }
        Some(Settlement::Open { .. }) if late > 0 => ("overdue", words.with("paid-overdue", &days)),
        _ => state(words, stored, view),
    }
}

fn paid_on(words: Words, on: NaiveDate) -> String {
    let day = format::date(on, words.0);
    words.with("paid-on", &[("day", Argument::Text(&day))])
}

fn with_amount(words: Words, money: Money, say: impl Fn(Words, &str) -> String) -> String {
    say(words, &format::money(money, words.0))
}

/// Where one invoice stands.
pub(super) async fn stands(
    shared: &Shared,
    words: Words,
    Who(who): &Who,
    stored: &StoredInvoice,
) -> Result<Option<Settlement>, Failed> {
    let one = std::slice::from_ref(stored);
    let found = read::settlements(&shared.app, &who.principal, one).await;
    let found = found.map_err(|error| Failed::of(words, error))?;
    Ok(found.get(&stored.id).copied())
}

/// Where several invoices stand today, read at once.
pub(super) struct Standings {
    words: Words,
    today: NaiveDate,
    found: HashMap<InvoiceId, Settlement>,
}

impl Standings {
    pub(super) async fn load(
        shared: &Shared,
        words: Words,
        by: &Principal,
        invoices: &[StoredInvoice],
    ) -> Result<Self, Failed> {
        let found = read::settlements(&shared.app, by, invoices).await;
        Ok(Self {
            words,
            today: shared.app.clock.business().date_naive(),
            found: found.map_err(|error| Failed::of(words, error))?,
        })
    }

    /// Where one of them stands.
    pub(super) fn of(&self, stored: &StoredInvoice) -> Option<&Settlement> {
        self.found.get(&stored.id)
    }

    /// Badge and word of one of them.
    pub(super) fn badge(&self, stored: &StoredInvoice, view: &Invoice) -> (&'static str, String) {
        let stands = self.of(stored);
        standing(self.words, (stored, view), stands, self.today)
    }
}

/// What may be paid of an invoice now; none when nothing is open.
pub(super) fn payable(stands: Option<&Settlement>) -> Option<Money> {
    match stands {
        Some(Settlement::Open { open } | Settlement::Partly { open, .. }) => Some(*open),
        _ => None,
    }
}
