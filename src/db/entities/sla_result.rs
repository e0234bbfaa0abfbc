//! What a service level objective came to in a period.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sla_result")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub contract: String,
    pub objective: String,
    pub period_from: String,
    pub period_to: String,
    pub revision: i64,
    pub ratio: String,
    pub met: i64,
    pub body: String,
    pub recorded_at: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
