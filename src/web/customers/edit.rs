//! A customer is entered or edited: the form, what it would change, and what somebody else changed
//! meanwhile.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::super::access::go;
use super::super::answer::{Failed, html};
use super::super::edit_page::{EditPage, Effect, LookPage};
use super::super::fields::{self, Difference, Values, Wrong, filled, summary};
use super::super::form::{Fields, Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use super::edit_form::form;
use super::edit_values::{customer_of, values_of};
use super::faults::told;
use super::next::{Next, next};
use super::tax::lacking_in;
use super::{day, text};
use crate::billing::party::{Customer, ViesAnswer};
use crate::book::BEGINNING;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::edit_customer::{
    Edit, EditError, Opened, Preview, as_it_was, next_number, open,
};

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    /// The day whose state is corrected.
    from: String,
}

/// A form as it is shown.
struct Shown<'a> {
    opened: Option<&'a Opened>,
    values: Values,
    wrong: Wrong,
    /// Whether the state the form was made from is known, and what was changed since.
    meanwhile: Option<(bool, Vec<Difference>)>,
    status: StatusCode,
}

/// `GET /customers/new`.
pub(in super::super) async fn begin(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    let next = next_number(&shared.app, &who.principal).await;
    let next = next.map_err(|error| Failed::of(words, error))?;
    let mut values = Values::default();
    values.maybe("number", next.map(|number| number.to_string()));
    values.set("language", words.0.code());
    values.set("currency", "EUR");
    let shown = Shown {
        opened: None,
        values,
        wrong: Wrong::new(),
        meanwhile: None,
        status: StatusCode::OK,
    };
    page(&shared, words, &who, shown)
}

/// `GET /customers/{number}/edit`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let from: Option<NaiveDate> = asked.from.parse().ok();
    let opened = opened(&shared, words, (&who, &number), from).await?;
    // The state from the beginning has no first day; any other edit begins today.
    let first = match from {
        Some(BEGINNING) => None,
        from => Some(from.unwrap_or(opened.today)),
    };
    let shown = Shown {
        values: values_of(&opened.customer, first),
        opened: Some(&opened),
        wrong: Wrong::new(),
        meanwhile: None,
        status: StatusCode::OK,
    };
    page(&shared, words, &who, shown)
}

async fn opened(
    shared: &Shared,
    words: Words,
    (who, number): (&SignedIn, &str),
    day: Option<NaiveDate>,
) -> Result<Opened, Failed> {
    match open(&shared.app, &who.principal, number, day).await {
        Ok(opened) => Ok(opened),
        Err(EditError::Unknown { .. }) => Err(Failed::missing(words)),
        Err(error) => Err(Failed::of(words, error)),
    }
}

/// `POST /customers/new`.
pub(in super::super) async fn create(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    sent(&shared, words, &who, None, &fields).await
}

/// `POST /customers/{number}/edit`.
pub(in super::super) async fn change(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let day: Option<NaiveDate> = fields.one("valid_from").trim().parse().ok();
    let opened = opened(&shared, words, (&who, &number), day).await?;
    sent(&shared, words, &who, Some(&opened), &fields).await
}

/// A form came back: it is shown again, previewed or saved.
async fn sent(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    opened: Option<&Opened>,
    fields: &Fields,
) -> Result<Response, Failed> {
    let values: Values = fields.sent().collect();
    let (customer, unread) = customer_of(words, &values, opened.map(|one| &one.customer));
    let edit = Edit {
        customer,
        made_from: opened.map(|_| fields.one("made_from").parse().unwrap_or_default()),
    };
    let mut shown = Shown {
        opened,
        values,
        wrong: unread,
        meanwhile: None,
        status: StatusCode::UNPROCESSABLE_ENTITY,
    };
    if fields.one("step") == "edit" {
        shown.wrong.clear();
        shown.status = StatusCode::OK;
        return page(shared, words, who, shown);
    }
    let readable = shown.wrong.is_empty();
    let error = match next(shared, who, (&edit, readable), fields).await {
        Ok(Next::Saved(to)) => return Ok(go(&to, [])),
        Ok(Next::Look(found)) => {
            let page = preview_page(shared, words, who, (&edit, opened), (&found, fields));
            return html(words, &page);
        }
        Err(error) => error,
    };
    match error {
        EditError::Wrong(wrong) => {
            for one in told(words, &wrong) {
                if shown.wrong.iter().all(|(name, _)| *name != one.0) {
                    shown.wrong.push(one);
                }
            }
        }
        EditError::Taken { .. } => {
            let error = ("number".to_owned(), words.say("customer-error-taken"));
            shown.wrong.push(error);
        }
        EditError::Stale { .. } => {
            shown.meanwhile = Some(meanwhile(shared, words, who, &edit).await?);
            shown.status = StatusCode::CONFLICT;
        }
        EditError::Unknown { .. } => return Err(Failed::missing(words)),
        EditError::Failure(failure) => return Err(Failed::of(words, failure)),
    }
    page(shared, words, who, shown)
}

/// What changed between the edition that the form was made from and the newest one.
async fn meanwhile(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    edit: &Edit,
) -> Result<(bool, Vec<Difference>), Failed> {
    let failed = |error| Failed::of(words, error);
    let number = edit.customer.number.to_string();
    let first = edit.customer.valid_from.unwrap_or(BEGINNING);
    let by = &who.principal;
    let asked = (edit.made_from.unwrap_or_default(), first);
    let before = as_it_was(&shared.app, by, &number, asked).await;
    let now = open(&shared.app, by, &number, Some(first)).await;
    let (before, now) = (before.map_err(failed)?, now.map_err(failed)?.customer);
    Ok((before.is_some(), differences(words, before.as_ref(), &now)))
}

