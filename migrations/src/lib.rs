//! The schema of Herdbook's two databases, forward only.
//!
//! [`Book`] holds contracts, invoices, ledger and audit trail; [`Telemetry`] holds the evidence
//! log. On SQLite they are two files, so that ingest never waits for finance; on PostgreSQL both
//! live in one database, each with its own table of applied migrations. How to add one:
//! README.md.

mod book;
mod guard;
mod kept;
mod sheet;
mod telemetry;

use sea_orm_migration::prelude::{Alias, DynIden, IntoIden};
pub use sea_orm_migration::{MigratorTrait, prelude::MigrationTrait, sea_orm};

/// Migrations of the book: parties, contracts, readings, invoices, ledger, audit trail, queues.
pub struct Book;

impl MigratorTrait for Book {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        book::migrations()
    }

    fn migration_table_name() -> DynIden {
        Alias::new("book_migration").into_iden()
    }
}

/// Migrations of the telemetry database: the evidence log and the hours it made dirty.
pub struct Telemetry;

impl MigratorTrait for Telemetry {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        telemetry::migrations()
    }

    fn migration_table_name() -> DynIden {
        Alias::new("telemetry_migration").into_iden()
    }
}
