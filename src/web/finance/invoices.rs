//! The list of issued invoices.

use axum::extract::State;
use axum::response::Response;

use super::super::answer::Failed;
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::payments::standing;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::table::{
    self, Asked, Cell, Filter, Foot, Kind, List, Listing, Rows, Texts, Value, column,
};
use super::super::words::{Argument, Words};
use crate::access::Permission;
use crate::billing::Currency;
use crate::billing::invoice::{DocumentType, Invoice, PaymentMeans};
use crate::billing::payment::Settlement;
use crate::db::browse::Window;
use crate::db::invoices::browse::InvoiceOrder;
use crate::db::invoices::list::InvoiceFilter;
use crate::db::invoices::standing::{Stands, StandsOn, Sums};
use crate::db::invoices::{InvoiceState, StoredInvoice};
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::invoices::{MOST_SUMMED, browse, sums, years};
use crate::usecases::payments::read;
use crate::web::format;

static LIST: List = List {
    key: "invoices",
    path: "/invoices",
    place: Place::Invoices,
    columns: &[
        column("number", Kind::Head, |words| words.say("column-number"))
            .always()
            .sorts()
            .second(|words| words.say("column-kind")),
        column("customer", Kind::Words, |words| {
            words.say("column-customer")
        })
        .second(|words| words.say("column-contract")),
        column("customer-number", Kind::Fact, |words| {
            words.say("column-customer-number")
        })
        .sorts()
        .on_demand(),
        column("contract", Kind::Fact, |words| words.say("column-contract"))
            .sorts()
            .on_demand(),
        column("issued", Kind::Day, |words| words.say("column-issued")).sorts(),
        column("due", Kind::Day, |words| words.say("column-due"))
            .sorts()
            .on_demand(),
        column("net", Kind::Amount, |words| words.say("column-net")).on_demand(),
        column("gross", Kind::Amount, |words| words.say("column-gross")).sorts(),
        column("state", Kind::State, |words| words.say("column-state")),
        column("documents", Kind::Actions, |words| {
            words.say("column-documents")
        }),
    ],
    order: ("issued", true),
    texts: |words| Texts {
        title: words.say("invoices-title"),
        filter: words.say("filter-label"),
        clear: words.say("filter-clear"),
        none: words.say("invoices-none-text"),
        empty: (
            words.say("invoices-empty-title"),
            words.say("invoices-empty-text"),
        ),
    },
    sum: |words, count, filtered| {
        let count = [("count", Argument::Count(count))];
        match filtered {
            true => words.with("invoices-found", &count),
            false => words.with("invoices-all", &count),
        }
    },
};

/// The list for somebody, narrowed.
struct Invoices<'a> {
    shared: &'a Shared,
    words: Words,
    who: &'a SignedIn,
    filter: InvoiceFilter,
    /// The years to choose from.
    years: Vec<String>,
}

impl Listing for Invoices<'_> {
    type By = InvoiceOrder;
    const LIST: &'static List = &LIST;

    fn by(key: &str) -> Option<InvoiceOrder> {
        Some(match key {
            "number" => InvoiceOrder::Number,
            "customer-number" => InvoiceOrder::Customer,
            "contract" => InvoiceOrder::Contract,
            "issued" => InvoiceOrder::Issued,
            "due" => InvoiceOrder::Due,
            "gross" => InvoiceOrder::Gross,
            _ => return None,
        })
    }

    fn filters(&self) -> Vec<Filter> {
        let chosen = self.filter.year.map(|year| format!("{year:04}"));
        let year = |year: &String| (year.clone(), year.clone(), chosen.as_ref() == Some(year));
        vec![
            Filter::Search {
                name: "q",
                label: self.words.say("filter-text"),
                value: self.filter.text.clone().unwrap_or_default(),
            },
            Filter::Pick {
                name: "year",
                label: self.words.say("filter-year"),
                choices: self.years.iter().map(year).collect(),
            },
            Filter::Pick {
                name: "standing",
                label: self.words.say("column-state"),
                choices: Stands::ALL
                    .into_iter()
                    .map(|(code, one)| {
                        let chosen = self.filter.stands.map(|on| on.stands) == Some(one);
                        (code.to_owned(), standing_name(self.words, one), chosen)
                    })
                    .collect(),
            },
        ]
    }

    fn fills(&self) -> Option<(String, String)> {
        let prepare = || {
            (
                self.words.say("empty-prepare-run"),
                "/runs#prepare".to_owned(),
            )
        };
        self.who.principal.may(Permission::PreviewRun).then(prepare)
    }

    fn note(&self) -> String {
        let minutes = self.shared.link_minutes.to_string();
        let minutes = [("minutes", Argument::Text(&minutes))];
        self.words.with("documents-expire", &minutes)
    }

    async fn foot(&self, count: u64) -> Result<Foot, Failure> {
        if count > MOST_SUMMED {
            let most = [("count", Argument::Count(MOST_SUMMED))];
            return Ok(Foot {
                note: self.words.with("invoices-sums-many", &most),
                ..Foot::default()
            });
        }
        let found = sums(&self.shared.app, &self.who.principal, &self.filter).await?;
        Ok(foot(self.words, count, found))
    }

    async fn load(&self, window: Window<InvoiceOrder>) -> Result<Rows, Failure> {
        let (app, by) = (&self.shared.app, &self.who.principal);
        let (found, pages) = browse(app, by, &self.filter, &window).await?;
        let stands = read::settlements(app, by, &found).await?;
        let rows = found.iter().map(|one| {
            row(
                (self.shared, self.who),
                self.words,
                one,
                stands.get(&one.id),
            )
        });
        Ok((rows.collect::<Result<_, _>>()?, pages))
    }
}

