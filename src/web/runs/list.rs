//! The list of billing runs, and the form that prepares one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use super::super::answer::{Failed, html};
use super::super::form::{Fields, Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::once::{led, made};
use super::super::parts::Frame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::said::{Done, go_saying};
use super::super::table::{
    self, Answered, Asked, Cell, Drawn, Filter, Kind, List, Listing, Rows, Texts, Value, column,
};
use super::super::words::{Argument, Words};
use super::{Names, state, summary};
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::answers::Receipt;
use crate::db::browse::Window;
use crate::db::proposals::{Proposal, ProposalOrder};
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::bill::{Report, Request};
use crate::usecases::billing_run;
use crate::web::format;

static LIST: List = List {
    key: "runs",
    path: "/runs",
    place: Place::Runs,
    columns: &[
        column("run", Kind::Head, |words| words.say("column-run"))
            .always()
            .sorts(),
        column("documents", Kind::Day, |words| {
            words.say("column-documents")
        }),
        column("gross", Kind::Share, |words| words.say("column-gross")),
        column("prepared", Kind::Fact, |words| words.say("column-prepared")).sorts(),
        column("state", Kind::State, |words| words.say("column-state")),
    ],
    order: ("prepared", true),
    texts: |words| Texts {
        title: words.say("runs-title"),
        empty: (words.say("runs-empty-title"), words.say("runs-empty-text")),
        ..Texts::default()
    },
    sum: |words, _, _| words.say("runs-text"),
};

/// The list for somebody.
struct Runs<'a> {
    app: &'a App,
    words: Words,
    by: &'a Principal,
    names: Names,
}

impl Listing for Runs<'_> {
    type By = ProposalOrder;
    const LIST: &'static List = &LIST;

    fn by(key: &str) -> Option<ProposalOrder> {
        match key {
            "run" => Some(ProposalOrder::AsOf),
            "prepared" => Some(ProposalOrder::Prepared),
            _ => None,
        }
    }

    fn filters(&self) -> Vec<Filter> {
        Vec::new()
    }

    async fn load(&self, window: Window<ProposalOrder>) -> Result<Rows, Failure> {
        let (found, pages) = billing_run::browse(self.app, self.by, &window).await?;
        let row = |one: &Proposal| row(self.words, &self.names, one);
        Ok((found.iter().map(row).collect(), pages))
    }
}

#[derive(Template)]
#[template(path = "runs/list.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    list: Drawn,
    sum: String,
    prepares: bool,
    as_of: String,
    service_until: String,
    closed: String,
    error: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /runs`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let nothing = (&Fields::default(), String::new());
    page(&shared, words, &who, (&asked, nothing)).await
}

async fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (asked, (typed, error)): (&Asked, (&Fields, String)),
) -> Result<Response, Failed> {
    let names = Names::of(&shared.app, &who.principal).await;
    let runs = Runs {
        app: &shared.app,
        words,
        by: &who.principal,
        names: names.map_err(|error| Failed::of(words, error))?,
    };
    let list = match table::answered(shared, words, who, (&runs, asked)).await? {
        Answered::File(file) => return Ok(file),
        Answered::Drawn(drawn) => *drawn,
    };
    let closed = billing_run::closed_until(&shared.app).await;
    let closed = closed.map_err(|failure| Failed::of(words, failure))?;
    let closed = closed.map(|day| format::date(day, words.0));
    let today = shared.app.clock.business().date_naive();
    let refused = !error.is_empty();
    let as_of = match typed.one("as_of") {
        "" => today.to_string(),
        typed => typed.to_owned(),
    };
    let page = Page {
        frame: shared.frame(words, who, Place::Runs, words.say("runs-title")),
        words,
        csrf: token(shared, who),
        sum: list.sum.clone(),
        list,
        prepares: who.principal.may(Permission::PreviewRun),
        as_of,
        service_until: typed.one("service_until").to_owned(),
        closed: closed.map_or_else(String::new, |day| {
            words.with("runs-closed", &[("day", Argument::Text(&day))])
        }),
        error,
    };
    let mut response = html(words, &page)?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn row(words: Words, names: &Names, proposal: &Proposal) -> Vec<Cell> {
    let report: Report = serde_json::from_str(&proposal.body).unwrap_or_default();
    let (documents, gross) = summary(words, &report);
    let day = format::date(proposal.as_of, words.0);
    let name = words.with("run-of", &[("day", Argument::Text(&day))]);
    let many = report.issued.len().to_string();
    vec![
        Cell::head(name, format!("/runs/{}", proposal.id), "").exact(Value::Day(proposal.as_of)),
        Cell::words(documents, "").exact(Value::Decimal(many)),
        Cell::words(gross, ""),
        Cell::words(names.done(words, proposal.prepared), ""),
        Cell::state(state(words, proposal)),
    ]
}

/// `POST /runs`: prepares a run.
pub(in super::super) async fn prepare(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let request = match request(&shared, words, &fields) {
        Ok(request) => request,
        Err(error) => {
            return page(&shared, words, &who, (&Asked::default(), (&fields, error))).await;
        }
    };
    let prepared = prepared(&shared, &who, (fields.receipt(&who), request)).await;
    let to = prepared.map_err(|failure| Failed::of(words, failure))?;
    Ok(go_saying(&shared, &to, &Done::RunPrepared))
}

/// Prepares a run, once for a form; where it is found.
async fn prepared(
    shared: &Shared,
    who: &SignedIn,
    (receipt, request): (Receipt, Request),
) -> Result<String, Failure> {
    if let Some(to) = led(shared, &receipt).await? {
        return Ok(to);
    }
    let (app, by) = (shared.app.clone(), who.principal.clone());
    let proposal = billing_run::proposed(&app, &by, request).await?;
    let work = async move |txn: &Txn| {
        let kept = billing_run::keep_in(txn, &app, &by, &proposal).await?;
        Ok::<_, Failure>((format!("/runs/{}", kept.id), ()))
    };
    Ok(made(shared, receipt, work).await?.place())
}

/// The days that were typed. A day in the future would close the books up to it.
fn request(shared: &Shared, words: Words, fields: &Fields) -> Result<Request, String> {
    let day = |name| fields.one(name).trim().parse::<NaiveDate>();
    let as_of = day("as_of").map_err(|_| words.say("error-day"))?;
    if as_of > shared.app.clock.business().date_naive() {
        return Err(words.say("error-future"));
    }
    let service_until = match fields.one("service_until").trim() {
        "" => None,
        _ => Some(day("service_until").map_err(|_| words.say("error-day"))?),
    };
    Ok(Request {
        as_of,
        service_until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_that_sorts_has_an_order() {
        table::tests::sorts::<Runs<'_>>();
    }
}
