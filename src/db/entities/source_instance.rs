//! An instance that a source speaks for.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source_instance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub instance: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
