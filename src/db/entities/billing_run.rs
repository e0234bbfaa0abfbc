//! One execution of the biller.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "billing_run")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub as_of: String,
    pub service_until: String,
    pub as_known_at: String,
    pub started_at: String,
    pub finished_at: Option<String>,
    pub report: Option<String>,
    pub audit_head: Option<String>,
    pub not_before: Option<String>,
    pub tax: String,
    pub purpose: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
