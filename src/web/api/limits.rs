//! How often a token may ask, counted in the database so that several nodes count together.
//!
//! A node draws a few requests at once and hands them out itself: one write for twenty requests.
//! It draws again when half are gone, so that as a rule no request waits for the write. What it has
//! drawn and not used is lost when it ends. A token that rested may so ask some thirty times more
//! at once than its limit says, on each node; over time it never may.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderName, HeaderValue};

use super::refusal::Refusal;
use crate::access::api_token::TokenId;
use crate::access::rate::{Decision, Limit};
use crate::app::App;
use crate::db::access::rates;
use crate::db::{DbError, Txn};

/// Requests that a node draws at once.
const DRAWN: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);

/// With so few left, the next are drawn beside the requests.
const LOW: u32 = DRAWN.get() / 2;

/// Tokens whose draws are remembered at once.
const REMEMBERED: usize = 10_000;

/// `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers.
const RATE: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left of a draw.
#[derive(Debug, Clone, Copy)]
struct Rest {
    here: u32,
    stored: u32,
    reset_seconds: u64,
    /// Whether the next are being drawn.
    drawing: bool,
}

/// The limit of every token, and what this node has drawn for each.
#[derive(Debug)]
pub(in super::super) struct Limits {
    limit: Limit,
    rests: Mutex<HashMap<String, Rest>>,
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
            rests: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one request out of the limit of a token.
    pub(super) async fn take(self: &Arc<Self>, app: &App, id: &TokenId) -> Result<Share, Refusal> {
        if let Some((rest, low)) = self.one_of_ours(id) {
            if low {
                self.draw_later(app, id);
            }
            return Ok(self.share(None, rest));
        }
        let (decision, rest) = self.draw(app, id, 1).await?;
        let refused = decision.taken.err();
        let refused = refused.map(|limited| limited.retry_after_seconds);
        Ok(self.share(refused, rest))
    }

    /// Draws beside the requests. Where that fails, the request that finds nothing left tells it.
    fn draw_later(self: &Arc<Self>, app: &App, id: &TokenId) {
        let (limits, app, id) = (Arc::clone(self), app.clone(), id.clone());
        tokio::spawn(async move {
            let drawn = limits.draw(&app, &id, 0).await;
            limits.drawn(&id);
            if let Err(error) = drawn {
                tracing::warn!("requests cannot be drawn ahead: {error}");
            }
        });
    }

    /// Draws out of the limit of a token, and keeps what is not taken at once.
    async fn draw(&self, app: &App, id: &TokenId, taken: u32) -> Result<(Decision, Rest), DbError> {
        let (key, limit, now) = (format!("api/{id}"), self.limit, app.clock.system());
        let drawn = app
            .db
            .write(async move |txn: &Txn| {
                let drawn = rates::draw(txn, &key, &limit, (DRAWN, now)).await?;
                Ok::<_, DbError>(drawn)
            })
            .await;
        let (count, decision) = drawn?;
        let told = (decision.remaining, decision.reset_seconds);
        let rest = self.keep(id, count.saturating_sub(taken), told);
        Ok((decision, rest))
    }

    /// Takes one that was drawn before, and says whether it is time to draw the next.
    fn one_of_ours(&self, id: &TokenId) -> Option<(Rest, bool)> {
        let mut rests = self.rests.lock().ok()?;
        let rest = rests.get_mut(id.as_str())?;
        rest.here = rest.here.checked_sub(1)?;
        let low = rest.here <= LOW && rest.stored > 0 && !rest.drawing;
        rest.drawing |= low;
        Some((*rest, low))
    }

    /// The next may be drawn again.
    fn drawn(&self, id: &TokenId) {
        let Ok(mut rests) = self.rests.lock() else {
            return;
        };
        if let Some(rest) = rests.get_mut(id.as_str()) {
            rest.drawing = false;
        }
    }

    fn keep(&self, id: &TokenId, here: u32, (stored, reset_seconds): (u32, u64)) -> Rest {
        let new = Rest {
            here,
            stored,
            reset_seconds,
            drawing: false,
        };
        let Ok(mut rests) = self.rests.lock() else {
            return new;
        };
        // What is forgotten of a token is a few requests that it has drawn and not used.
        if rests.len() >= REMEMBERED {
            rests.retain(|_, rest| rest.drawing);
        }
        let rest = rests
            .entry(id.to_string())
            .or_insert(Rest { here: 0, ..new });
        // Another request may have drawn meanwhile: nothing that was drawn is thrown away.
        *rest = Rest {
            here: rest.here.saturating_add(here),
            drawing: rest.drawing,
            ..new
        };
        *rest
    }

    fn share(&self, refused: Option<u64>, rest: Rest) -> Share {
        let left = rest.here.saturating_add(rest.stored);
        let left = left.min(self.limit.capacity.get());
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
