//! A billed line; its key is what makes a rerun safe.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_line")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub invoice: i64,
    pub position: i64,
    pub contract: String,
    pub item: String,
    pub service_from: String,
    pub service_to: String,
    pub kind: String,
    pub cause: String,
    pub amount_minor: i64,
    pub currency: String,
    pub body: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
