//! The page of a billing run: what it bills, who has approved it, and the buttons of its next step.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::access::{code, encoded, go};
use super::super::answer::{Failed, html};
use super::super::finance::invoices::kind;
use super::super::form::{Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::said::{Done, go_saying};
use super::super::words::{Argument, Words};
use super::change::Against;
use super::{Names, state, summary, sums};
use crate::access::Permission;
use crate::db::proposals::{Proposal, ProposalState};
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::bill::Report;
use crate::usecases::billing_run::{self, Outcome, Step};
use crate::web::format;

struct Line {
    customer: String,
    customer_href: String,
    contract: String,
    contract_href: String,
    kind: String,
    date: String,
    net: String,
    tax: String,
    gross: String,
    currency: String,
}

/// A step of the run: whether it was taken, its name, and who took it when. The first that was not
/// taken is the one the run stands at.
struct Shown {
    taken: bool,
    now: bool,
    name: String,
    done: String,
}

impl Shown {
    fn taken(name: String, done: String) -> Self {
        Self {
            taken: true,
            now: false,
            name,
            done,
        }
    }

    fn now(name: String, done: String) -> Self {
        Self {
            taken: false,
            now: true,
            name,
            done,
        }
    }

    fn later(name: String) -> Self {
        Self {
            taken: false,
            now: false,
            name,
            done: String::new(),
        }
    }
}

/// A contract that is not billed.
struct Stopped {
    contract: String,
    code: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "runs/run.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    path: String,
    sub: String,
    state: &'static str,
    state_text: String,
    taken: Vec<Shown>,
    /// What the next button does, a sentence each.
    consequences: Vec<String>,
    /// What is billed: the service period, in a sentence.
    period: String,
    change: Against,
    hash: String,
    sums: Vec<[String; 4]>,
    lines: Vec<Line>,
    blocked: Vec<Stopped>,
    approves: bool,
    own: bool,
    issues: bool,
    withdraws: bool,
    issuing: bool,
    done: u64,
    total: u64,
    progress: String,
    outcome: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

fn id(words: Words, text: &str) -> Result<i64, Failed> {
    text.parse().map_err(|_| Failed::missing(words))
}

/// `GET /runs/{id}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(text): Path<String>,
) -> Result<Response, Failed> {
    let found = billing_run::one(&shared.app, &who.principal, id(words, &text)?).await;
    let proposal = match found {
        Ok(proposal) => proposal,
        Err(failure) if code(&failure) == "run.unknown" => return Err(Failed::missing(words)),
        Err(failure) => return Err(Failed::of(words, failure)),
    };
    let page = page(&shared, words, &who, &proposal).await;
    html(words, &page.map_err(|failure| Failed::of(words, failure))?)
}

async fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    proposal: &Proposal,
) -> Result<Page, Failure> {
    let report: Report = serde_json::from_str(&proposal.body)
        .map_err(|error| Failure::of("internal.unlisted", &error))?;
    let before = billing_run::last_before(&shared.app, &who.principal, proposal).await?;
    let names = Names::of(&shared.app, &who.principal).await?;
    let (documents, gross) = summary(words, &report);
    let (badge, state_text) = state(words, proposal);
    let (done, total) = billing_run::progress(&shared.app, proposal).await?;
    let done = done.min(total);
    let waits = proposal.state == ProposalState::Prepared;
    let approved = matches!(proposal.state, ProposalState::Approved { .. });
    let may = |permission| who.principal.may(permission);
    let own = proposal.prepared.by == who.account.id;
    let day = format::date(proposal.as_of, words.0);
    let counts = [
        ("done", Argument::Count(done)),
        ("total", Argument::Count(total)),
    ];
    Ok(Page {
        frame: shared
            .frame(
                words,
                who,
                Place::Runs,
                words.with("run-of", &[("day", Argument::Text(&day))]),
            )
            .with_trail(words, who, &format!("run/{}", proposal.id)),
        csrf: token(shared, who),
        path: format!("/runs/{}", proposal.id),
        sub: if gross.is_empty() {
            documents
        } else {
            format!("{documents} · {gross}")
        },
        state: badge,
        state_text,
        taken: steps(words, &names, proposal),
        consequences: consequences(words, proposal, report.issued.len() as u64),
        period: period(words, proposal, &day),
        change: Against::of(words, before, &report),
        hash: format::hash(&proposal.digest),
        sums: money(words, &report),
        lines: lines(words, who, &report),
        blocked: report.blocked.into_iter().map(stopped).collect(),
        approves: waits && may(Permission::ApproveRun) && !own,
        own: waits && own,
        issues: approved && may(Permission::IssueRun),
        withdraws: (waits || approved)
            && (may(Permission::PreviewRun) || may(Permission::ApproveRun)),
        issuing: matches!(proposal.state, ProposalState::Issuing { .. }),
        progress: words.with("run-progress", &counts),
        outcome: outcome(words, proposal),
        done,
        total,
        words,
    })
}

fn stopped(row: crate::usecases::bill::BlockedRow) -> Stopped {
    Stopped {
        contract: row.contract,
        code: row.code,
        reason: row.reason,
    }
}

