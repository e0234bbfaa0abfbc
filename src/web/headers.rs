//! Headers that tell the browser what pages may do, and what other sites may do with them.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

/// Nothing is loaded from elsewhere, nothing runs in the page that is not our own script.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; \
                      img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

/// What pages may ask of the browser: passkeys, and nothing else that its owner is asked about.
const FEATURES: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), \
                        payment=(), usb=(), publickey-credentials-create=(self), \
                        publickey-credentials-get=(self)";

/// A year, in seconds: within it the browser comes over https only.
const SECURE: &str = "max-age=31536000";

/// Puts the headers on every answer. `secure` for a server that is reached over https.
pub(super) fn on(routes: Router, secure: bool) -> Router {
    let set = |name, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let secure = secure.then(|| HeaderValue::from_static(SECURE));
    let own = |name| set(HeaderName::from_static(name), "same-origin");
    routes
        .layer(set(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        // Windows of other sites have no hold on ours, and their pages load nothing of ours.
        .layer(own("cross-origin-opener-policy"))
        .layer(own("cross-origin-resource-policy"))
        .layer(set(HeaderName::from_static("permissions-policy"), FEATURES))
        .layer(SetResponseHeaderLayer::overriding(
            header::STRICT_TRANSPORT_SECURITY,
            secure,
        ))
}
