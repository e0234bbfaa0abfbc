//! Proof of who somebody is that others give: an OpenID Connect provider, and passkeys.
//!
//! What they say is checked here and comes out as plain values; accounts and sessions are the use
//! cases' concern.

mod http;
pub mod passkeys;
pub mod provider;

pub use passkeys::Passkeys;
pub use provider::Provider;
