//! How a source is doing.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source_state")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: i64,
    pub last_seen: i64,
    pub requests: i64,
    pub duplicates: i64,
    pub samples: i64,
    pub events: i64,
    pub refused: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
