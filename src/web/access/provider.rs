//! To the identity provider and back.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

use super::super::answer::{Failed, html};
use super::super::cookies::{Cookie, visit};
use super::super::form::Form;
use super::super::guard::{MaybeWho, Who};
use super::super::parts::BareFrame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::sign_in::Asked;
use super::{From, code as code_of, go, own_path};
use crate::access::SecretHash;
use crate::error::Problem;
use crate::identity::Provider;
use crate::usecases::Failure;
use crate::usecases::access::provider::{self, Answer, Back, Browser};

/// The provider, if one is configured.
fn known(shared: &Shared, words: Words) -> Result<&Provider, Failed> {
    let provider = shared.provider.as_deref();
    provider.ok_or_else(|| Failed::of(words, Problem::new("oidc.off", "")))
}

/// What did not work, in the reader's language.
fn failed(words: Words, provider: &Provider, failure: Failure) -> Failed {
    let text = match code_of(&failure) {
        "oidc.down" => words.say("oidc-down"),
        "oidc.denied" => words.say("oidc-denied"),
        "oidc.state" => words.say("oidc-state"),
        "oidc.refused" | "claims.no-identity" => words.say("oidc-refused"),
        "oidc.unknown" => words.say("oidc-unknown"),
        "oidc.no-email" => words.say("oidc-no-email"),
        "oidc.taken" => words.say("oidc-taken"),
        "oidc.only-way" => words.say("oidc-only-way"),
        "account.taken" => words.say("oidc-address-taken"),
        "account.blocked" => words.say("error-blocked"),
        "claims.missing" | "claims.not-texts" | "claims.no-role" => words.say("oidc-no-role"),
        _ => return Failed::of(words, failure),
    };
    let title = words.with("oidc-failed", &[("name", Argument::Text(&provider.name))]);
    Failed::saying(words, failure, (title, text))
}

/// `GET /sign-in/provider`: to the provider.
///
/// A link and no form: a form that is answered by a redirect to another server is stopped by the
/// policy of the page. What it leaves behind is a row for ten minutes, limited by address.
pub(in super::super) async fn leave(
    State(shared): State<Shared>,
    Reader(words): Reader,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let provider = known(&shared, words)?;
    let next = own_path(asked.next());
    let (tied, fresh) =
        visit(shared.cookies, &headers).map_err(|problem| Failed::of(words, problem))?;
    let address = provider::leave(&shared.app, provider, (tied, None), next).await;
    let address = address.map_err(|failure| failed(words, provider, failure))?;
    Ok(go(&address, fresh))
}

/// What the provider sends back.
#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Sent {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
    iss: Option<String>,
}

/// `GET /sign-in/provider/return`: back from the provider.
pub(in super::super) async fn come_back(
    State(shared): State<Shared>,
    Reader(words): Reader,
    MaybeWho(who): MaybeWho,
    From(origin): From,
    headers: HeaderMap,
    Query(sent): Query<Sent>,
) -> Result<Response, Failed> {
    let provider = known(&shared, words)?;
    let hash = |cookie| {
        let token = shared.cookies.read(&headers, cookie);
        token.map(|token| SecretHash::of(&token))
    };
    let browser = Browser {
        visit: hash(Cookie::Visit),
        session: who.as_ref().map(|who| (who.session.hash, &who.account)),
    };
    let answer = Answer {
        state: sent.state,
        code: sent.code,
        error: sent.error,
        issuer: sent.iss,
    };
    let came = (&answer, browser);
    let before = hash(Cookie::Session);
    let back = provider::come_back(&shared.app, provider, came, &origin, before).await;
    match back.map_err(|failure| failed(words, provider, failure))? {
        Back::SignedIn(opened, next) => {
            let cookies = [
                shared.cookies.set(Cookie::Session, &opened.token),
                shared.cookies.clear(Cookie::Attempt),
                shared.cookies.clear(Cookie::Visit),
            ];
            Ok(go(own_path(&next), cookies))
        }
        Back::Connected => Ok(go("/account", [])),
    }
}

#[derive(Template)]
#[template(path = "access/leaving.html")]
struct LeavingPage {
    frame: BareFrame,
    words: Words,
    address: String,
}

impl LeavingPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `POST /account/provider`: to the provider, to connect the own account. The page goes on by
/// itself; a redirect would be stopped by the policy of the page that sent the form.
pub(in super::super) async fn connect(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(_): Form,
) -> Result<Response, Failed> {
    let provider = known(&shared, words)?;
    let own = (who.session.hash, Some(&who.account));
    let address = provider::leave(&shared.app, provider, own, "/account").await;
    let address = address.map_err(|failure| failed(words, provider, failure))?;
    let title = words.with("leaving-title", &[("name", Argument::Text(&provider.name))]);
    let page = LeavingPage {
        frame: shared.bare(words, title),
        words,
        address: address.clone(),
    };
    let mut response = html(words, &page)?;
    let refresh = HeaderValue::try_from(format!("0; url={address}"));
    let refresh =
        refresh.map_err(|error| Failed::of(words, Problem::hidden("internal.unlisted", &error)))?;
    response.headers_mut().insert(header::REFRESH, refresh);
    Ok(response)
}

/// `POST /account/provider/disconnect`.
pub(in super::super) async fn disconnect(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(_): Form,
) -> Result<Response, Failed> {
    let provider = known(&shared, words)?;
    let done = provider::disconnect(&shared.app, who.account.id).await;
    done.map_err(|failure| failed(words, provider, failure))?;
    Ok(go("/account", []))
}
