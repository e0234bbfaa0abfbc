//! Which tables a dump holds, and in which order.

/// The tables of the book, each after those it refers to, and the columns that order its rows.
pub(super) const BOOK: &[(&str, &str)] = &[
    ("seller", "id"),
    ("seller_version", "id"),
    ("customer", "id"),
    ("customer_version", "id"),
    ("contract", "id"),
    ("contract_version", "id"),
    ("index_value", "id"),
    ("reading", "id"),
    ("sla_result", "id"),
    ("service_credit", "id"),
    ("billing_run", "id"),
    ("blocked", "id"),
    ("number_series", "id"),
    ("invoice", "id"),
    ("invoice_line", "id"),
    ("ledger_entry", "id"),
    ("posting", "entry, position"),
    ("document", "id"),
    ("template_set", "hash"),
    ("audit_record", "id"),
    ("audit_payload", "record"),
    ("audit_seal", "place"),
    ("retention_protocol", "id"),
    ("audit_erasure", "record"),
    ("outbox", "id"),
    ("outbox_delivery", "event, consumer"),
    ("job", "id"),
    ("lease", "name"),
    ("account", "id"),
    ("account_role", "account, role"),
    ("account_identity", "issuer, subject"),
    ("passkey", "id"),
    ("recovery_code", "account, hash"),
    ("api_token", "id"),
    ("proposal", "id"),
    ("preference", "account, name"),
    ("saved_view", "id"),
    ("payment", "id"),
    ("payment_fee", "id"),
    ("allocation", "id"),
    ("refund", "id"),
    ("checkout", "key"),
    ("gateway_event", "key"),
    ("usage_alert", "id"),
    ("mastodon_hook", "instance"),
    ("pull_target", "name"),
    ("pull_tick", "target, tick"),
    ("webhook", "customer"),
];
pub(super) const TELEMETRY: &[(&str, &str)] = &[
    ("source", "id"),
    ("evidence", "id"),
    ("dirty_hour", "hour, source"),
    ("metered_instance", "id"),
    ("meter_version", "id"),
    ("partial", "hour, instance, meter"),
    ("unread_hour", "hour, instance"),
    ("source_instance", "source, instance"),
    ("source_credential", "id"),
    ("source_state", "source"),
    ("quarantine", "id"),
    ("evidence_protocol", "id"),
    ("evidence_erasure", "evidence"),
];

/// Tables that no backup holds: what opens for minutes or hours only, and would open again if an
/// old backup was restored; and what triggers write again when the rest is loaded.
#[cfg(test)]
pub(super) const PASSING: &[&str] = &[
    "one_time_link",
    "open_document",
    "passkey_ceremony",
    "provider_visit",
    "session",
    "sign_in_attempt",
    "sign_in_failure",
    "rate_bucket",
    "api_answer",
];

/// Columns that mean something in the database they were written in only.
pub(super) const LOCAL: &[(&str, &str)] = &[
    ("audit_record", "transaction_id"),
    ("audit_seal", "horizon"),
];
