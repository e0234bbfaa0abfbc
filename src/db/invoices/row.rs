//! Between invoice records and their rows.

use sea_orm::{ActiveValue::NotSet, Set};

use super::{InvoiceHead, InvoiceId, InvoiceState, LineRecord, StoredInvoice};
use crate::db::DbError;
use crate::db::convert::{From, day, sha256_hex, stamp};
use crate::db::entities::{invoice, invoice_line};
use crate::db::runs::RunId;

pub(super) fn new_row(head: &InvoiceHead, view: String) -> invoice::ActiveModel {
    let InvoiceHead {
        run,
        contract,
        customer,
        series,
        issue_date,
        due_date,
        currency,
        net_minor,
        tax_minor,
        gross_minor,
        payable_minor,
        frozen_at,
    } = head.clone();
    invoice::ActiveModel {
        id: NotSet,
        run: Set(run.0),
        contract: Set(contract),
        customer: Set(customer),
        series: Set(series),
        issue_date: Set(day(issue_date)),
        due_date: Set(day(due_date)),
        state: Set("frozen".to_owned()),
        number: Set(None),
        place: Set(None),
        currency: Set(currency.to_string()),
        net_minor: Set(net_minor),
        tax_minor: Set(tax_minor),
        gross_minor: Set(gross_minor),
        payable_minor: Set(payable_minor),
        view_hash: Set(sha256_hex(view.as_bytes())),
        view: Set(view),
        frozen_at: Set(stamp(frozen_at)),
        issued_at: Set(None),
        cancelled_at: Set(None),
    }
}

pub(super) fn line_row(invoice: i64, position: i64, line: LineRecord) -> invoice_line::ActiveModel {
    let LineRecord {
        contract,
        item,
        service_from,
        service_to,
        kind,
        cause,
        amount,
        body,
    } = line;
    invoice_line::ActiveModel {
        id: NotSet,
        invoice: Set(invoice),
        position: Set(position),
        contract: Set(contract),
        item: Set(item),
        service_from: Set(day(service_from)),
        service_to: Set(day(service_to)),
        kind: Set(kind),
        cause: Set(cause),
        amount_minor: Set(amount.minor()),
        currency: Set(amount.currency().to_string()),
        body: Set(body),
    }
}

pub(super) fn line_record(row: invoice_line::Model) -> Result<LineRecord, DbError> {
    let invoice_line::Model {
        id,
        invoice: _,
        position: _,
        contract,
        item,
        service_from,
        service_to,
        kind,
        cause,
        amount_minor,
        currency,
        body,
    } = row;
    let from = From {
        table: "invoice_line",
        id: &id,
    };
    Ok(LineRecord {
        service_from: from.date(&service_from)?,
        service_to: from.date(&service_to)?,
        amount: from.money(amount_minor, &currency)?,
        contract,
        item,
        kind,
        cause,
        body,
    })
}

pub(in crate::db) fn record(row: invoice::Model) -> Result<StoredInvoice, DbError> {
    let invoice::Model {
        id,
        run,
        contract,
        customer,
        series,
        issue_date,
        due_date,
        state,
        number,
        place,
        currency,
        net_minor,
        tax_minor,
        gross_minor,
        payable_minor,
        view,
        view_hash,
        frozen_at,
        issued_at,
        cancelled_at,
    } = row;
    let from = From {
        table: "invoice",
        id: &id,
    };
    let head = InvoiceHead {
        run: RunId(run),
        issue_date: from.date(&issue_date)?,
        due_date: from.date(&due_date)?,
        currency: from.currency(&currency)?,
        frozen_at: from.instant(&frozen_at)?,
        contract,
        customer,
        series,
        net_minor,
        tax_minor,
        gross_minor,
        payable_minor,
    };
    let state = state_of(from, &state, number.zip(place), issued_at, cancelled_at)?;
    Ok(StoredInvoice {
        id: InvoiceId(id),
        state,
        head,
        view,
        view_hash,
    })
}

fn state_of(
    from: From<'_>,
    state: &str,
    numbered: Option<(String, i64)>,
    issued_at: Option<String>,
    cancelled_at: Option<String>,
) -> Result<InvoiceState, DbError> {
    match (state, numbered, issued_at, cancelled_at) {
        ("frozen", None, None, None) => Ok(InvoiceState::Frozen),
        ("issued", Some((number, place)), Some(at), None) => Ok(InvoiceState::Issued {
            number,
            place: u64::try_from(place).map_err(|why| from.corrupt(why))?,
            at: from.instant(&at)?,
        }),
        ("cancelled", Some((number, place)), Some(at), Some(cancelled_at)) => {
            Ok(InvoiceState::Cancelled {
                number,
                place: u64::try_from(place).map_err(|why| from.corrupt(why))?,
                at: from.instant(&at)?,
                cancelled_at: from.instant(&cancelled_at)?,
            })
        }
        (state, ..) => Err(from.corrupt(format!("state {state:?} with the wrong columns"))),
    }
}
