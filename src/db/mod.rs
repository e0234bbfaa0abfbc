//! The store: the only module that knows the ORM.
//!
//! [`Db::open`] opens two databases: the *book* (contracts, invoices, ledger, audit trail,
//! queues) and *telemetry* (the evidence log). SQLite keeps them as two files in a folder,
//! PostgreSQL in one database.
//!
//! ```text
//! db.write(async move |txn: &Txn| { … }).await      one transaction, in its own task
//! db.reader()                                       query-only reads, each statement on its own
//! db.snapshot(async move |txn: &Txn| { … }).await   several reads of one state
//! db.telemetry.write / .reader / .snapshot          the same on the evidence log
//! ```
//!
//! One file a repository. Those that write take `&Txn`; those that read take any [`Source`] and,
//! where facts are versioned, `as_known_at`. They speak in records and the core's own types;
//! bodies are any serde type. Rows convert by exhaustive destructuring, and a row that makes no
//! sense is [`DbError::CorruptRow`], never a default.
//!
//! | repository | what it keeps | functions |
//! |---|---|---|
//! | [`sellers`], [`customers`] | dated versions | `put`, `as_of`, `history`, `ids` |
//! | [`contracts`] | dated versions, billing lock | `put`, `all`, `lock_for_billing` |
//! | [`readings`] | closed readings, index values | `put_all`, `of_contract` |
//! | [`service_levels`] | SLA results, credits | `put_result`, `propose_credit` |
//! | [`runs`] | billing runs, blocked contracts | `start`, `finish`, `block` |
//! | [`proposals`] | runs between people | `insert`, `lock`, `save` |
//! | [`invoices`] | frozen, issued, cancelled | `freeze`, `already_billed`, `get`, `page` |
//! | [`numbering`] | gapless numbers by a leader | `ensure_series`, `take_batch` |
//! | [`ledger`] | balanced entries | `post`, `journal`, `of_invoice` |
//! | [`payments`] | payments, allocations, checkouts | `receivables`, `insert`, `allocate` |
//! | [`documents`] | documents, template sets | `put`, `of_invoice`, `pending` |
//! | [`audit`], [`audit_chain`] | who did what, chained | `append`, `seal`, `verify_chain` |
//! | [`audit_list`], [`job_list`] | the trail and the queue as pages show them | `page` |
//! | [`outbox`], [`jobs`], [`leases`] | events, work, leaders | `write`, `enqueue`, `claim` |
//! | [`access`] | accounts, sessions, links, tokens, guesses | one file each |
//! | [`today`] | what waits for people, marks of change | `marks`, `failed_jobs` |
//! | [`reconcile`] | rows that answer to each other | `issued_and_gone` |
//! | [`figures`] | what waits, and the connections | `figures` |
//! | [`usage_alerts`] | thresholds that were reached | `insert`, `of_item`, `running` |
//! | [`webhooks`] | where customers are told by a program | `of`, `put` |
//! | [`dump`] | every row as text, and back | `dump`, `load` |
//! | [`mastodon_hooks`] | webhooks of instances | `insert`, `rotate`, `count` |
//! | [`pull`] | what is fetched, ticks of schedules | `put`, `claim`, `failed` |
//! | [`evidence`] | evidence log, dirty hours | `append_all`, `overlapping`, `dirty` |
//! | [`event_names`] | events by name, and what retracts them | `add`, `beyond`, `waiting` |
//! | [`quarantine`] | what was kept aside, and decisions | `note_all`, `list`, `decide` |
//! | [`sources`] | sources that push, credentials, state | `create`, `credential`, `list`, `add` |
//! | [`partials`], [`speakers`] | hourly partials, who speaks of what | `put`, `of_instance` |
//! | [`evidence_seen`] | sources with what was last heard of them | `of_instance` |

pub mod access;
mod address;
pub mod audit;
pub mod audit_chain;
pub mod audit_list;
pub mod browse;
mod bulk;
mod catalog;
pub mod contracts;
mod convert;
pub mod customers;
pub mod documents;
pub mod dump;
mod entities;
mod error;
pub mod event_names;
pub mod evidence;
pub mod evidence_seen;
pub mod figures;
mod filter;
pub mod invoices;
pub mod job_list;
pub mod jobs;
pub mod kept;
pub mod leases;
pub mod ledger;
pub mod mastodon_hooks;
pub mod numbering;
pub mod outbox;
pub mod partials;
pub mod payments;
pub mod proposals;
pub mod pull;
pub mod quarantine;
pub mod readings;
pub mod reconcile;
pub mod retention;
pub mod runs;
pub mod sellers;
pub mod service_levels;
pub mod sources;
pub mod speakers;
mod store;
pub mod today;
mod txn;
pub mod usage_alerts;
mod versions;
pub mod webhooks;

pub use address::DbUrl;
pub use catalog::schema_drift;
pub use convert::{day, sha256_hex, stamp};
pub use error::{DbError, WriteError};
pub use filter::AsOf;
pub use store::{Db, Store};
pub use txn::{Reader, Source, Txn};
pub use versions::Version;