/// `GET /invoices`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let years = years(&shared.app, &who.principal).await;
    let invoices = Invoices {
        shared: &shared,
        words,
        who: &who,
        filter: InvoiceFilter {
            text: asked.typed("q"),
            year: asked.one("year").parse().ok(),
            stands: Stands::of_code(asked.one("standing")).map(|stands| StandsOn {
                stands,
                day: shared.app.clock.business().date_naive(),
            }),
        },
        years: years.map_err(|error| Failed::of(words, error))?,
    };
    table::list(&shared, words, &who, (&invoices, &asked)).await
}

/// Where an invoice stands, as the filter names it.
fn standing_name(words: Words, stands: Stands) -> String {
    match stands {
        Stands::Open => words.say("standing-open"),
        Stands::Overdue => words.say("standing-overdue"),
        Stands::Partly => words.say("standing-partly"),
        Stands::Settled => words.say("standing-settled"),
        Stands::Cancelled => words.say("state-cancelled"),
    }
}

/// The sums of all documents of the list, a row a currency.
fn foot(words: Words, count: u64, found: Vec<(Currency, Sums)>) -> Foot {
    let row = |(currency, sums): (Currency, Sums)| {
        let amounts = [sums.net, sums.tax, sums.gross, sums.open];
        let written = amounts.map(|money| format::amount(money, words.0));
        (currency.to_string(), written.to_vec())
    };
    Foot {
        title: words.with("invoices-sums", &[("count", Argument::Count(count))]),
        heads: vec![
            words.say("column-net"),
            words.say("column-tax"),
            words.say("column-gross"),
            words.say("standing-open"),
        ],
        rows: found.into_iter().map(row).collect(),
        note: words.say("invoices-sums-text"),
    }
}

fn row(
    (shared, who): (&Shared, &SignedIn),
    words: Words,
    stored: &StoredInvoice,
    stands: Option<&Settlement>,
) -> Result<Vec<Cell>, crate::db::DbError> {
    let view: Invoice = stored.read_view()?;
    let today = shared.app.clock.business().date_naive();
    let number = stored.number().unwrap_or_default();
    let gives_back = view.document_type == DocumentType::CreditNote;
    let signed = |money: crate::billing::Money| match gives_back {
        true => money.negated().unwrap_or(money),
        false => money,
    };
    let customer = view.customer.legal_name.clone();
    let documents = shared.document_links(who, number).into_iter();
    let documents = documents.map(|(label, href)| (label.to_owned(), href));
    Ok(vec![
        Cell::head(
            number,
            format!("/invoices/{number}"),
            kind(words, view.document_type),
        ),
        Cell::words(customer, view.contract.clone()),
        Cell::words(stored.head.customer.clone(), ""),
        Cell::words(view.contract.clone(), ""),
        Cell::day(words, view.issue_date),
        Cell::day(words, view.payment.due_date),
        Cell::money(words, Some(signed(view.totals.net))),
        Cell::money(words, Some(signed(view.totals.gross))),
        Cell::state(standing(words, (stored, &view), stands, today)),
        Cell::links(documents, number).exact(Value::Nothing),
    ])
}

/// What kind of document it is.
pub(in super::super) fn kind(words: Words, kind: DocumentType) -> String {
    match kind {
        DocumentType::Invoice => words.say("kind-invoice"),
        DocumentType::CreditNote => words.say("kind-credit-note"),
        DocumentType::CorrectedInvoice => words.say("kind-corrected"),
    }
}

/// Where an invoice stands, as badge and word.
pub(in super::super) fn state(
    words: Words,
    stored: &StoredInvoice,
    view: &Invoice,
) -> (&'static str, String) {
    if matches!(stored.state, InvoiceState::Cancelled { .. }) {
        return ("open", words.say("state-cancelled"));
    }
    let due = format::date(view.payment.due_date, words.0);
    let day = [("day", Argument::Text(&due))];
    match (view.document_type, view.payment.means) {
        (DocumentType::CreditNote, _) => ("good", words.say("state-set-off")),
        (_, PaymentMeans::Card) => ("open", words.with("state-card", &day)),
        _ => ("open", words.with("state-due", &day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_that_sorts_has_an_order() {
        table::tests::sorts::<Invoices<'_>>();
    }
}
