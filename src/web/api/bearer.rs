//! Who asks the API: the holder of a token, within its limit and its scopes.
//!
//! No cookie is looked at, so that no form of another site can ask in somebody's name; that is why
//! the API needs no proof of a form.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::super::guard::Open;
use super::super::router::Shared;
use super::refusal::Refusal;
use crate::access::api_token::ApiToken;
use crate::access::{Permission, Principal};
use crate::error::Problem;
use crate::usecases::access::authenticate;

/// Where tokens are asked for, as RFC 6750 has it.
const REALM: &str = "Bearer realm=\"herdbook\"";

/// Whoever asks, and the token it asked with.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) principal: Principal,
    pub(super) token: ApiToken,
}

/// Whoever asks.
pub(super) struct By(pub(super) Arc<Caller>);

impl<S: Sync> FromRequestParts<S> for By {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let caller = parts.extensions.get::<Arc<Caller>>();
        caller.cloned().map(Self).ok_or_else(no_token)
    }
}

fn no_token() -> Refusal {
    Refusal::new("api.no-token", "the request carries no API token")
        .header(header::WWW_AUTHENTICATE, REALM)
}

/// The token of the header `Authorization`.
fn presented(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn caller(shared: &Shared, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let text = presented(headers).ok_or_else(no_token)?;
    let found = authenticate::token(&shared.app, text).await;
    let (principal, token) = found.map_err(|failure| {
        let problem = Problem::from(failure);
        let wrong = problem.status() == 401;
        let refusal = Refusal::from(problem);
        if wrong {
            let value = format!("{REALM}, error=\"invalid_token\"");
            return refusal.header(header::WWW_AUTHENTICATE, value);
        }
        refusal
    })?;
    Ok(Caller { principal, token })
}

/// The refusal of a permission that the token does not carry, or its owner no longer has.
fn denied(principal: &Principal, permission: Permission) -> Refusal {
    let problem = match principal.require(permission) {
        Ok(_) => Problem::new("access.denied", format!("the token may not {permission}")),
        Err(denied) => Problem::of(denied.code(), &denied),
    };
    let scope = format!("{REALM}, error=\"insufficient_scope\", scope=\"{permission}\"");
    Refusal::from(problem).header(header::WWW_AUTHENTICATE, scope)
}

/// Holds a request to the API against the table of routes.
pub(in super::super) async fn guard(
    shared: Shared,
    open: Open,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = match caller(&shared, request.headers()).await {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let share = match shared.limits.take(&shared.app, &caller.token.id).await {
        Ok(share) => share,
        Err(refusal) => return refusal.into_response(),
    };
    let may = |permission| caller.principal.may(permission);
    let refused = match open {
        Open::To(permission) if !may(permission) => Some(permission),
        Open::ToEither(staff, customer) if !may(staff) && !may(customer) => Some(staff),
        _ => None,
    };
    let mut response = match (refused, &share.refused) {
        (_, Some(seconds)) => {
            let text = format!("too many requests: the next one is possible in {seconds} s");
            Refusal::new("rate.limited", text)
                .header(header::RETRY_AFTER, seconds.to_string())
                .into_response()
        }
        (Some(permission), None) => denied(&caller.principal, permission).into_response(),
        (None, None) => {
            request.extensions_mut().insert(Arc::new(caller));
            next.run(request).await
        }
    };
    response.headers_mut().extend(share.headers);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_from_its_header() {
        let cases = [
            (None, None),
            (Some("Bearer hb_x_y"), Some("hb_x_y")),
            (Some("bearer  hb_x_y "), Some("hb_x_y")),
            (Some("Basic aGI6eA=="), None),
            (Some("Bearer"), None),
        ];
        for (value, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(value) = value {
                headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            }
            assert_eq!(presented(&headers), expected, "{value:?}");
        }
    }
}
