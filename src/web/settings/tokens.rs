//! API tokens: who has which, one's own, a new one that is shown once, and revoking.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::super::access::account::moment;
use super::super::access::{code, go};
use super::super::answer::{Failed, html};
use super::super::fields::{Field, Group, Kind, Values, Wrong, filled, summary};
use super::super::form::{Fields, Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::once::{Made, made};
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::said::{Done, go_saying};
use super::super::words::{Argument, Words};
use crate::access::api_token::{MAX_LIFE_DAYS, TokenId};
use crate::access::{Permission, Principal, SecretText};
use crate::db::Txn;
use crate::db::access::answers::Receipt;
use crate::db::access::tokens::NamedToken;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::access::tokens as cases;
use crate::usecases::audit_trail::Names;

/// Days that a new token lives unless another day is chosen.
const LIFE: i64 = 90;

/// Whose tokens a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Of all staff, for an administrator.
    Everybody,
    /// The reader's.
    Own,
}

impl Whose {
    const fn path(self) -> &'static str {
        match self {
            Self::Everybody => "/settings/tokens",
            Self::Own => "/account/tokens",
        }
    }
}

struct Row {
    id: String,
    name: String,
    owner: String,
    scopes: String,
    expires: String,
    used: String,
    state: &'static str,
    state_text: String,
    revokes: bool,
}

