//! Small tables that triggers keep in step with large ones: what they say, and what is so.

use super::DbError;
use super::filter::Filter;
use super::invoices::standing::gives_back;
use super::payments::held::LEFT_OVER;
use super::txn::{Source, rows};

/// A row that one of the tables has too many or lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amiss {
    /// What is wrong.
    pub what: &'static str,
    /// Number of the document, key of the payment, or series and day.
    pub subject: String,
}

/// What is amiss in them: the triggers that keep them were taken away for a while. The list of open
/// documents has a look of its own, [`super::payments::receivables::misplaced`].
///
/// # Errors
/// `db.unreachable`.
pub async fn amiss(on: &impl Source) -> Result<Vec<Amiss>, DbError> {
    let back = gives_back(Filter::new(on).backend(), "i");
    let listed = |table: &str| format!("EXISTS (SELECT 1 FROM {table} l WHERE l.invoice = i.id)");
    let of_invoices = |table: &str, so: &str| {
        format!(
            "SELECT i.number AS subject FROM invoice i WHERE i.number IS NOT NULL \
             AND ({so}) <> {} ORDER BY i.id",
            listed(table)
        )
    };
    let no_pdf = "NOT EXISTS (SELECT 1 FROM document d WHERE d.invoice = i.id AND d.kind = 'pdf')";
    let looks = [
        (
            "the list of credit notes is not what the documents say",
            of_invoices("credit_note", &back),
        ),
        (
            "the list of documents without a PDF is not what is on file",
            of_invoices("pending_document", no_pdf),
        ),
        (
            "the list of payments of which something is left is not what they and allocations say",
            format!(
                "SELECT y.key AS subject FROM payment y WHERE ({LEFT_OVER} > 0) \
                 <> EXISTS (SELECT 1 FROM held_payment l WHERE l.payment = y.id) ORDER BY y.id"
            ),
        ),
        (
            "the number of documents of a day is not what the series has",
            "SELECT c.series || ' ' || c.day AS subject FROM ( \
             SELECT series, issue_date AS day, count(*) AS many FROM invoice \
             WHERE number IS NOT NULL GROUP BY series, issue_date \
             UNION ALL SELECT series, day, -many FROM issued_day) AS c \
             GROUP BY c.series, c.day HAVING sum(c.many) <> 0 ORDER BY c.series, c.day"
                .to_owned(),
        ),
    ];
    let mut all = Vec::new();
    for (what, sql) in looks {
        for row in rows(on, &sql, Vec::new()).await? {
            let subject = row.try_get("", "subject")?;
            all.push(Amiss { what, subject });
        }
    }
    Ok(all)
}
