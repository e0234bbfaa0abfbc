//! What was just done, said once: a cookie carries it over the redirect to the next page, whose
//! frame shows it. It needs no script, and a page that is loaded again does not say it again.

use std::cell::RefCell;
use std::future::Future;

use axum::http::header;
use axum::response::Response;

use super::access::go;
use super::cookies::{Cookie, Cookies};
use super::router::Shared;
use super::words::{Argument, Words};

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Done {
    /// An invoice was cancelled by the credit note with this number.
    Cancelled(String),
    /// It had been cancelled before, by the credit note with this number.
    CancelledBefore(String),
    /// A run was prepared.
    RunPrepared,
    /// A run was approved.
    RunApproved,
    /// A run is being issued.
    RunIssuing,
    /// A run was given up.
    RunWithdrawn,
    /// A credential had been exchanged a moment before.
    ExchangedBefore,
    /// A source was made by the same form a moment before.
    SourceBefore,
    /// A token was made by the same form a moment before.
    TokenBefore,
    /// Somebody was invited by the same form a moment before.
    InvitedBefore,
    /// A secret of a webhook was made by the same form a moment before.
    SecretBefore,
    /// Something that was kept aside stays out.
    AsideDismissed,
    /// Something that was kept aside is taken in.
    AsideReplayed,
}

impl Done {
    fn code(&self) -> (&'static str, &str) {
        match self {
            Self::Cancelled(number) => ("cancelled", number),
            Self::CancelledBefore(number) => ("cancelled-before", number),
            Self::RunPrepared => ("run-prepared", ""),
            Self::RunApproved => ("run-approved", ""),
            Self::RunIssuing => ("run-issuing", ""),
            Self::RunWithdrawn => ("run-withdrawn", ""),
            Self::ExchangedBefore => ("exchanged-before", ""),
            Self::SourceBefore => ("source-before", ""),
            Self::TokenBefore => ("token-before", ""),
            Self::InvitedBefore => ("invited-before", ""),
            Self::SecretBefore => ("secret-before", ""),
            Self::AsideDismissed => ("aside-dismissed", ""),
            Self::AsideReplayed => ("aside-replayed", ""),
        }
    }

    /// As the cookie has it: a code and what it is about.
    fn written(&self) -> String {
        let (code, about) = self.code();
        // Numbers of documents hold nothing else; whatever does would break the cookie.
        let about = about.chars().filter(|sign| kept(*sign));
        format!("{code}.{}", about.collect::<String>())
    }

    /// A browser may send anything: what is no code of ours says nothing.
    fn read(text: &str) -> Option<Self> {
        let (code, about) = text.split_once('.')?;
        if about.len() > 40 || !about.chars().all(kept) {
            return None;
        }
        let about = about.to_owned();
        Some(match code {
            "cancelled" => Self::Cancelled(about),
            "cancelled-before" => Self::CancelledBefore(about),
            "run-prepared" => Self::RunPrepared,
            "run-approved" => Self::RunApproved,
            "run-issuing" => Self::RunIssuing,
            "run-withdrawn" => Self::RunWithdrawn,
            "exchanged-before" => Self::ExchangedBefore,
            "source-before" => Self::SourceBefore,
            "token-before" => Self::TokenBefore,
            "invited-before" => Self::InvitedBefore,
            "secret-before" => Self::SecretBefore,
            "aside-dismissed" => Self::AsideDismissed,
            "aside-replayed" => Self::AsideReplayed,
            _ => return None,
        })
    }

    fn text(&self, words: Words) -> String {
        match self {
            Self::Cancelled(by) => words.with("done-cancelled", &[("by", Argument::Text(by))]),
            Self::CancelledBefore(by) => {
                words.with("done-cancelled-before", &[("by", Argument::Text(by))])
            }
            Self::RunPrepared => words.say("done-run-prepared"),
            Self::RunApproved => words.say("done-run-approved"),
            Self::RunIssuing => words.say("done-run-issuing"),
            Self::RunWithdrawn => words.say("done-run-withdrawn"),
            Self::ExchangedBefore => words.say("done-exchanged-before"),
            Self::SourceBefore => words.say("done-source-before"),
            Self::TokenBefore => words.say("done-token-before"),
            Self::InvitedBefore => words.say("done-invited-before"),
            Self::SecretBefore => words.say("done-secret-before"),
            Self::AsideDismissed => words.say("done-aside-dismissed"),
            Self::AsideReplayed => words.say("done-aside-replayed"),
        }
    }
}

fn kept(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '-'
}

tokio::task_local! {
    /// What the request at hand has to say; taken by the frame that says it.
    static SAID: RefCell<Option<String>>;
}

/// To another page, which says what was done.
pub(super) fn go_saying(shared: &Shared, to: &str, done: &Done) -> Response {
    go(to, [shared.cookies.say(&done.written())])
}

/// Answers a request that brought something to say. The cookie goes once a frame has said it, not
/// before: a redirect in between keeps it.
pub(super) async fn during(
    cookies: Cookies,
    said: String,
    answer: impl Future<Output = Response>,
) -> Response {
    let both = async {
        let response = answer.await;
        (response, SAID.with(|said| said.borrow().is_none()))
    };
    let (mut response, taken) = SAID.scope(RefCell::new(Some(said)), both).await;
    // What the handler sets itself is newer.
    let own = response.headers().contains_key(header::SET_COOKIE);
    if taken && !own {
        let line = cookies.clear(Cookie::Said);
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// What the page at hand has to say; nothing the second time.
pub(super) fn take(words: Words) -> String {
    let taken = SAID.try_with(|said| said.borrow_mut().take());
    let done = taken.ok().flatten().and_then(|text| Done::read(&text));
    done.map_or_else(String::new, |done| done.text(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_comes_back_as_it_went_and_nothing_else_does() {
        for done in [
            Done::Cancelled("RE-2027-00002".to_owned()),
            Done::CancelledBefore("RE-2027-00002".to_owned()),
            Done::RunPrepared,
            Done::RunWithdrawn,
            Done::ExchangedBefore,
            Done::SourceBefore,
            Done::TokenBefore,
            Done::InvitedBefore,
            Done::SecretBefore,
            Done::AsideDismissed,
            Done::AsideReplayed,
        ] {
            assert_eq!(Done::read(&done.written()), Some(done));
        }
        for text in ["", "cancelled", "cancelled.<b>", "other.1", "cancelled.a;b"] {
            assert_eq!(Done::read(text), None, "{text:?}");
        }
        let odd = Done::Cancelled("a; Path=/x\r\n".to_owned());
        assert_eq!(odd.written(), "cancelled.aPathx");
    }

    #[tokio::test]
    async fn it_is_said_once_and_kept_over_a_redirect() {
        use crate::billing::party::Language;
        use axum::response::IntoResponse;
        let cookies = Cookies::of("http://127.0.0.1");
        let words = Words(Language::En);
        let silent = during(cookies, "run-approved.".to_owned(), async {
            "elsewhere".into_response()
        });
        assert!(!silent.await.headers().contains_key(header::SET_COOKIE));
        let telling = during(cookies, "run-approved.".to_owned(), async {
            assert!(!take(words).is_empty());
            assert!(take(words).is_empty(), "once");
            "said".into_response()
        });
        let response = telling.await;
        let line = response.headers().get(header::SET_COOKIE).unwrap();
        assert!(line.to_str().unwrap().contains("Max-Age=0"));
        assert!(
            take(words).is_empty(),
            "outside of a request there is nothing to say"
        );
    }
}
