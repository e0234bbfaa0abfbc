//! Giving back: asking, approving, giving up.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::access::go;
use super::super::answer::Failed;
use super::super::form::Form;
use super::super::guard::Who;
use super::super::once::made;
use super::super::router::{Reader, Shared};
use crate::db::Txn;
use crate::usecases::Failure;
use crate::usecases::payments::refund;

fn place(number: &str) -> String {
    format!("/invoices/{number}#payments")
}

fn to(number: &str) -> Response {
    go(&place(number), [])
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
    let withdrawn = refund::withdraw(&shared.app, &who.principal, &key).await;
    withdrawn.map_err(|error| Failed::of(words, error))?;
    Ok(to(&number))
}
