//! What Mastodon itself says about an instance, by its own doors: webhooks, the admin API, nodeinfo
//! and `/api/v2/instance`.
//!
//! Most of these payloads hold personal data (names, e-mail and network addresses, posts). They are
//! reduced to ids, times and counts before anything is stored, and only the reduced form is
//! evidence: [`reports`] for what webhooks and the list of reports say, [`figures`] for the rest.
//! [`measures`] says what is asked of the admin API, whose ends of ranges mean two things.

pub mod figures;
pub mod hook;
pub mod measures;
pub mod reports;

/// Source of the events that are made of reports; the instance follows after a slash.
pub const SOURCE: &str = "mastodon";
/// A report came in. Its time is when it was filed.
pub const REPORT_CREATED: &str = "mastodon.report.created";
/// How a report stood after a change: who has it, when it was first acted on, when it was resolved.
pub const REPORT_UPDATED: &str = "mastodon.report.updated";
/// A report was resolved. One event a resolution: a report that is opened again and resolved again
/// has two, with the same `report`.
pub const REPORT_RESOLVED: &str = "mastodon.report.resolved";
