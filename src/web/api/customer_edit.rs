//! A customer is entered or changed: the whole of it, or a merge patch (RFC 7396).

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::super::router::Shared;
use super::asked::name;
use super::bearer::By;
use super::core::CustomerRecord;
use super::customers::{shown, unknown};
use super::refusal::Refusal;
use super::runs::answered;
use super::sent::{Sent, misread};
use super::shown::{IfMatch, edition_tag};
use crate::access::principal::Denied;
use crate::access::{Permission, Principal, Scope};
use crate::app::App;
use crate::billing::party::Customer;
use crate::billing::party::check::NUMBERS;
use crate::book::BEGINNING;
use crate::db::access::answers::KeptAnswer;
use crate::db::customers::edit::{edition, last_number, lock, lock_numbers, states_at};
use crate::db::customers::list::several;
use crate::db::{AsOf, Txn, Version};
use crate::error::{Fault, Problem};
use crate::usecases::Failure;
use crate::usecases::edit_customer::{self, Edit, on_day};
use crate::usecases::once::once;

/// The target with the patch put into it: null takes a field away, an object goes into an object,
/// anything else takes the place of what was there.
fn merged(target: &mut Value, patch: Value) {
    let Value::Object(fields) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(known) = target.as_object_mut() else {
        return;
    };
    for (name, value) in fields {
        if value.is_null() {
            known.remove(&name);
        } else {
            merged(known.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// The customer that a text of JSON is.
fn read(value: &Value) -> Result<Customer, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| misread(&error))
}

fn wrong(at: &str, what: &str) -> Problem {
    let fault = Fault {
        at: at.to_owned(),
        what: what.to_owned(),
    };
    Problem::new("api.fields", "1 of the fields cannot be taken").with_faults([fault])
}

fn scope(by: &Principal) -> Result<Scope, Failure> {
    let granted = by.require(Permission::EditCustomers);
    let granted = granted.map_err(|denied: Denied| Failure::of(denied.code(), &denied))?;
    Ok(granted.scope())
}

/// A customer as it is today, and the newest of its editions: what its ETag is made of.
struct Current {
    body: String,
    revision: i64,
}

impl Current {
    fn tag(&self) -> String {
        edition_tag(self.revision, &self.body)
    }
}

/// The customer as it is today, with all that this transaction knows.
async fn current(
    txn: &Txn,
    app: &App,
    scope: Scope,
    number: &str,
) -> Result<Option<Current>, Failure> {
    let at = AsOf::now(app.clock.business());
    let found = several(txn, scope, &[number.to_owned()], at).await?;
    let newest = edition(txn, scope, number).await?;
    let (Some(found), Some(newest)) = (found.into_iter().next(), newest) else {
        return Ok(None);
    };
    Ok(Some(Current {
        body: text(found)?,
        revision: newest.revision,
    }))
}

fn text(version: Version<Customer>) -> Result<String, Failure> {
    serde_json::to_string(&shown(version)).map_err(|error| Failure::of("internal.unlisted", &error))
}

/// What was kept, as it is read from now on.
async fn answer(
    txn: &Txn,
    app: &App,
    (scope, number): (Scope, &str),
    status: StatusCode,
) -> Result<KeptAnswer, Failure> {
    let after = current(txn, app, scope, number).await?;
    let after = after.ok_or_else(|| Problem::new("customer.unknown", "it is not on file"))?;
    Ok(KeptAnswer {
        status: status.as_u16(),
        location: Some(format!("/api/v1/customers/{number}")),
        etag: Some(after.tag()),
        body: after.body,
    })
}

/// Enter a customer
///
/// Without `number` it gets the next one that is free; without `valid_from` it has been so for
/// ever.
#[utoipa::path(post, path = "/api/v1/customers", tag = "Customers",
    request_body = ref("#/components/schemas/NewCustomer"),
    responses((status = 201, description = "The customer.", body = CustomerRecord)))]
