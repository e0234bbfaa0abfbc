//! A billing run as people prepare, approve and issue it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposal")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub as_of: String,
    pub service_until: Option<String>,
    pub prepared_by: String,
    pub prepared_at: String,
    pub digest: String,
    pub body: String,
    pub state: String,
    pub approved_by: Option<String>,
    pub approved_at: Option<String>,
    pub issued_by: Option<String>,
    pub issuing_at: Option<String>,
    pub ended_at: Option<String>,
    pub outcome: Option<String>,
    pub run: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
