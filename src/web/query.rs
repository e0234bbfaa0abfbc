//! What an address asks for behind its question mark.

use std::sync::Arc;

use axum::extract::{self, FromRequestParts};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::answer::Failed;
use super::guard::language;
use super::router::accepted;
use crate::error::Problem;
use crate::usecases::access::authenticate::SignedIn;

/// What an address asks for. One that cannot be read is answered in the reader's language, with a
/// code: the framework's own answer has neither.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failed> {
        let who = parts.extensions.get::<Arc<SignedIn>>();
        let words = language(accepted(&parts.headers), who.map(Arc::as_ref));
        match extract::Query::try_from_uri(&parts.uri) {
            Ok(extract::Query(asked)) => Ok(Self(asked)),
            Err(why) => {
                let text = format!("the address cannot be read: {}", why.body_text());
                Err(Failed::of(words, Problem::new("web.query", text)))
            }
        }
    }
}
