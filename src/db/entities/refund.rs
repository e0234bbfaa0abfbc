//! What is given back of a payment.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refund")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub key: String,
    pub payment: i64,
    pub amount_minor: i64,
    pub currency: String,
    pub state: String,
    pub reference: Option<String>,
    pub requested_by: Option<String>,
    pub requested_at: String,
    pub approved_by: Option<String>,
    pub approved_at: Option<String>,
    pub returned_on: Option<String>,
    pub failed_on: Option<String>,
    pub looked_at: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
