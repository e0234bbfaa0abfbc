//! A checkout of an invoice, from the click to its end.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "checkout")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub invoice: i64,
    pub amount_minor: i64,
    pub currency: String,
    pub state: String,
    pub back: String,
    pub session: Option<String>,
    pub url: Option<String>,
    pub started_by: String,
    pub started_at: String,
    pub expires_at: String,
    pub ended_at: Option<String>,
    pub looked_at: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
