//! Between payments and their rows.

use std::collections::BTreeMap;

use sea_orm::{ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use super::{PaymentFile, PaymentId, PaymentRecord, refunds};
use crate::billing::Money;
use crate::billing::party::Chart;
use crate::billing::payment::{Fee, Method, Payment};
use crate::db::DbError;
use crate::db::convert::{From, day, stamp};
use crate::db::entities::{allocation, payment, payment_fee};
use crate::db::invoices::InvoiceId;
use crate::db::txn::Source;

/// Payments with all that belongs to them, in three statements.
pub(super) async fn files(
    on: &impl Source,
    found: Vec<payment::Model>,
) -> Result<Vec<PaymentFile>, DbError> {
    let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
    let fees = payment_fee::Entity::find()
        .filter(payment_fee::Column::Payment.is_in(ids.iter().copied()))
        .order_by_asc(payment_fee::Column::Id)
        .all(&on.on().0)
        .await?;
    let parts = allocation::Entity::find()
        .filter(allocation::Column::Payment.is_in(ids.iter().copied()))
        .order_by_asc(allocation::Column::Id)
        .all(&on.on().0)
        .await?;
    let refunds = refunds::of_payments(on, &ids).await?;
    let mut files = Vec::with_capacity(found.len());
    for row in found {
        let id = row.id;
        let mut file = PaymentFile {
            record: record(row)?,
            fees: Vec::new(),
            refunds: Vec::new(),
            allocated: BTreeMap::new(),
        };
        for fee in fees.iter().filter(|fee| fee.payment == id) {
            file.fees.push(fee_of(fee)?);
        }
        let own = refunds.iter().filter(|refund| refund.payment.0 == id);
        file.refunds.extend(own.cloned());
        for part in parts.iter().filter(|part| part.payment == Some(id)) {
            let from = From {
                table: "allocation",
                id: &part.id,
            };
            let amount = from.money(part.amount_minor, &part.currency)?;
            let zero = Money::zero(amount.currency());
            let sum = file.allocated.entry(InvoiceId(part.invoice));
            let sum = sum.or_insert(zero);
            *sum = sum.plus(amount).map_err(|why| from.corrupt(why))?;
        }
        file.allocated.retain(|_, amount| !amount.is_zero());
        files.push(file);
    }
    Ok(files)
}

/// A payment as a row that is to be added.
pub(super) fn of(record: &PaymentRecord) -> payment::ActiveModel {
    let PaymentRecord {
        id: _,
        payment:
            Payment {
                key,
                customer,
                method,
                received_on,
                amount,
                reference,
            },
        meant_for,
        chart,
        recorded_at,
    } = record;
    payment::ActiveModel {
        id: NotSet,
        key: Set(key.clone()),
        customer: Set(customer.to_string()),
        method: Set(method.as_str().to_owned()),
        received_on: Set(day(*received_on)),
        amount_minor: Set(amount.minor()),
        currency: Set(amount.currency().to_string()),
        meant_for: Set(meant_for.map(|id| id.0)),
        reference: Set(reference.clone()),
        chart: Set(chart_code(*chart).to_owned()),
        recorded_at: Set(stamp(*recorded_at)),
    }
}

fn record(row: payment::Model) -> Result<PaymentRecord, DbError> {
    let payment::Model {
        id,
        key,
        customer,
        method,
        received_on,
        amount_minor,
        currency,
        meant_for,
        reference,
        chart,
        recorded_at,
    } = row;
    let from = From {
        table: "payment",
        id: &id,
    };
    let method = [Method::Card, Method::Transfer]
        .into_iter()
        .find(|one| one.as_str() == method)
        .ok_or_else(|| from.corrupt(format!("method {method:?}")))?;
    let chart = [Chart::Skr03, Chart::Skr04]
        .into_iter()
        .find(|one| chart_code(*one) == chart)
        .ok_or_else(|| from.corrupt(format!("chart {chart:?}")))?;
    Ok(PaymentRecord {
        id: PaymentId(id),
        payment: Payment {
            customer: customer.parse().map_err(|why| from.corrupt(why))?,
            received_on: from.date(&received_on)?,
            amount: from.money(amount_minor, &currency)?,
            key,
            method,
            reference,
        },
        meant_for: meant_for.map(InvoiceId),
        recorded_at: from.instant(&recorded_at)?,
        chart,
    })
}

fn fee_of(row: &payment_fee::Model) -> Result<Fee, DbError> {
    let from = From {
        table: "payment_fee",
        id: &row.id,
    };
    Ok(Fee {
        key: row.key.clone(),
        on: from.date(&row.booked_on)?,
        amount: from.money(row.amount_minor, &row.currency)?,
    })
}

const fn chart_code(chart: Chart) -> &'static str {
    match chart {
        Chart::Skr03 => "skr03",
        Chart::Skr04 => "skr04",
    }
}
