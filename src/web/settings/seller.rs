//! Sellers: the legal entities that bill, with their states, series and accounts.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::access::account::moment;
use super::super::access::{encoded, go};
use super::super::answer::{Failed, html};
use super::super::fields::Difference;
use super::super::form::{Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::seller_edit::{differences, form};
use super::seller_values::values_of;
use crate::access::Permission;
use crate::billing::party::Seller;
use crate::db::Version;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::edit_seller::{Decision, EditError, SellerSheet, all, decide, one};
use crate::web::format;

struct Row {
    name: String,
    href: String,
    code: String,
    series: String,
    iban: String,
    state: &'static str,
    state_text: String,
}

#[derive(Template)]
#[template(path = "settings/sellers.html")]
struct ListPage {
    frame: Frame,
    words: Words,
    rows: Vec<Row>,
}

impl ListPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /settings/seller`.
pub(in super::super) async fn list(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    let sheets = all(&shared.app, &who.principal).await;
    let sheets = sheets.map_err(|error| Failed::of(words, error))?;
    let row = |sheet: &SellerSheet| {
        let (state, state_text) = state(words, sheet);
        Row {
            name: sheet.seller.legal_name.clone(),
            href: format!("/settings/seller/{}", encoded(&sheet.seller.code)),
            code: sheet.seller.code.clone(),
            series: sheet.seller.series.clone(),
            iban: format::fours(&sheet.seller.bank.iban),
            state,
            state_text,
        }
    };
    html(
        words,
        &ListPage {
            frame: shared.frame(words, &who, Place::Sellers, words.say("sellers-title")),
            rows: sheets.iter().map(row).collect(),
            words,
        },
    )
}

fn state(words: Words, sheet: &SellerSheet) -> (&'static str, String) {
    match sheet.waiting {
        Some(_) => ("due", words.say("sellers-waits")),
        None => ("good", words.say("sellers-holds")),
    }
}

/// A heading and its facts.
struct Facts {
    id: &'static str,
    title: String,
    facts: Vec<(String, Vec<String>)>,
}

struct Stage {
    from: String,
    instant: String,
    known: String,
    now: bool,
    correct: String,
}

#[derive(Template)]
#[template(path = "settings/seller.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    path: String,
    edit: String,
    sub: String,
    state: &'static str,
    state_text: String,
    /// What a second person is asked to take.
    waiting: Option<Vec<Difference>>,
    /// Which proposal that is; the decision names it.
    proposal: i64,
    /// Was another proposal looked at when the decision was made?
    replaced: bool,
    /// May the reader decide, and not only refuse?
    decides: bool,
    own: bool,
    facts: Vec<Facts>,
    series: Vec<(String, String)>,
    stages: Vec<Stage>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /settings/seller/{code}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(code): Path<String>,
) -> Result<Response, Failed> {
    page(&shared, words, &who, (&code, false)).await
}

async fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (code, replaced): (&str, bool),
) -> Result<Response, Failed> {
    let sheet = one(&shared.app, &who.principal, code, None).await;
    let sheet = sheet.map_err(|error| refused(words, error))?;
    let seller = &sheet.seller;
    let edits = who.principal.may(Permission::EditSettings);
    let path = format!("/settings/seller/{}", encoded(&seller.code));
    let edit = if edits {
        format!("{path}/edit")
    } else {
        String::new()
    };
    let (state, state_text) = state(words, &sheet);
    let waiting = sheet.waiting.as_ref();
    let before = sheet.before_waiting();
    let mut response = html(
        words,
        &Page {
            frame: frame(shared, words, who, seller),
            csrf: token(shared, who),
            sub: seller.code.clone(),
            state,
            state_text,
            waiting: waiting.map(|waits| differences(words, before.as_ref(), &waits.after)),
            proposal: waiting.map_or(0, |waits| waits.proposal),
            replaced,
            decides: edits,
            own: waiting.is_some_and(|waits| waits.by.is_none_or(|by| by == who.account.id)),
            facts: facts(words, seller),
            series: series(words, &sheet),
            stages: stages(words, &sheet, &edit),
            path,
            edit,
            words,
        },
    )?;
    if replaced {
        *response.status_mut() = StatusCode::CONFLICT;
    }
    Ok(response)
}

fn frame(shared: &Shared, words: Words, who: &SignedIn, seller: &Seller) -> Frame {
    shared
        .frame(words, who, Place::Sellers, seller.legal_name.clone())
        .with_trail(words, who, &format!("seller/{}", seller.code))
}

/// What a use case refused: what is not there is missing.
pub(super) fn refused(words: Words, error: EditError) -> Failed {
    match error {
        EditError::Unknown { .. } => Failed::missing(words),
        error => Failed::of(words, error),
    }
}

/// The facts in the groups of the form, without those that are not there.
fn facts(words: Words, seller: &Seller) -> Vec<Facts> {
    let yes_no = (words.say("customer-yes"), words.say("customer-no"));
    let values = values_of(seller, None);
    let groups = super::super::fields::filled(form(words), &values, &Vec::new());
    let facts = |group: super::super::fields::Group| Facts {
        id: group.id,
        title: group.title,
        facts: group
            .fields
            .into_iter()
            .map(|field| {
                let said = field.said((&yes_no.0, &yes_no.1));
                (field.label, said)
            })
            .filter(|(_, said)| said.iter().any(|line| !line.is_empty()))
            .collect(),
    };
    let all = groups.into_iter().map(facts);
    all.filter(|group| !group.facts.is_empty()).collect()
}

fn series(words: Words, sheet: &SellerSheet) -> Vec<(String, String)> {
    let one = |series: &crate::db::numbering::Series| {
        let next = crate::usecases::bill::number_of(series, series.next);
        let next = format::unbroken(&next);
        let next = words.with("sellers-next", &[("next", Argument::Text(&next))]);
        // A series begins anew each year; years of one prefix are told apart.
        (format!("{} {}", series.prefix, series.year), next)
    };
    sheet.series.iter().map(one).collect()
}

/// The states, the newest first.
fn stages(words: Words, sheet: &SellerSheet, edit: &str) -> Vec<Stage> {
    let holds = |state: &&Version<Seller>| state.valid_from <= sheet.today;
    let now = sheet.states.iter().rev().find(holds);
    let now = now.or(sheet.states.first()).map(|state| state.valid_from);
    let stage = |state: &Version<Seller>| {
        let known = moment(words, state.recorded_at);
        Stage {
            from: format::date(state.valid_from, words.0),
            instant: state.valid_from.to_string(),
            known: words.with(
                "customer-state-known",
                &[("moment", Argument::Text(&known))],
            ),
            now: now == Some(state.valid_from),
            correct: match edit {
                "" => String::new(),
                edit => format!("{edit}?from={}", state.valid_from),
            },
        }
    };
    sheet.states.iter().rev().map(stage).collect()
}

/// `POST /settings/seller/{code}/decide`: a second person takes or refuses a bank account. Where
/// another proposal waits by now, that one is shown, and nothing is decided.
pub(in super::super) async fn decide_bank(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(code): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let decision = Decision {
        proposal: fields.one("proposal").parse().unwrap_or_default(),
        takes: fields.one("decision") == "take",
    };
    match decide(&shared.app, &who.principal, &code, decision).await {
        Ok(()) => Ok(go(&format!("/settings/seller/{}", encoded(&code)), [])),
        Err(EditError::Replaced) => page(&shared, words, &who, (&code, true)).await,
        Err(error) => Err(refused(words, error)),
    }
}
