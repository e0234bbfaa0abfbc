//! An invoice from frozen to issued to cancelled.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub run: i64,
    pub contract: String,
    pub customer: String,
    pub series: String,
    pub issue_date: String,
    pub due_date: String,
    pub state: String,
    pub number: Option<String>,
    pub place: Option<i64>,
    pub currency: String,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub gross_minor: i64,
    pub payable_minor: i64,
    pub view: String,
    pub view_hash: String,
    pub frozen_at: String,
    pub issued_at: Option<String>,
    pub cancelled_at: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
