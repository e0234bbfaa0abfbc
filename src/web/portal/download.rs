//! Files of the own invoices, for whoever is signed in: no link that could be passed on.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::answer::Failed;
use super::super::guard::Who;
use super::super::router::{Reader, Shared};
use crate::usecases::portal::download;

/// Links to the files of an invoice: label and address.
pub(super) fn links(number: &str) -> Vec<(&'static str, String)> {
    let link = |(label, kind)| (label, format!("/portal/invoices/{number}/{kind}"));
    [("PDF", "pdf"), ("XML", "xml")].map(link).to_vec()
}

/// `GET /portal/invoices/{number}/{kind}`.
pub(in super::super) async fn document(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path((number, kind)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let asked = (number.as_str(), kind.as_str());
    let found = download::document(&shared.app, &who.principal, asked).await;
    let found = found.map_err(|error| Failed::of(words, error))?;
    let Some(found) = found else {
        return Err(Failed::missing(words));
    };
    // Numbers hold letters, digits and hyphens only, so the name needs no quoting rules.
    let disposition = format!("attachment; filename=\"{number}.{kind}\"");
    let headers = [
        (header::CONTENT_TYPE, found.record.media_type),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, found.bytes).into_response())
}
