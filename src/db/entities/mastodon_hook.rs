//! The webhook of an instance.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mastodon_hook")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub instance: String,
    pub secret: String,
    pub older: Option<String>,
    pub registered_at: String,
    pub rotated_at: Option<String>,
    pub last_at: Option<String>,
    pub taken: i64,
    pub repeated: i64,
    pub ignored: i64,
    pub refused_at: Option<String>,
    pub refusal: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
