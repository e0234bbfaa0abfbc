//! The customer somebody belongs to, as it is today.

use crate::access::Principal;
use crate::app::App;
use crate::billing::party::Customer;
use crate::db::{AsOf, customers};
use crate::error::Problem;
use crate::usecases::Failure;

/// The own customer as it is today; its first state when that begins later.
///
/// # Errors
/// `access.denied` for staff, `db.missing` when there is no such customer.
pub async fn customer(app: &App, by: &Principal) -> Result<Customer, Failure> {
    let (Some(number), Some(scope)) = (by.customer(), by.own()) else {
        let text = format!("{} belongs to no customer", by.actor());
        return Err(Problem::new("access.denied", text).into());
    };
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let number = number.to_string();
    if let Some(today) =
        customers::as_of::<Customer>(&on, scope, &number, at.day, at.known_at).await?
    {
        return Ok(today.body);
    }
    let states = customers::history::<Customer>(&on, scope, &number, at.known_at).await?;
    let first = states.into_iter().next().map(|state| state.body);
    first.ok_or_else(|| Problem::new("db.missing", format!("there is no customer {number}")).into())
}
