//! Accounts with their roles, what identity providers know them by, and their recovery codes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use crate::access::account::AccountState;
use crate::access::claims::Identity;
use crate::access::password_hash::PasswordHash;
use crate::access::totp::Step;
use crate::access::{Account, AccountId, Email, Party, Reach, Role, Scope, Sealed, SecretHash};
use crate::billing::party::Language;
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::convert::{From, stamp};
use crate::db::entities::{account, account_identity, account_role, recovery_code};
use crate::db::txn::{Source, Txn, rows};

/// Adds an account.
///
/// # Errors
/// `db.duplicate` when the address has one, `db.refused` when the customer is unknown.
pub async fn insert(
    txn: &Txn,
    account: &Account,
    created_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let row = account::ActiveModel {
        created_at: Set(stamp(created_at)),
        ..row(account)
    };
    insert_all(txn, vec![row]).await?;
    insert_roles(txn, account).await
}

/// Writes an account as it is now, roles included.
///
/// # Errors
/// `db.missing`.
pub async fn save(txn: &Txn, account: &Account) -> Result<(), DbError> {
    let id = account.id.to_string();
    let updated = account::Entity::update_many()
        .set(row(account))
        .filter(account::Column::Id.eq(&id))
        .exec(txn.orm())
        .await?;
    if updated.rows_affected == 0 {
        return Err(DbError::missing("account", id));
    }
    account_role::Entity::delete_many()
        .filter(account_role::Column::Account.eq(&id))
        .exec(txn.orm())
        .await?;
    insert_roles(txn, account).await
}

async fn insert_roles(txn: &Txn, account: &Account) -> Result<(), DbError> {
    let roles = account.roles.iter().map(|role| account_role::ActiveModel {
        account: Set(account.id.to_string()),
        role: Set(role.as_str().to_owned()),
    });
    insert_all(txn, roles.collect()).await
}

/// Everything but when it was made.
fn row(account: &Account) -> account::ActiveModel {
    let Account {
        id,
        party,
        email,
        name,
        language,
        state,
        roles: _,
        password,
        totp,
        totp_step,
    } = account.clone();
    let (party, customer) = match party {
        Party::Staff => ("staff", None),
        Party::Customer(number) => ("customer", Some(number.to_string())),
    };
    account::ActiveModel {
        id: Set(id.to_string()),
        party: Set(party.to_owned()),
        customer: Set(customer),
        email: Set(email.as_str().to_owned()),
        name: Set(name),
        language: Set(language.map(|language| language.code().to_owned())),
        state: Set(state.as_str().to_owned()),
        password: Set(password.map(|password| password.to_string())),
        totp: Set(totp.map(|sealed| sealed.as_str().to_owned())),
        totp_step: Set(totp_step.map(|step| step.0.cast_signed())),
        created_at: sea_orm::NotSet,
    }
}

/// One account. Locked until the transaction ends, where the database has row locks: counted
/// guesses and used codes of one account follow each other.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn lock(txn: &Txn, id: AccountId) -> Result<Option<Account>, DbError> {
    let mut found = account::Entity::find_by_id(id.to_string());
    if txn.postgres() {
        found = found.lock_exclusive();
    }
    one(txn, found.one(txn.orm()).await?).await
}

/// Lets nobody else look for the last administrator until the transaction ends. SQLite has one
/// writer at a time as it is.
///
/// # Errors
/// `db.unreachable`.
pub async fn lock_admins(txn: &Txn) -> Result<(), DbError> {
    if txn.postgres() {
        let sql = "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended($1, 0))) held";
        rows(txn, sql, vec!["administrators".into()]).await?;
    }
    Ok(())
}

/// One account.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn get(on: &impl Source, id: AccountId) -> Result<Option<Account>, DbError> {
    let found = account::Entity::find_by_id(id.to_string());
    one(on, found.one(&on.on().0).await?).await
}

/// The account with an address.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_email(on: &impl Source, email: &Email) -> Result<Option<Account>, DbError> {
    let found = account::Entity::find().filter(account::Column::Email.eq(email.as_str()));
    one(on, found.one(&on.on().0).await?).await
}

/// The account that an identity provider knows by this subject.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_identity(
    on: &impl Source,
    identity: &Identity,
) -> Result<Option<Account>, DbError> {
    let key = (identity.issuer.clone(), identity.subject.clone());
    let found = account_identity::Entity::find_by_id(key);
    let Some(known) = found.one(&on.on().0).await? else {
        return Ok(None);
    };
    let found = account::Entity::find_by_id(known.account);
    one(on, found.one(&on.on().0).await?).await
}

/// Notes by what an identity provider knows an account.
///
/// # Errors
/// `db.duplicate` when the subject belongs to an account already.
pub async fn link_identity(
    txn: &Txn,
    identity: &Identity,
    account: AccountId,
) -> Result<(), DbError> {
    let row = account_identity::ActiveModel {
        issuer: Set(identity.issuer.clone()),
        subject: Set(identity.subject.clone()),
        account: Set(account.to_string()),
    };
    insert_all(txn, vec![row]).await
}