/// What two states say differently, in the words of the form.
fn differences(words: Words, before: Option<&Customer>, after: &Customer) -> Vec<Difference> {
    let mut kept: Vec<ViesAnswer> = after.evidence.vies.clone();
    let values = |customer: &Customer| values_of(customer, None);
    let before = match before {
        Some(before) => {
            kept.extend(before.evidence.vies.iter().cloned());
            values(before)
        }
        None => Values::default(),
    };
    let yes_no = (words.say("customer-yes"), words.say("customer-no"));
    let form = form(words, None, &kept);
    let both = (&before, &values(after));
    fields::differences(&form, both, (&yes_no.0, &yes_no.1))
}

fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    shown: Shown<'_>,
) -> Result<Response, Failed> {
    let customer = shown.opened.map(|opened| &opened.customer);
    let vies = customer.map_or(&[][..], |customer| &customer.evidence.vies);
    let groups = filled(form(words, customer, vies), &shown.values, &shown.wrong);
    let (yes, no) = (words.say("customer-yes"), words.say("customer-no"));
    let meanwhile = shown.meanwhile.map(|(known, changes)| {
        let told = (known, (yes.as_str(), no.as_str()));
        (known, fields::beside(changes, &groups, told))
    });
    let at = place(words, customer);
    let page = EditPage {
        frame: shared.frame(words, who, Place::Customers, at.title),
        csrf: token(shared, who),
        crumbs: at.crumbs,
        sub: at.sub,
        made_from: made_from(shown.opened),
        wrong: summary(words, &groups, &shown.wrong),
        meanwhile,
        groups,
        path: at.path,
        back: at.back,
        words,
    };
    let mut response = html(words, &page)?;
    *response.status_mut() = shown.status;
    Ok(response)
}

fn made_from(opened: Option<&Opened>) -> String {
    let edition = opened.map(|opened| opened.edition.to_string());
    edition.unwrap_or_default()
}

/// Where the form lies, and where it was come from.
struct Where {
    crumbs: Vec<(String, String)>,
    path: String,
    back: String,
    title: String,
    sub: String,
}

fn place(words: Words, customer: Option<&Customer>) -> Where {
    let mut crumbs = vec![(words.say("customer-title"), "/customers".to_owned())];
    match customer {
        Some(customer) => {
            let number = customer.number.to_string();
            crumbs.push((number.clone(), format!("/customers/{number}")));
            Where {
                crumbs,
                path: format!("/customers/{number}/edit"),
                back: format!("/customers/{number}"),
                title: words.with("customer-edit-title", &text("number", &number)),
                sub: customer.legal_name.clone(),
            }
        }
        None => Where {
            crumbs,
            path: "/customers/new".to_owned(),
            back: "/customers".to_owned(),
            title: words.say("customer-new-title"),
            sub: words.say("customer-new-text"),
        },
    }
}

/// From which day on an edit holds, and that nothing is saved yet; the same on the button.
fn from_when(words: Words, edit: &Edit) -> (String, String) {
    match edit.customer.valid_from {
        Some(first) => {
            let first = day(words, first);
            let first = text("day", &first);
            (
                words.with("customer-look-text", &first),
                words.with("customer-edit-save", &first),
            )
        }
        None => (
            words.say("customer-look-always"),
            words.say("customer-edit-save-always"),
        ),
    }
}

fn preview_page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (edit, opened): (&Edit, Option<&Opened>),
    (found, fields): (&Preview, &Fields),
) -> LookPage {
    let at = place(words, opened.map(|opened| &opened.customer));
    let (when, button) = from_when(words, edit);
    let until = found.until.map(|until| {
        let until = day(words, until);
        words.with("customer-edit-until", &text("day", &until))
    });
    let changes = differences(words, found.before.as_ref(), &edit.customer);
    let save = match opened {
        None => words.say("customer-new-save"),
        Some(_) if changes.is_empty() => String::new(),
        Some(_) => button,
    };
    let title = match opened {
        None => words.say("customer-look-new"),
        Some(_) => words.say("customer-look-title"),
    };
    let kept = fields
        .sent()
        .filter(|(name, _)| name != "csrf" && name != "step");
    LookPage {
        frame: shared.frame(words, who, Place::Customers, title),
        csrf: token(shared, who),
        crumbs: at.crumbs,
        sub: when,
        new: opened.is_none(),
        warnings: until.into_iter().collect(),
        changes,
        effect: Some(effect(words, found)),
        kept: kept.collect(),
        save,
        path: at.path,
        words,
    }
}

/// What no longer keeps contracts from being billed, what does so anew, and what still does.
fn effect(words: Words, found: &Preview) -> Effect {
    let now = lacking_in(words, &found.now.tax, &found.now.lacks);
    let then = lacking_in(words, &found.then.tax, &found.then.lacks);
    let only = |one: &[String], other: &[String]| -> Vec<String> {
        let one = one.iter().filter(|text| !other.contains(text));
        one.cloned().collect()
    };
    let seen = day(words, found.day);
    Effect {
        title: words.with("customer-effect-day", &text("day", &seen)),
        unblocks: only(&now, &then),
        blocks: only(&then, &now),
        still: now.into_iter().filter(|text| then.contains(text)).collect(),
    }
}
