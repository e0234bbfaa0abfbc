//! A closed meter reading, or a revision of one.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reading")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub contract: String,
    pub instance: String,
    pub meter: String,
    pub period_from: String,
    pub period_to: String,
    pub revision: i64,
    pub quantity: String,
    pub coverage: String,
    pub evidence_hash: String,
    pub tzdb_version: String,
    pub body: String,
    pub recorded_at: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