/// The accounts within reach: staff and everybody for staff, the own people for a customer. By
/// name.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn list(on: &impl Source, scope: Scope) -> Result<Vec<Account>, DbError> {
    let mut found = account::Entity::find();
    if let Reach::Customer(number) = scope.reach() {
        found = found.filter(account::Column::Customer.eq(number.to_string()));
    }
    let found = found
        .order_by_asc(account::Column::Name)
        .order_by_asc(account::Column::Id);
    with_roles(on, found.all(&on.on().0).await?).await
}

/// The accounts of a customer.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_customer(on: &impl Source, number: u32) -> Result<Vec<Account>, DbError> {
    let found = account::Entity::find()
        .filter(account::Column::Customer.eq(number.to_string()))
        .order_by_asc(account::Column::Id);
    with_roles(on, found.all(&on.on().0).await?).await
}

/// Is there anybody of staff? A book without is set up by whoever has its first link.
///
/// # Errors
/// `db.unreachable`.
pub async fn any_staff(on: &impl Source) -> Result<bool, DbError> {
    let found = account::Entity::find().filter(account::Column::Party.eq("staff"));
    Ok(found.one(&on.on().0).await?.is_some())
}

async fn one(on: &impl Source, row: Option<account::Model>) -> Result<Option<Account>, DbError> {
    let found = with_roles(on, row.into_iter().collect()).await?;
    Ok(found.into_iter().next())
}

async fn with_roles(on: &impl Source, rows: Vec<account::Model>) -> Result<Vec<Account>, DbError> {
    let mut roles: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
    let mut found = account_role::Entity::find();
    if let [only] = rows.as_slice() {
        found = found.filter(account_role::Column::Account.eq(&only.id));
    }
    if !rows.is_empty() {
        for account_role::Model { account, role } in found.all(&on.on().0).await? {
            let from = From {
                table: "account_role",
                id: &account,
            };
            let role = role.parse().map_err(|why| from.corrupt(why))?;
            roles.entry(account).or_default().insert(role);
        }
    }
    let account = |row: account::Model| {
        let roles = roles.remove(&row.id).unwrap_or_default();
        account_of(row, roles)
    };
    rows.into_iter().map(account).collect()
}

fn account_of(row: account::Model, roles: BTreeSet<Role>) -> Result<Account, DbError> {
    let account::Model {
        id,
        party,
        customer,
        email,
        name,
        language,
        state,
        password,
        totp,
        totp_step,
        created_at: _,
    } = row;
    let from = From {
        table: "account",
        id: &id,
    };
    let party = match (party.as_str(), customer) {
        ("staff", None) => Party::Staff,
        ("customer", Some(number)) => {
            Party::Customer(number.parse().map_err(|why| from.corrupt(why))?)
        }
        (_, customer) => return Err(from.corrupt(format!("party {party:?} of {customer:?}"))),
    };
    let language = language
        .map(|code| Language::of_code(&code).ok_or_else(|| from.corrupt(code)))
        .transpose()?;
    let password = password
        .map(|text| PasswordHash::parse(&text).map_err(|why| from.corrupt(why)))
        .transpose()?;
    Ok(Account {
        id: from.account(&id)?,
        party,
        email: email.parse::<Email>().map_err(|why| from.corrupt(why))?,
        name,
        language,
        state: AccountState::parse(&state).ok_or_else(|| from.corrupt(state))?,
        roles,
        password,
        totp: totp.map(Sealed::stored),
        totp_step: totp_step.map(|step| Step(step.cast_unsigned())),
    })
}

/// Replaces the recovery codes of an account.
///
/// # Errors
/// `db.unreachable`.
pub async fn put_recovery_codes(
    txn: &Txn,
    account: AccountId,
    hashes: &[SecretHash],
) -> Result<(), DbError> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::Account.eq(account.to_string()))
        .exec(txn.orm())
        .await?;
    let codes = hashes.iter().map(|hash| recovery_code::ActiveModel {
        account: Set(account.to_string()),
        hash: Set(hash.to_string()),
    });
    insert_all(txn, codes.collect()).await
}

/// The recovery codes that are left.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn recovery_codes(
    on: &impl Source,
    account: AccountId,
) -> Result<Vec<SecretHash>, DbError> {
    let id = account.to_string();
    let found = recovery_code::Entity::find()
        .filter(recovery_code::Column::Account.eq(&id))
        .all(&on.on().0)
        .await?;
    let from = From {
        table: "recovery_code",
        id: &id,
    };
    found
        .iter()
        .map(|row| from.secret_hash(&row.hash))
        .collect()
}

/// Uses up a recovery code; false when it is gone by now.
///
/// # Errors
/// `db.unreachable`.
pub async fn use_recovery_code(
    txn: &Txn,
    account: AccountId,
    hash: &SecretHash,
) -> Result<bool, DbError> {
    let key = (account.to_string(), hash.to_string());
    let deleted = recovery_code::Entity::delete_by_id(key)
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected == 1)
}