pub(super) async fn enter(
    State(shared): State<Shared>,
    By(by): By,
    sent: Sent,
) -> Result<Response, Refusal> {
    let (app, principal) = (shared.app.clone(), by.principal.clone());
    let receipt = sent.receipt(&by);
    let work = async move |txn: &Txn| {
        let scope = scope(&principal)?;
        let mut fields = sent.fields.clone();
        // Before the number is looked up: of two at once the second sees the customer of the first.
        lock_numbers(txn).await?;
        if !fields.contains_key("number") {
            let last = last_number(txn).await?;
            let next = last.map_or(*NUMBERS.start(), |last| last.saturating_add(1));
            fields.insert("number".to_owned(), next.into());
        }
        let customer = read(&Value::Object(fields))?;
        let number = customer.number.to_string();
        let edit = Edit {
            customer,
            made_from: None,
        };
        edit_customer::save_in(txn, &app, &principal, &edit).await?;
        answer(txn, &app, (scope, &number), StatusCode::CREATED).await
    };
    let done = once(&shared.app, receipt, work).await?;
    Ok(answered(done))
}

/// Change a customer
///
/// A merge patch (RFC 7396): a field that is missing stays, null takes it away, lists are given as
/// a whole. The change holds from `valid_from` on, today unless given, until the first day of a
/// later state that is on file. It is merged into the state that holds on its first day, and kept
/// as a new version.
#[utoipa::path(patch, path = "/api/v1/customers/{number}", tag = "Customers",
    params(("number" = String, Path, description = "Number of the customer.",
        example = "10001")),
    request_body(content_type = "application/merge-patch+json",
        content = ref("#/components/schemas/CustomerPatch")),
    responses((status = 200, description = "The customer as it is today.",
        body = CustomerRecord)))]
pub(super) async fn change(
    State(shared): State<Shared>,
    By(by): By,
    Path(number): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refusal> {
    let read = IfMatch::required(&headers)?;
    let number = name(&number).ok_or_else(|| unknown(&number))?.to_owned();
    let (app, principal) = (shared.app.clone(), by.principal.clone());
    let receipt = sent.receipt(&by);
    let work = async move |txn: &Txn| {
        let scope = scope(&principal)?;
        lock(txn, &number).await?;
        let missing = || Problem::new("customer.unknown", format!("there is no customer {number}"));
        let now = current(txn, &app, scope, &number).await?;
        let now = now.ok_or_else(missing)?;
        read.check_tag(&now.tag())?;
        let states = states_at::<Customer>(txn, scope, &number, now.revision).await?;
        let today = app.clock.business().date_naive();
        let edit = Edit {
            customer: patched(&states, sent.fields.clone(), today)?.ok_or_else(missing)?,
            made_from: Some(now.revision),
        };
        edit_customer::save_in(txn, &app, &principal, &edit).await?;
        answer(txn, &app, (scope, &number), StatusCode::OK).await
    };
    let done = once(&shared.app, receipt, work).await?;
    Ok(answered(done))
}

/// The customer that a patch makes of the state which holds on the first day of the change; none
/// when there is no state at all.
fn patched(
    states: &[Version<Customer>],
    mut patch: Map<String, Value>,
    today: NaiveDate,
) -> Result<Option<Customer>, Problem> {
    let from = patch.remove("valid_from");
    let from = from.unwrap_or_else(|| serde_json::json!(today));
    // What is no day is refused below, where its place is named.
    let first: Option<NaiveDate> = serde_json::from_value(from.clone()).unwrap_or(Some(today));
    let Some(state) = on_day(states, first.unwrap_or(BEGINNING)) else {
        return Ok(None);
    };
    let number = serde_json::json!(state.number);
    let target = serde_json::to_value(state);
    let mut target = target.map_err(|error| Problem::of("internal.unlisted", &error))?;
    patch.insert("valid_from".to_owned(), from);
    merged(&mut target, Value::Object(patch));
    if target["number"] != number {
        return Err(wrong("/number", "a customer keeps its number"));
    }
    read(&target).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The cases of RFC 7396, appendix A.
    #[test]
    fn a_patch_is_merged_as_the_standard_says() {
        for (target, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (
                json!({"a":"b","b":"c"}),
                json!({"a":null}),
                json!({"b":"c"}),
            ),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (
                json!({"a":{"b":"c"}}),
                json!({"a":{"b":"d","c":null}}),
                json!({"a":{"b":"d"}}),
            ),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a":"b"}), json!(["c"]), json!(["c"])),
            (json!({"a":"foo"}), json!(null), json!(null)),
            (json!({"a":"foo"}), json!("bar"), json!("bar")),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
            (
                json!({}),
                json!({"a":{"bb":{"ccc":null}}}),
                json!({"a":{"bb":{}}}),
            ),
        ] {
            let mut found = target.clone();
            merged(&mut found, patch.clone());
            assert_eq!(found, result, "{target} {patch}");
        }
    }
}
