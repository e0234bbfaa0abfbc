//! Migrations of the telemetry database, oldest first. An applied one is never edited.

mod m20261123_000001_evidence;
mod m20261128_000010_sources;
mod m20261128_000020_partials;
mod m20261128_000021_retention;
mod m20261128_000030_named_events;
mod m20261128_000031_quarantine_decisions;
mod m20261128_000032_waiting_retractions;

use sea_orm_migration::prelude::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261123_000001_evidence::Migration),
        Box::new(m20261128_000010_sources::Migration),
        Box::new(m20261128_000020_partials::Migration),
        Box::new(m20261128_000021_retention::Migration),
        Box::new(m20261128_000030_named_events::Migration),
        Box::new(m20261128_000031_quarantine_decisions::Migration),
        Box::new(m20261128_000032_waiting_retractions::Migration),
    ]
}
