//! A part of a payment or of a credit note that settles an invoice.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "allocation")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub invoice: i64,
    pub payment: Option<i64>,
    pub credit_note: Option<i64>,
    pub allocated_on: String,
    pub amount_minor: i64,
    pub currency: String,
    pub recorded_at: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