#[derive(Template)]
#[template(path = "settings/tokens.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    rows: Vec<Row>,
    /// Where its forms are sent.
    path: &'static str,
    manages: bool,
    /// The text of a new token, shown once.
    fresh: String,
    wrong: Vec<(String, String)>,
    groups: Vec<Group>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /settings/tokens`.
pub(in super::super) async fn list(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    begin(&shared, words, &who, Whose::Everybody).await
}

/// `GET /account/tokens`.
pub(in super::super) async fn own(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    begin(&shared, words, &who, Whose::Own).await
}

async fn begin(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    whose: Whose,
) -> Result<Response, Failed> {
    let last = shared.app.clock.system() + TimeDelta::days(LIFE);
    let mut values = Values::default();
    values.set("expires", last.date_naive().to_string());
    let shown = (&values, &Wrong::new(), String::new());
    page(shared, words, (who, whose), shown).await
}

async fn page(
    shared: &Shared,
    words: Words,
    (who, whose): (&SignedIn, Whose),
    (values, wrong, fresh): (&Values, &Wrong, String),
) -> Result<Response, Failed> {
    let found = match whose {
        Whose::Everybody => cases::list_with_owners(&shared.app, &who.principal).await,
        Whose::Own => {
            let own = cases::own(&shared.app, &who.principal).await;
            own.map(|own| (own, Names::new()))
        }
    };
    let (all, names) = found.map_err(|failure| Failed::of(words, failure))?;
    let manages = whose == Whose::Own || who.principal.may(Permission::ManageTokens);
    let place = match whose {
        Whose::Everybody => Place::Tokens,
        Whose::Own => Place::Nowhere,
    };
    let now = shared.app.clock.system();
    let groups = filled(form(words, &who.principal), values, wrong);
    let page = Page {
        frame: shared.frame(words, who, place, words.say("tokens-title")),
        path: whose.path(),
        csrf: token(shared, who),
        rows: all
            .iter()
            .map(|one| row(words, &names, one, (now, manages)))
            .collect(),
        manages,
        fresh,
        wrong: summary(words, &groups, wrong),
        groups,
        words,
    };
    let mut response = html(words, &page)?;
    if !wrong.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn row(
    words: Words,
    names: &Names,
    one: &NamedToken,
    (now, manages): (DateTime<Utc>, bool),
) -> Row {
    let scopes: Vec<String> = one
        .token
        .scopes
        .iter()
        .map(|scope| permission(words, *scope))
        .collect();
    let live = one.token.revoked_at.is_none() && one.token.expires_at > now;
    let (state, state_text) = match one.token.revoked_at {
        Some(at) => {
            let at = moment(words, at);
            let revoked = [("moment", Argument::Text(&at))];
            ("blocked", words.with("tokens-revoked", &revoked))
        }
        None if live => ("good", words.say("tokens-live")),
        None => ("overdue", words.say("tokens-expired")),
    };
    Row {
        id: one.token.id.as_str().to_owned(),
        name: one.name.clone(),
        owner: names.get(&one.token.owner).cloned().unwrap_or_default(),
        scopes: scopes.join(", "),
        expires: moment(words, one.token.expires_at),
        used: match one.last_used_at {
            Some(at) => moment(words, at),
            None => words.say("tokens-unused"),
        },
        state,
        state_text,
        revokes: manages && live,
    }
}

/// The form of a new token: it carries what its owner may, and what is no matter of people only.
fn form(words: Words, by: &Principal) -> Vec<Group> {
    let own = Permission::ALL.into_iter();
    let own = own.filter(|one| by.may(*one) && !one.is_for_people_only());
    let scopes = own
        .map(|one| (one.as_str().to_owned(), permission(words, one)))
        .collect();
    let days = [("days", Argument::Count(MAX_LIFE_DAYS.unsigned_abs()))];
    let fields = vec![
        Field::new("name", words.say("column-name")).hint(words.say("tokens-name-hint")),
        Field::new("expires", words.say("tokens-expires"))
            .of(Kind::Date)
            .hint(words.with("tokens-expires-hint", &days))
            .short(),
        Field::new("scope", words.say("tokens-scopes"))
            .of(Kind::Ticks(scopes))
            .hint(words.say("tokens-scopes-hint")),
    ];
    let text = words.say("tokens-new-text");
    vec![Group::new("new", words.say("tokens-new"), fields).text(text)]
}

/// `POST /settings/tokens`: makes a token and shows it, once.
pub(in super::super) async fn issue(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    make(&shared, words, (&who, Whose::Everybody), &fields).await
}

/// `POST /account/tokens`: the same, from the own account.
pub(in super::super) async fn issue_own(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    make(&shared, words, (&who, Whose::Own), &fields).await
}

async fn make(
    shared: &Shared,
    words: Words,
    (who, whose): (&SignedIn, Whose),
    fields: &Fields,
) -> Result<Response, Failed> {
    let values: Values = fields.sent().collect();
    let scopes: BTreeSet<Permission> = values
        .all("scope")
        .iter()
        .filter_map(|scope| scope.parse().ok())
        .collect();
    // To the end of the day that was chosen.
    let day: Option<NaiveDate> = values.one("expires").parse().ok();
    let expires = day
        .and_then(|day| day.succ_opt())
        .map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let Some(expires) = expires else {
        let wrong = vec![("expires".to_owned(), words.say("customer-error-day"))];
        return page(
            shared,
            words,
            (who, whose),
            (&values, &wrong, String::new()),
        )
        .await;
    };
    let name = values.one("name").to_owned();
    let receipt = fields.receipt(who);
    match stored(shared, who, (receipt, whose), (&name, scopes, expires)).await {
        Ok(Made::Before(to)) => Ok(go_saying(shared, &to, &Done::TokenBefore)),
        Ok(Made::Now(_, text)) => {
            let text = text.reveal().to_owned();
            let shown = (&Values::default(), &Wrong::new(), text);
            page(shared, words, (who, whose), shown).await
        }
        Err(failure) => {
            let (field, text) = match code(&failure) {
                "account.malformed-name" => ("name", words.say("error-name")),
                "token.no-scope" => ("scope", words.say("tokens-error-scope")),
                "token.life-out-of-bounds" => ("expires", words.say("tokens-error-life")),
                _ => return Err(Failed::of(words, failure)),
            };
            let wrong = vec![(field.to_owned(), text)];
            page(
                shared,
                words,
                (who, whose),
                (&values, &wrong, String::new()),
            )
            .await
        }
    }
}

/// Makes a token, once for a form; its text.
async fn stored(
    shared: &Shared,
    who: &SignedIn,
    (receipt, whose): (Receipt, Whose),
    (name, scopes, expires): (&str, BTreeSet<Permission>, DateTime<Utc>),
) -> Result<Made<SecretText>, Failure> {
    let (text, named) = cases::draft(&shared.app, &who.principal, name, scopes, expires)?;
    let (app, actor) = (shared.app.clone(), who.principal.actor());
    let work = async move |txn: &Txn| {
        cases::store_in(txn, &app, &actor, &named).await?;
        Ok::<_, Failure>((whose.path().to_owned(), ()))
    };
    Ok(made(shared, receipt, work).await?.with(text))
}

/// `POST /settings/tokens/{token}/revoke`.
pub(in super::super) async fn revoke(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(id): Path<String>,
    Form(_): Form,
) -> Result<Response, Failed> {
    end(&shared, words, (&who, Whose::Everybody), &id).await
}

/// `POST /account/tokens/{token}/revoke`.
pub(in super::super) async fn revoke_own(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(id): Path<String>,
    Form(_): Form,
) -> Result<Response, Failed> {
    end(&shared, words, (&who, Whose::Own), &id).await
}

async fn end(
    shared: &Shared,
    words: Words,
    (who, whose): (&SignedIn, Whose),
    id: &str,
) -> Result<Response, Failed> {
    let Ok(id) = TokenId::parse(id) else {
        return Err(Failed::missing(words));
    };
    match cases::revoke(&shared.app, &who.principal, &id).await {
        Ok(()) => Ok(go(whose.path(), [])),
        Err(failure) if code(&failure) == "token.unknown" => Err(Failed::missing(words)),
        Err(failure) => Err(Failed::of(words, failure)),
    }
}

/// What a permission is for, in words; the code of what no token carries.
fn permission(words: Words, one: Permission) -> String {
    match one {
        Permission::ReadCustomers => words.say("scope-customers-read"),
        Permission::EditCustomers => words.say("scope-customers-edit"),
        Permission::ReadContracts => words.say("scope-contracts-read"),
        Permission::ReadUsage => words.say("scope-usage-read"),
        Permission::EnterUsage => words.say("scope-usage-enter"),
        Permission::ReadSources => words.say("scope-sources-read"),
        Permission::ManageSources => words.say("scope-sources-manage"),
        Permission::ReadRuns => words.say("scope-runs-read"),
        Permission::PreviewRun => words.say("scope-runs-preview"),
        Permission::IssueRun => words.say("scope-runs-issue"),
        Permission::ReadInvoices => words.say("scope-invoices-read"),
        Permission::CancelInvoice => words.say("scope-invoices-cancel"),
        Permission::RefundPayment => words.say("scope-refunds"),
        Permission::DownloadDocuments => words.say("scope-documents"),
        Permission::ReadLedger => words.say("scope-ledger"),
        Permission::ReadAudit => words.say("scope-audit"),
        Permission::ReadJobs => words.say("scope-jobs-read"),
        Permission::RetryJob => words.say("scope-jobs-retry"),
        Permission::ReadSettings => words.say("scope-settings-read"),
        Permission::EditSettings => words.say("scope-settings-edit"),
        Permission::ReadUsers => words.say("scope-users-read"),
        other => other.as_str().to_owned(),
    }
}