fn lines(words: Words, who: &SignedIn, report: &Report) -> Vec<Line> {
    let href = |permission, list: &str, id: &str| match who.principal.may(permission) {
        true => format!("/{list}/{}", encoded(id)),
        false => String::new(),
    };
    let line = |row: &crate::usecases::bill::Row| Line {
        customer: row.name.clone(),
        customer_href: href(
            Permission::ReadCustomers,
            "customers",
            &row.customer.to_string(),
        ),
        contract: row.contract.clone(),
        contract_href: href(Permission::ReadContracts, "contracts", &row.contract),
        kind: kind(words, row.document_type),
        date: format::date(row.date, words.0),
        net: format::amount(row.net, words.0),
        tax: format::amount(row.tax, words.0),
        gross: format::amount(row.gross, words.0),
        currency: row.gross.currency().to_string(),
    };
    report.issued.iter().map(line).collect()
}

fn money(words: Words, report: &Report) -> Vec<[String; 4]> {
    let found = sums(&report.issued).unwrap_or_default().into_iter();
    found
        .map(|(currency, sums)| {
            let [net, tax, gross] = sums.map(|sum| format::amount(sum, words.0));
            [currency.to_string(), net, tax, gross]
        })
        .collect()
}

/// The steps of a run, as far as they were taken.
fn steps(words: Words, names: &Names, proposal: &Proposal) -> Vec<Shown> {
    let prepared = names.done(words, proposal.prepared);
    let first = Shown::taken(words.say("run-prepared"), prepared);
    let (approve, issue) = (words.say("run-approved"), words.say("run-issued"));
    let done = |done| names.done(words, done);
    match &proposal.state {
        ProposalState::Prepared => {
            let approve = Shown::now(approve, String::new());
            vec![first, approve, Shown::later(issue)]
        }
        ProposalState::Approved { approved } => {
            let approve = Shown::taken(approve, done(*approved));
            vec![first, approve, Shown::now(issue, String::new())]
        }
        ProposalState::Issuing { approved, issued } => {
            let approve = Shown::taken(approve, done(*approved));
            vec![first, approve, Shown::now(issue, done(*issued))]
        }
        ProposalState::Issued {
            approved, issued, ..
        } => {
            let approve = Shown::taken(approve, done(*approved));
            vec![first, approve, Shown::taken(issue, done(*issued))]
        }
        ProposalState::Withdrawn { .. } => {
            let end = Shown::now(words.say("run-state-withdrawn"), String::new());
            vec![first, end]
        }
    }
}

/// What comes of the next step: nothing changes before the last one.
fn consequences(words: Words, proposal: &Proposal, count: u64) -> Vec<String> {
    let count = [("count", Argument::Count(count))];
    match &proposal.state {
        ProposalState::Prepared => vec![
            words.say("run-then-approve"),
            words.say("run-then-withdraw"),
        ],
        ProposalState::Approved { .. } => vec![
            words.with("run-then-numbers", &count),
            words.say("run-then-ledger"),
            words.say("run-then-kept"),
        ],
        _ => Vec::new(),
    }
}

/// Up to when service is billed.
fn period(words: Words, proposal: &Proposal, day: &str) -> String {
    let day = ("day", Argument::Text(day));
    match proposal.service_until {
        None => words.with("run-period", &[day]),
        Some(until) => {
            let until = format::date(until, words.0);
            words.with(
                "run-period-until",
                &[day, ("until", Argument::Text(&until))],
            )
        }
    }
}

/// What came of it.
fn outcome(words: Words, proposal: &Proposal) -> String {
    match &proposal.state {
        ProposalState::Issued { outcome, .. } => {
            let Ok(found) = serde_json::from_str::<Outcome>(outcome) else {
                return String::new();
            };
            let counts = [
                ("issued", Argument::Count(found.issued)),
                ("blocked", Argument::Count(found.blocked)),
                ("pending", Argument::Count(found.pending)),
            ];
            words.with("run-outcome", &counts)
        }
        ProposalState::Withdrawn { outcome, .. } if outcome == "changed" => {
            words.say("run-changed-text")
        }
        _ => String::new(),
    }
}

/// `POST /runs/{id}/approve`.
pub(in super::super) async fn approve(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(text): Path<String>,
    Form(_): Form,
) -> Result<Response, Failed> {
    let id = id(words, &text)?;
    let outcome = billing_run::step(&shared.app, &who.principal, id, Step::Approve).await;
    after(&shared, words, id, outcome.map(|_| Done::RunApproved))
}

/// `POST /runs/{id}/withdraw`.
pub(in super::super) async fn withdraw(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(text): Path<String>,
    Form(_): Form,
) -> Result<Response, Failed> {
    let id = id(words, &text)?;
    let outcome = billing_run::step(&shared.app, &who.principal, id, Step::Withdraw).await;
    after(&shared, words, id, outcome.map(|_| Done::RunWithdrawn))
}

/// `POST /runs/{id}/issue`.
pub(in super::super) async fn issue(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(text): Path<String>,
    Form(_): Form,
) -> Result<Response, Failed> {
    let id = id(words, &text)?;
    let outcome = billing_run::step(&shared.app, &who.principal, id, Step::Issue).await;
    after(&shared, words, id, outcome.map(|_| Done::RunIssuing))
}

/// Back to the page of the run. A step that somebody else has taken shows there.
fn after(
    shared: &Shared,
    words: Words,
    id: i64,
    outcome: Result<Done, Failure>,
) -> Result<Response, Failed> {
    match outcome {
        Ok(done) => Ok(go_saying(shared, &format!("/runs/{id}"), &done)),
        Err(failure) if code(&failure) == "run.state" => Ok(go(&format!("/runs/{id}"), [])),
        Err(failure) if code(&failure) == "run.unknown" => Err(Failed::missing(words)),
        Err(failure) => Err(Failed::of(words, failure)),
    }
}
