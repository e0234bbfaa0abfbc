//! A table in the few column kinds Herdbook stores, the same on both databases.
//!
//! Text, 64-bit integer and bytes are all there is. Money is integer minor units beside a currency;
//! rates, quantities, civil dates and instants are text: a decimal column would be read back as a
//! float on SQLite. SQLite tables are STRICT, so that a wrong kind is refused when it is written.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// A table under construction.
pub struct Sheet {
    backend: DbBackend,
    name: &'static str,
    table: TableCreateStatement,
    by_key: bool,
}

impl Sheet {
    pub fn new(manager: &SchemaManager<'_>, name: &'static str) -> Self {
        let mut table = Table::create();
        table.table(Alias::new(name));
        Self {
            backend: manager.get_database_backend(),
            name,
            table,
            by_key: false,
        }
    }

    /// Rows lie in the order of their key, and the key is kept once (SQLite: WITHOUT ROWID).
    pub fn by_key(mut self) -> Self {
        self.by_key = true;
        self
    }

    /// `id`: numbered by the database in the order of insertion, never reused.
    pub fn id(mut self) -> Self {
        let mut column = ColumnDef::new(Alias::new("id"));
        column
            .big_integer()
            .not_null()
            .primary_key()
            .auto_increment();
        self.table.col(column);
        self
    }

    /// A text that names the row, given by the caller.
    pub fn key(mut self, column: &'static str) -> Self {
        self.table.col(
            ColumnDef::new(Alias::new(column))
                .text()
                .not_null()
                .primary_key(),
        );
        self
    }

    /// An integer that names the row, given by the caller.
    pub fn int_key(mut self, column: &'static str) -> Self {
        self.table.col(
            ColumnDef::new(Alias::new(column))
                .big_integer()
                .not_null()
                .primary_key(),
        );
        self
    }

    pub fn text(mut self, column: &'static str) -> Self {
        self.table
            .col(ColumnDef::new(Alias::new(column)).text().not_null());
        self
    }

    pub fn maybe_text(mut self, column: &'static str) -> Self {
        self.table.col(ColumnDef::new(Alias::new(column)).text());
        self
    }

    pub fn int(mut self, column: &'static str) -> Self {
        self.table
            .col(ColumnDef::new(Alias::new(column)).big_integer().not_null());
        self
    }

    pub fn maybe_int(mut self, column: &'static str) -> Self {
        self.table
            .col(ColumnDef::new(Alias::new(column)).big_integer());
        self
    }

    /// An integer the database fills in, by one expression on each database.
    pub fn int_filled(mut self, column: &'static str, sqlite: &str, postgres: &str) -> Self {
        let filled = if self.sqlite() { sqlite } else { postgres };
        let mut definition = ColumnDef::new(Alias::new(column));
        definition
            .big_integer()
            .not_null()
            .extra(format!("DEFAULT ({filled})"));
        self.table.col(definition);
        self
    }

    pub fn bytes(mut self, column: &'static str) -> Self {
        self.table
            .col(ColumnDef::new(Alias::new(column)).blob().not_null());
        self
    }

    /// The column names a row of another table.
    pub fn refers(mut self, column: &'static str, table: &'static str, key: &'static str) -> Self {
        self.table.foreign_key(
            ForeignKey::create()
                .name(format!("{}_{column}_known", self.name))
                .from(Alias::new(self.name), Alias::new(column))
                .to(Alias::new(table), Alias::new(key)),
        );
        self
    }

    pub fn unique(mut self, columns: &[&'static str]) -> Self {
        let mut index = Index::create();
        index
            .name(format!("{}_{}_once", self.name, columns.join("_")))
            .unique();
        for column in columns {
            index.col(Alias::new(*column));
        }
        self.table.index(&mut index);
        self
    }

    /// Several columns together name the row.
    pub fn keyed_by(mut self, columns: &[&'static str]) -> Self {
        let mut index = Index::create();
        for column in columns {
            index.col(Alias::new(*column));
        }
        self.table.primary_key(&mut index);
        self
    }

    /// A condition every row meets; written so that both databases understand it.
    pub fn check(mut self, condition: &'static str) -> Self {
        self.table.check(Expr::cust(condition));
        self
    }

    fn sqlite(&self) -> bool {
        self.backend == DbBackend::Sqlite
    }

    pub async fn create(mut self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        if self.sqlite() {
            let kept = if self.by_key {
                "STRICT, WITHOUT ROWID"
            } else {
                "STRICT"
            };
            self.table.extra(kept);
        }
        manager.create_table(self.table).await
    }
}

/// An index that carries a finder; the unique ones stand with their table.
pub async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index
        .name(format!("{table}_by_{}", columns.join("_")))
        .table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    manager.create_index(index).await
}
