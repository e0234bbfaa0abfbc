//! What is fetched from an instance, and how it went.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pull_target")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub kind: String,
    pub url: String,
    pub instance: String,
    pub schedule: String,
    pub timeout_seconds: i64,
    pub limit_bytes: i64,
    pub private: i64,
    pub token: Option<String>,
    pub origin: String,
    pub since: String,
    pub covered: Option<String>,
    pub last_success_at: Option<String>,
    pub last_error_at: Option<String>,
    pub last_error: Option<String>,
    pub failures: i64,
    pub next_try_at: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
