//! Who may sign in, with what, and what they are signed in with. Secrets stand here as hashes, or
//! sealed under a key that lies outside of the database.

use sea_orm_migration::prelude::*;

use crate::guard;
use crate::sheet::{Sheet, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        accounts(manager).await?;
        ways_in(manager).await?;
        guesses(manager).await
    }
}

async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "account")
        .key("id")
        .text("party")
        .maybe_text("customer")
        .text("email")
        .text("name")
        .maybe_text("language")
        .text("state")
        .maybe_text("password")
        .maybe_text("totp")
        .maybe_int("totp_step")
        .text("created_at")
        .refers("customer", "customer", "id")
        .unique(&["email"])
        .check("party IN ('staff', 'customer')")
        .check("(party = 'customer') = (customer IS NOT NULL)")
        .check("state IN ('invited', 'active', 'blocked')")
        .check("email = lower(email) AND email <> ''")
        .create(manager)
        .await?;
    index(manager, "account", &["customer"]).await?;
    // An account is blocked, never deleted: the audit trail names it.
    guard::refuse(manager, "account", "DELETE", None).await?;
    Sheet::new(manager, "account_role")
        .text("account")
        .text("role")
        .keyed_by(&["account", "role"])
        .refers("account", "account", "id")
        .create(manager)
        .await?;
    Sheet::new(manager, "account_identity")
        .text("issuer")
        .text("subject")
        .text("account")
        .keyed_by(&["issuer", "subject"])
        .refers("account", "account", "id")
        .create(manager)
        .await
}

async fn ways_in(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "session")
        .key("hash")
        .text("account")
        .text("signed_in_at")
        .text("last_seen_at")
        .maybe_text("revoked_at")
        .text("agent")
        .text("address")
        .refers("account", "account", "id")
        .create(manager)
        .await?;
    index(manager, "session", &["account"]).await?;
    // Between password and second factor, and while a first factor is being set up.
    Sheet::new(manager, "sign_in_attempt")
        .key("hash")
        .text("account")
        .text("stage")
        .text("begun_at")
        .maybe_text("totp")
        .refers("account", "account", "id")
        .check("stage IN ('code', 'enrol')")
        .check("(stage = 'enrol') = (totp IS NOT NULL)")
        .create(manager)
        .await?;
    // A link that opens once: a customer's sign-in, an invitation, the set-up of the first admin.
    Sheet::new(manager, "one_time_link")
        .key("hash")
        .text("purpose")
        .maybe_text("account")
        .text("issued_at")
        .maybe_text("used_at")
        .refers("account", "account", "id")
        .check("purpose IN ('sign-in', 'invitation', 'setup')")
        .check("(purpose = 'setup') = (account IS NULL)")
        .create(manager)
        .await?;
    index(manager, "one_time_link", &["account"]).await?;
    Sheet::new(manager, "recovery_code")
        .text("account")
        .text("hash")
        .keyed_by(&["account", "hash"])
        .refers("account", "account", "id")
        .create(manager)
        .await?;
    Sheet::new(manager, "api_token")
        .key("id")
        .text("owner")
        .text("name")
        .text("scopes")
        .text("hash")
        .text("created_at")
        .text("expires_at")
        .maybe_text("revoked_at")
        .maybe_text("last_used_at")
        .refers("owner", "account", "id")
        .create(manager)
        .await?;
    index(manager, "api_token", &["owner"]).await
}

async fn guesses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "sign_in_failure")
        .text("kind")
        .text("subject")
        .int("count")
        .text("last_at")
        .keyed_by(&["kind", "subject"])
        .check("kind IN ('account', 'device', 'address')")
        .check("count >= 1")
        .create(manager)
        .await?;
    Sheet::new(manager, "rate_bucket")
        .key("subject")
        .int("tokens_milli")
        .text("at")
        .check("tokens_milli >= 0")
        .create(manager)
        .await
}
