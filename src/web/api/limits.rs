//! How often a token may ask, counted in the database so that several nodes count together.
//!
//! A node draws a few requests at once and hands them out itself: one write for twenty requests.
//! What it has drawn and not used is lost when it ends, never gained.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Mutex;

use axum::http::{HeaderName, HeaderValue};

use super::refusal::Refusal;
use crate::access::api_token::TokenId;
use crate::access::rate::{Decision, Limit};
use crate::app::App;
use crate::db::access::rates;
use crate::db::{DbError, Txn};

/// Requests that a node draws at once.
const DRAWN: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);

/// `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers.
const RATE: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left of a draw.
#[derive(Debug, Clone, Copy)]
struct Rest {
    here: u32,
    stored: u32,
    reset_seconds: u64,
}

/// The limit of every token, and what this node has drawn for each.
#[derive(Debug)]
pub(in super::super) struct Limits {
    limit: Limit,
    drawn: Mutex<HashMap<String, Rest>>,
}

/// What one request gets.
pub(super) struct Share {
    /// After how many seconds another is possible, when this one is not.
    pub(super) refused: Option<u64>,
    /// What the answer tells of it.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Limits {
    pub(in super::super) fn of(limit: Limit) -> Self {
        Self {
            limit,
            drawn: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one request out of the limit of a token.
    pub(super) async fn take(&self, app: &App, id: &TokenId) -> Result<Share, Refusal> {
        if let Some(rest) = self.one_of_ours(id) {
            return Ok(self.share(None, rest));
        }
        let (key, limit, now) = (format!("api/{id}"), self.limit, app.clock.system());
        let drawn = app
            .db
            .write(async move |txn: &Txn| {
                let drawn = rates::draw(txn, &key, &limit, (DRAWN, now)).await?;
                Ok::<_, DbError>(drawn)
            })
            .await;
        let (count, decision) = drawn?;
        let Decision {
            taken,
            remaining,
            reset_seconds,
            ..
        } = decision;
        let here = count.saturating_sub(1);
        let rest = self.keep(id, here, (remaining, reset_seconds));
        let refused = taken.err().map(|limited| limited.retry_after_seconds);
        Ok(self.share(refused, rest))
    }

    fn one_of_ours(&self, id: &TokenId) -> Option<Rest> {
        let mut drawn = self.drawn.lock().ok()?;
        let rest = drawn.get_mut(id.as_str())?;
        rest.here = rest.here.checked_sub(1)?;
        Some(*rest)
    }

    fn keep(&self, id: &TokenId, here: u32, (stored, reset_seconds): (u32, u64)) -> Rest {
        let new = Rest {
            here,
            stored,
            reset_seconds,
        };
        let Ok(mut drawn) = self.drawn.lock() else {
            return new;
        };
        let rest = drawn
            .entry(id.to_string())
            .or_insert(Rest { here: 0, ..new });
        // Another request may have drawn meanwhile: nothing that was drawn is thrown away.
        *rest = Rest {
            here: rest.here.saturating_add(here),
            ..new
        };
        *rest
    }

    fn share(&self, refused: Option<u64>, rest: Rest) -> Share {
        let left = rest.here.saturating_add(rest.stored);
        let (quota, window) = (self.limit.capacity, self.limit.window_seconds());
        let rate = format!("\"token\";r={left};t={}", rest.reset_seconds);
        let policy = format!("\"token\";q={quota};w={window}");
        let headers = [(RATE, rate), (POLICY, policy)].into_iter();
        let headers =
            headers.filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?)));
        Share {
            refused,
            headers: headers.collect(),
        }
    }
}
