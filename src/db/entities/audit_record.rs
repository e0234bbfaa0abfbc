//! What was done, by whom, to what. Holds the hash of its payload only.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_record")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub recorded_at: String,
    pub written_at: i64,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub payload_hash: String,
    pub transaction_id: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
