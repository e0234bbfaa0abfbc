//! What follows a form of a customer: what it would change is shown, or it is saved, once.

use super::super::form::Fields;
use super::super::once::made;
use super::super::router::Shared;
use super::href;
use crate::db::Txn;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::edit_customer::{Edit, EditError, Preview, preview, save_in};

/// What follows a form without faults.
pub(super) enum Next {
    /// It was saved; the page of the customer.
    Saved(String),
    /// What it would change.
    Look(Box<Preview>),
}

/// Saves or previews, unless something could not be read.
pub(super) async fn next(
    shared: &Shared,
    who: &SignedIn,
    (edit, readable): (&Edit, bool),
    fields: &Fields,
) -> Result<Next, EditError> {
    if !readable {
        // What else is wrong is said at the same time.
        preview(&shared.app, &who.principal, edit).await?;
        return Err(EditError::Wrong(Vec::new()));
    }
    if fields.one("step") == "save" {
        let (app, by, edit) = (shared.app.clone(), who.principal.clone(), edit.clone());
        let work = async move |txn: &Txn| {
            let edited = save_in(txn, &app, &by, &edit).await?;
            let place = href("/customers", &edited.number.to_string());
            Ok::<_, EditError>((place, ()))
        };
        let saved = made(shared, fields.receipt(who), work).await?;
        return Ok(Next::Saved(saved.place()));
    }
    let found = preview(&shared.app, &who.principal, edit).await?;
    Ok(Next::Look(Box::new(found)))
}
