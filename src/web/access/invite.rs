//! Inviting: an account is made, or its owner gets a new link; the link is shown once.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::answer::Failed;
use super::super::form::{Fields, Form};
use super::super::guard::Who;
use super::super::once::{Made, made};
use super::super::router::{Reader, Shared};
use super::super::said::{Done, go_saying};
use super::super::words::Words;
use super::told;
use super::users::{id, page, roles_of};
use crate::access::{AccountId, Party, SecretText};
use crate::db::Txn;
use crate::db::access::answers::Receipt;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::access::users::{self, Invitation};

/// `POST /settings/users`: makes an account and shows the link of the invitation, once.
pub(in super::super) async fn invite(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let refused = async |error: String| {
        let shown = (&fields, String::new(), error);
        page(&shared, words, &who, shown).await
    };
    let customer = fields.one("customer").trim();
    let party = match customer.parse() {
        Ok(number) => Party::Customer(number),
        Err(_) if customer.is_empty() => Party::Staff,
        Err(_) => return refused(words.say("error-customer")).await,
    };
    let invitation = Invitation {
        email: fields.one("email").to_owned(),
        name: fields.one("name").to_owned(),
        party,
        roles: roles_of(&fields),
    };
    match invited(&shared, &who, (fields.receipt(&who), &invitation)).await {
        Ok(Made::Now(_, link)) => shown(&shared, words, &who, link).await,
        Ok(Made::Before(to)) => Ok(go_saying(&shared, &to, &Done::InvitedBefore)),
        Err(failure) if super::code(&failure) == "db.refused" => {
            refused(words.say("error-customer")).await
        }
        Err(failure) => match told(words, &failure) {
            Some(error) => refused(error).await,
            None => Err(Failed::of(words, failure)),
        },
    }
}

/// Makes an account, once for a form; the token of its link.
async fn invited(
    shared: &Shared,
    who: &SignedIn,
    (receipt, invitation): (Receipt, &Invitation),
) -> Result<Made<Option<SecretText>>, Failure> {
    let (token, drafted) = users::draft(&shared.app, &who.principal, invitation)?;
    let (app, actor) = (shared.app.clone(), who.principal.actor());
    let work = async move |txn: &Txn| {
        users::create_in(txn, &app, &actor, &drafted).await?;
        Ok::<_, Failure>((href(drafted.account.id), ()))
    };
    Ok(made(shared, receipt, work).await?.with(token))
}

fn href(id: AccountId) -> String {
    format!("/settings/users/{id}")
}

/// The list of users, with a link that is shown once.
async fn shown(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    token: Option<SecretText>,
) -> Result<Response, Failed> {
    let link = token.map(|token| shared.address(&format!("/invitation/{}", token.reveal())));
    let shown = (&Fields::default(), link.unwrap_or_default(), String::new());
    page(shared, words, who, shown).await
}

/// `POST /settings/users/{id}/invitation`: a new link, shown once.
pub(in super::super) async fn invite_again(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(text): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let id = id(words, &text)?;
    let renewed = renewed(&shared, &who, (fields.receipt(&who), id)).await;
    match renewed.map_err(|failure| Failed::of(words, failure))? {
        Made::Now(_, token) => shown(&shared, words, &who, Some(token)).await,
        Made::Before(to) => Ok(go_saying(&shared, &to, &Done::InvitedBefore)),
    }
}

/// Makes a new link, once for a form.
async fn renewed(
    shared: &Shared,
    who: &SignedIn,
    (receipt, id): (Receipt, AccountId),
) -> Result<Made<SecretText>, Failure> {
    let (token, renewed) = users::renewed(&shared.app, &who.principal, id)?;
    let (app, actor) = (shared.app.clone(), who.principal.actor());
    let work = async move |txn: &Txn| {
        users::renew_in(txn, &app, &actor, &renewed).await?;
        Ok::<_, Failure>((href(id), ()))
    };
    Ok(made(shared, receipt, work).await?.with(token))
}
