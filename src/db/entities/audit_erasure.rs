//! The retention protocol under which a payload was erased.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_erasure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record: i64,
    pub protocol: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
