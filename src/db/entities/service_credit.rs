//! Money owed for a missed objective.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_credit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub contract: String,
    pub sla_result: i64,
    pub amount_minor: i64,
    pub currency: String,
    pub state: String,
    pub invoice: Option<i64>,
    pub body: String,
    pub recorded_at: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
