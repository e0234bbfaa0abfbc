//! Giving back: asking, approving, giving up.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::access::go;
use super::super::answer::Failed;
use super::super::form::Form;
use super::super::guard::Who;
use super::super::once::made;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use crate::db::Txn;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::payments::refund::{self, Shown};

fn place(number: &str) -> String {
    format!("/invoices/{number}#payments")
}

fn to(number: &str) -> Response {
    go(&place(number), [])
}

/// An address names the invoice whose page the step was taken on: what that does not show is not
/// there.
async fn on_page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    what: (&str, Shown<'_>),
) -> Result<(), Failed> {
    let found = refund::find(&shared.app, &who.principal, what).await;
    found.map_err(|error| Failed::of(words, error))
}

/// `POST /invoices/{number}/refunds/ask/{payment}`.
pub(in super::super) async fn ask(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path((number, payment)): Path<(String, String)>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let payment = payment.parse().map_err(|_| Failed::missing(words))?;
    on_page(&shared, words, &who, (&number, Shown::Payment(payment))).await?;
    let (app, by, place) = (shared.app.clone(), who.principal.clone(), place(&number));
    let work = async move |txn: &Txn| {
        refund::request_in(txn, &app, &by, payment).await?;
        Ok::<_, Failure>((place.clone(), ()))
    };
    let asked = made(&shared, fields.receipt(&who), work).await;
    let asked = asked.map_err(|error| Failed::of(words, error))?;
    Ok(go(&asked.place(), []))
}

/// `POST /invoices/{number}/refunds/approve/{key}`.
pub(in super::super) async fn approve(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path((number, key)): Path<(String, String)>,
    Form(_): Form,
) -> Result<Response, Failed> {
    on_page(&shared, words, &who, (&number, Shown::Refund(&key))).await?;
    let approved = refund::approve(&shared.app, &who.principal, &key).await;
    approved.map_err(|error| Failed::of(words, error))?;
    Ok(to(&number))
}

/// `POST /invoices/{number}/refunds/withdraw/{key}`.
pub(in super::super) async fn withdraw(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path((number, key)): Path<(String, String)>,
    Form(_): Form,
) -> Result<Response, Failed> {
    on_page(&shared, words, &who, (&number, Shown::Refund(&key))).await?;
    let withdrawn = refund::withdraw(&shared.app, &who.principal, &key).await;
    withdrawn.map_err(|error| Failed::of(words, error))?;
    Ok(to(&number))
}
