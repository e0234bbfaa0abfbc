//! One ingest request, byte for byte, compressed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub source: i64,
    pub received_at: i64,
    pub hash: String,
    pub kind: String,
    pub span_from: i64,
    pub span_to: i64,
    pub codec: String,
    pub body: Vec<u8>,
    pub instance: Option<String>,
    pub limits: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
