//! A published value of an index series.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "index_value")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub series: String,
    pub month: String,
    pub value: String,
    pub source: String,
    pub recorded_at: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
