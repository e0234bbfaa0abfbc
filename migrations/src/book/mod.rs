//! Migrations of the book, oldest first. An applied one is never edited.

mod m20261123_000001_parties;
mod m20261123_000002_usage;
mod m20261123_000003_invoices;
mod m20261123_000004_ledger_and_documents;
mod m20261123_000005_audit;
mod m20261123_000006_queues;
mod m20261127_000001_run_terms;
mod m20261127_000002_invoice_lookup;
mod m20261127_000003_access;
mod m20261127_000004_lists;
mod m20261127_000005_proposals;
mod m20261127_000006_api_answers;
mod m20261127_000007_payments;
mod m20261127_000009_cancellation_runs;
mod m20261127_000011_rates;
mod m20261127_000011_ways_in;
mod m20261127_000012_saved_views;
mod m20261127_000013_search;
mod m20261128_000031_mastodon_hooks;
mod m20261128_000032_pull_targets;
mod m20261128_000040_usage_alerts;
mod m20261128_000041_webhooks;
mod m20261128_000051_trigrams;
mod m20261128_000052_audit_lookup;
mod m20261128_000053_servers;
mod m20261128_000060_run_of_proposal;
mod m20261128_000061_looked_at;
mod m20261128_000062_open_documents;
mod m20261128_000070_answer_tags;
mod m20261128_000081_cancelled;
mod m20261128_000090_invoice_text;
mod m20261128_000091_names;
mod m20261128_000100_credit_notes;
mod m20261128_000100_ended_payments;
mod m20261128_000101_pending_documents;
mod m20261128_000102_held_payments;
mod m20261128_000103_issued_days;
mod m20261128_000104_open_amounts;

use sea_orm_migration::prelude::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261123_000001_parties::Migration),
        Box::new(m20261123_000002_usage::Migration),
        Box::new(m20261123_000003_invoices::Migration),
        Box::new(m20261123_000004_ledger_and_documents::Migration),
        Box::new(m20261123_000005_audit::Migration),
        Box::new(m20261123_000006_queues::Migration),
        Box::new(m20261127_000001_run_terms::Migration),
        Box::new(m20261127_000002_invoice_lookup::Migration),
        Box::new(m20261127_000003_access::Migration),
        Box::new(m20261127_000004_lists::Migration),
        Box::new(m20261127_000005_proposals::Migration),
        Box::new(m20261127_000006_api_answers::Migration),
        Box::new(m20261127_000007_payments::Migration),
        Box::new(m20261127_000009_cancellation_runs::Migration),
        Box::new(m20261127_000011_rates::Migration),
        Box::new(m20261127_000011_ways_in::Migration),
        Box::new(m20261127_000012_saved_views::Migration),
        Box::new(m20261127_000013_search::Migration),
        Box::new(m20261128_000031_mastodon_hooks::Migration),
        Box::new(m20261128_000032_pull_targets::Migration),
        Box::new(m20261128_000040_usage_alerts::Migration),
        Box::new(m20261128_000041_webhooks::Migration),
        Box::new(m20261128_000051_trigrams::Migration),
        Box::new(m20261128_000052_audit_lookup::Migration),
        Box::new(m20261128_000053_servers::Migration),
        Box::new(m20261128_000060_run_of_proposal::Migration),
        Box::new(m20261128_000061_looked_at::Migration),
        Box::new(m20261128_000062_open_documents::Migration),
        Box::new(m20261128_000070_answer_tags::Migration),
        Box::new(m20261128_000081_cancelled::Migration),
        Box::new(m20261128_000090_invoice_text::Migration),
        Box::new(m20261128_000091_names::Migration),
        Box::new(m20261128_000100_ended_payments::Migration),
        Box::new(m20261128_000100_credit_notes::Migration),
        Box::new(m20261128_000101_pending_documents::Migration),
        Box::new(m20261128_000102_held_payments::Migration),
        Box::new(m20261128_000103_issued_days::Migration),
        Box::new(m20261128_000104_open_amounts::Migration),
    ]
}
