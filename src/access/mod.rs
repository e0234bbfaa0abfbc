//! Access: who may do what, on whose rows, and how somebody proves to be who they are.
//!
//! Deliberately absent: I/O, async, the wall clock, the environment and the source of random bytes.
//! A use case loads what is stored, takes `now` from the system clock and fresh bytes from the
//! system's generator, calls one function of this module and saves what it returns.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

pub mod account;
pub mod api_token;
pub mod attempt;
pub mod claims;
mod common_passwords;
pub mod csrf;
mod deadline;
pub mod four_eyes;
pub mod keyring;
pub mod known_device;
pub mod lockout;
pub mod network;
pub mod one_time_link;
pub mod password;
pub mod password_hash;
pub mod permission;
pub mod preferences;
pub mod principal;
pub mod rate;
pub mod recovery;
pub mod role;
pub mod scope;
pub mod secret;
pub mod session;
pub mod source_token;
pub mod totp;

pub use account::{Account, Email};
pub use four_eyes::{Approval, FourEyes};
pub use keyring::{Keyring, Sealed};
pub use permission::{Permission, may};
pub use preferences::Preferences;
pub use principal::{AccountId, Granted, Principal};
pub use role::{Party, Role};
pub use scope::{Program, Reach, Scope};
pub use secret::{SecretHash, SecretText};
