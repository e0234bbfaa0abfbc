//! Who is asking: from the token of a session, or of a program, to a principal.

use super::refused;
use crate::access::account::AccountState;
use crate::access::api_token::{ApiToken, PresentedToken, TokenError};
use crate::access::principal::PrincipalError;
use crate::access::session::{Session, SessionError};
use crate::access::{Account, Preferences, Principal, SecretHash};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::{accounts, preferences, sessions, tokens};
use crate::usecases::Failure;

/// Somebody with a session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who, and what it may.
    pub principal: Principal,
    /// The account.
    pub account: Account,
    /// The session.
    pub session: Session,
    /// How the person has their pages.
    pub preferences: Preferences,
}

/// Who the token of a session belongs to; none when it opens nothing (any more).
///
/// # Errors
/// `db.*`.
pub async fn session(app: &App, token: &str) -> Result<Option<SignedIn>, Failure> {
    let now = app.clock.system();
    let found = sessions::get(&app.db.reader(), &SecretHash::of(token)).await?;
    let Some((session, account)) = found else {
        return Ok(None);
    };
    if account.state != AccountState::Active {
        return Ok(None);
    }
    let touched: Result<Option<Session>, SessionError> = session.touch(now);
    let Ok(touched) = touched else {
        return Ok(None);
    };
    if let Some(seen) = touched {
        app.db
            .write(async move |txn: &Txn| {
                sessions::touch(txn, &seen).await?;
                Ok::<_, Failure>(())
            })
            .await?;
    }
    let principal = account.principal().map_err(refused(PrincipalError::code))?;
    let preferences = preferences::of(&app.db.reader(), account.id).await?;
    Ok(Some(SignedIn {
        preferences,
        principal,
        account,
        session,
    }))
}

/// Who a program acts for.
///
/// # Errors
/// `token.*`.
pub async fn token(app: &App, text: &str) -> Result<(Principal, ApiToken), Failure> {
    let now = app.clock.system();
    let on = app.db.reader();
    let presented = PresentedToken::parse(text).map_err(refused(TokenError::code))?;
    let stored = tokens::get(&on, presented.id()).await?;
    let checked = ApiToken::check(stored.as_ref().map(|named| &named.token), &presented, now);
    let token = checked.map_err(refused(TokenError::code))?.clone();
    let owner = accounts::get(&on, token.owner).await?;
    let owner = owner.filter(|owner| owner.state == AccountState::Active);
    let owner = owner.ok_or_else(|| refused(TokenError::code)(TokenError::Unknown))?;
    let owner = owner.principal().map_err(refused(PrincipalError::code))?;
    let principal = Principal::token(&owner, &token).map_err(refused(PrincipalError::code))?;
    let stale = stored
        .and_then(|named| named.last_used_at)
        .is_none_or(|used| now - used >= crate::access::session::TOUCH_STEP);
    if stale {
        let id = token.id.clone();
        app.db
            .write(async move |txn: &Txn| {
                tokens::used(txn, &id, now).await?;
                Ok::<_, Failure>(())
            })
            .await?;
    }
    Ok((principal, token))
}
