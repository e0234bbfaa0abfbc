//! Who may ask: the own token, the accounts, the tokens.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::router::Shared;
use super::asked::Asked;
use super::bearer::By;
use super::refusal::Refusal;
use super::shown::{Page, few, record};
use crate::access::api_token::ApiToken;
use crate::access::{Account, AccountId, Party, Permission, Principal};
use crate::db::access::tokens::NamedToken;
use crate::usecases::access::{tokens, users};

const USERS: &str = "users";
const TOKENS: &str = "tokens";

/// The token of a request, and what may be done with it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// Id of the account that the token acts for.
    #[schema(format = "uuid")]
    account: String,
    /// Number of the customer, for people of a customer.
    customer: Option<u32>,
    /// Roles of the account.
    #[schema(example = json!(["finance"]))]
    roles: Vec<&'static str>,
    /// Id of the token.
    #[schema(example = "hb_0123456789abcdef")]
    token: String,
    /// What may be done: the scopes of the token that the account has by its roles today.
    #[schema(example = json!(["invoices.read"]))]
    permissions: Vec<&'static str>,
    /// First moment at which the token no longer works.
    expires_at: DateTime<Utc>,
}

fn me_of(principal: &Principal, token: &ApiToken) -> Me {
    let may = Permission::ALL.into_iter();
    let may = may.filter(|permission| principal.may(*permission));
    Me {
        account: principal.account().to_string(),
        customer: principal.customer(),
        roles: principal.roles().iter().map(|role| role.as_str()).collect(),
        token: token.id.display_prefix(),
        permissions: may.map(Permission::as_str).collect(),
        expires_at: token.expires_at,
    }
}

/// Who is asking
///
/// The token of the request, and what may be done with it.
#[utoipa::path(get, path = "/api/v1/me", tag = "Access",
    responses((status = 200, description = "The token.", body = Me)))]
pub(super) async fn me(By(by): By, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    record(&headers, &me_of(&by.principal, &by.token))
}

/// Somebody with an account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct User {
    #[schema(format = "uuid")]
    id: String,
    #[schema(format = "email")]
    email: String,
    name: String,
    /// `invited`, `active` or `blocked`.
    state: &'static str,
    /// Number of the customer, for people of a customer.
    customer: Option<u32>,
    #[schema(example = json!(["finance"]))]
    roles: Vec<&'static str>,
    /// Language of the pages; null for that of the browser.
    language: Option<&'static str>,
}

impl From<Account> for User {
    fn from(found: Account) -> Self {
        Self {
            id: found.id.to_string(),
            email: found.email.to_string(),
            state: found.state.as_str(),
            customer: match found.party {
                Party::Staff => None,
                Party::Customer(number) => Some(number),
            },
            roles: found.roles.iter().map(|role| role.as_str()).collect(),
            language: found.language.map(|language| language.code()),
            name: found.name,
        }
    }
}

/// Users
///
/// Everybody with an account, by id.
#[utoipa::path(get, path = "/api/v1/users", tag = "Access",
    responses((status = 200, description = "A page of users.", body = Page<User>)))]
pub(super) async fn users(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let all = users::list(&shared.app, &by.principal);
    let shown = (|one: &Account| one.id.to_string(), User::from);
    few((&uri, &headers), USERS, all, shown).await
}

/// A user
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "Access",
    params(("id" = String, Path, description = "Id of the account.")),
    responses((status = 200, description = "The user.", body = User)))]
pub(super) async fn user(
    State(shared): State<Shared>,
    By(by): By,
    Path(text): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let id = Uuid::try_parse(&text).map(AccountId);
    let id = id.map_err(|_| Refusal::not_found("there is no such account"))?;
    let (found, _) = users::one(&shared.app, &by.principal, id).await?;
    record(&headers, &User::from(found))
}

/// An API token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Token {
    #[schema(example = "hb_0123456789abcdef")]
    id: String,
    /// What it is for.
    name: String,
    /// Id of the account that it acts for.
    #[schema(format = "uuid")]
    owner: String,
    /// What it may at most.
    #[schema(example = json!(["invoices.read"]))]
    scopes: Vec<&'static str>,
    created_at: DateTime<Utc>,
    /// First moment at which it no longer works.
    expires_at: DateTime<Utc>,
    /// When it was revoked.
    revoked_at: Option<DateTime<Utc>>,
    /// When it was used last, within a few minutes.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<NamedToken> for Token {
    fn from(found: NamedToken) -> Self {
        let NamedToken {
            token,
            name,
            created_at,
            last_used_at,
        } = found;
        Self {
            id: token.id.display_prefix(),
            name,
            owner: token.owner.to_string(),
            scopes: token.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
            last_used_at,
        }
    }
}

/// Tokens
///
/// By id. Secrets are shown nowhere.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "Access",
    responses((status = 200, description = "A page of tokens.", body = Page<Token>)))]
pub(super) async fn tokens(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let all = tokens::list(&shared.app, &by.principal);
    let shown = (|one: &NamedToken| one.token.id.to_string(), Token::from);
    few((&uri, &headers), TOKENS, all, shown).await
}
