//! Rows as they are stored. Private to the store: repositories turn them into records.
//!
//! Columns are text, 64-bit integers and bytes only, as the migrations make them. Wide text has no
//! length, and a decimal column is banned: on SQLite it would come back as a float.

pub mod account;
pub mod account_identity;
pub mod account_role;
pub mod allocation;
pub mod api_answer;
pub mod api_token;
pub mod audit_erasure;
pub mod audit_payload;
pub mod audit_record;
pub mod audit_seal;
pub mod billing_run;
pub mod blocked;
pub mod checkout;
pub mod contract;
pub mod document;
pub mod evidence;
pub mod gateway_event;
pub mod index_value;
pub mod invoice;
pub mod invoice_line;
pub mod ledger_entry;
pub mod mastodon_hook;
pub mod number_series;
pub mod one_time_link;
pub mod outbox;
pub mod passkey;
pub mod passkey_ceremony;
pub mod payment;
pub mod payment_fee;
pub mod posting;
pub mod preference;
pub mod proposal;
pub mod provider_visit;
pub mod pull_target;
pub mod pull_tick;
pub mod quarantine;
pub mod rate_bucket;
pub mod reading;
pub mod recovery_code;
pub mod refund;
pub mod retention_protocol;
pub mod saved_view;
pub mod service_credit;
pub mod session;
pub mod sign_in_attempt;
pub mod sign_in_failure;
pub mod sla_result;
pub mod source;
pub mod source_credential;
pub mod source_instance;
pub mod source_state;
pub mod template_set;
