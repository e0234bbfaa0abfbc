//! Somebody who may sign in.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub party: String,
    pub customer: Option<String>,
    pub email: String,
    pub name: String,
    pub language: Option<String>,
    pub state: String,
    pub password: Option<String>,
    pub totp: Option<String>,
    pub totp_step: Option<i64>,
    pub created_at: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
