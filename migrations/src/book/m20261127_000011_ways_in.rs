//! More ways in: sign-ins by the identity provider, and passkeys.

use sea_orm_migration::prelude::*;

use crate::sheet::{Sheet, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // While the browser is at the provider. `tied` is the visit it left with; an account is
        // there when somebody who is signed in connects it.
        Sheet::new(manager, "provider_visit")
            .key("hash")
            .text("tied")
            .maybe_text("account")
            .text("next")
            .text("begun_at")
            .refers("account", "account", "id")
            .create(manager)
            .await?;
        // The public key with its counter. The private one never leaves the authenticator.
        Sheet::new(manager, "passkey")
            .key("id")
            .text("account")
            .text("credential")
            .text("name")
            .text("body")
            .text("created_at")
            .maybe_text("last_used_at")
            .maybe_text("suspect_at")
            .refers("account", "account", "id")
            .unique(&["credential"])
            .create(manager)
            .await?;
        index(manager, "passkey", &["account"]).await?;
        // A challenge that waits for its answer.
        Sheet::new(manager, "passkey_ceremony")
            .key("hash")
            .text("kind")
            .text("tied")
            .text("body")
            .text("begun_at")
            .check("kind IN ('add', 'sign-in')")
            .create(manager)
            .await
    }
}
