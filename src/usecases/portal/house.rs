//! Whose portal it is, and whom customers ask.

use crate::app::App;
use crate::billing::party::{Contact, Seller};
use crate::db::{AsOf, sellers};
use crate::usecases::Failure;

/// The first seller as it is today: its name and accounts office; none in a book without one.
///
/// # Errors
/// `db.*`.
pub async fn house(app: &App) -> Result<Option<(String, Contact)>, Failure> {
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let codes = sellers::ids(&on, at.known_at).await?;
    let Some(first) = codes.first() else {
        return Ok(None);
    };
    let seller = sellers::as_of::<Seller>(&on, first, at.day, at.known_at).await?;
    Ok(seller.map(|seller| (seller.body.legal_name, seller.body.contact)))
}
