//! Contact data that a customer keeps itself: whom we reach, never how it is taxed or billed.

use chrono::NaiveDate;

use crate::access::account::{AccountError, checked_name};
use crate::access::principal::Denied;
use crate::access::{Account, Email, Granted, Permission, Principal, Scope};
use crate::app::App;
use crate::billing::party::{Contact, Customer};
use crate::db::Txn;
use crate::db::access::accounts;
use crate::db::customers::edit::{edition, lock, states_at};
use crate::error::Problem;
use crate::usecases::Failure;
use crate::usecases::edit_customer::{Edit, EditError, Edited, on_day, record_in};

/// Longest telephone number, in characters.
const PHONE: usize = 40;

/// The contact data of the own customer.
#[derive(Debug, Clone)]
pub struct OwnContact {
    /// The customer as it is today.
    pub customer: Customer,
    /// What a change is made from.
    pub edition: i64,
    /// Whoever has access, by name.
    pub people: Vec<Account>,
}

fn granted(by: &Principal) -> Result<Granted, Failure> {
    let asked = by.require(Permission::EditOwnContact);
    asked.map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

fn number_of(by: &Principal) -> Result<String, Failure> {
    let number = by.customer().map(|number| number.to_string());
    let text = || format!("{} belongs to no customer", by.actor());
    number.ok_or_else(|| Problem::new("access.denied", text()).into())
}

/// The own contact data, to be read and changed.
///
/// # Errors
/// `access.denied`, `customer.unknown`.
pub async fn open(app: &App, by: &Principal) -> Result<OwnContact, EditError> {
    let scope = granted(by)?.scope();
    let number = number_of(by)?;
    let on = app.db.reader();
    let unknown = || EditError::Unknown {
        number: number.clone(),
    };
    let newest = edition(&on, scope, &number).await?.ok_or_else(unknown)?;
    let states = states_at::<Customer>(&on, scope, &number, newest.revision).await?;
    let today = app.clock.business().date_naive();
    Ok(OwnContact {
        customer: on_day(&states, today).ok_or_else(unknown)?,
        edition: newest.revision,
        people: accounts::list(&on, scope).await?,
    })
}

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Person or office.
    pub name: String,
    /// E-mail address; may be empty.
    pub email: String,
    /// Telephone number; may be empty.
    pub phone: String,
}

/// What is wrong with what was typed: the field, and the code.
pub type Wrong = Vec<(&'static str, &'static str)>;

impl Typed {
    /// The contact, or all that is wrong with it.
    ///
    /// # Errors
    /// Fields with `account.malformed-name`, `account.malformed-email`, `contact.malformed-phone`.
    pub fn checked(&self) -> Result<Contact, Wrong> {
        let name = checked_name(&self.name);
        let mail = (!self.email.trim().is_empty()).then(|| self.email.trim());
        let mail = mail.map(|mail| mail.parse::<Email>().map(|_| mail.to_owned()));
        let phone = self.phone.trim();
        let mut wrong = Wrong::new();
        if let Err(error) = &name {
            wrong.push(("name", error.code()));
        }
        if let Some(Err(error)) = &mail {
            let error: &AccountError = error;
            wrong.push(("email", error.code()));
        }
        if !is_phone(phone) {
            wrong.push(("phone", "contact.malformed-phone"));
        }
        match (name, mail.transpose()) {
            (Ok(name), Ok(email)) if wrong.is_empty() => Ok(Contact {
                name,
                email,
                phone: (!phone.is_empty()).then(|| phone.to_owned()),
            }),
            _ => Err(wrong),
        }
    }
}

/// Digits with what stands between them on a letterhead.
fn is_phone(text: &str) -> bool {
    let fits = |sign: char| sign.is_ascii_digit() || " +-/().".contains(sign);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.is_empty() || (text.chars().all(fits) && digits >= 3 && text.chars().count() <= PHONE)
}

/// Keeps a new contact from today on, also in every later state that is on file: it is the
/// customer's own word, and no scheduled change takes it back. All other facts stay as they are.
///
/// # Errors
/// `access.denied`, `customer.stale` when somebody was faster, `customer.invalid`.
pub async fn save(
    app: &App,
    by: &Principal,
    made_from: i64,
    contact: Contact,
) -> Result<Edited, EditError> {
    let scope = granted(by)?.scope();
    let number = number_of(by)?;
    let (own, actor) = (app.clone(), by.actor());
    app.db
        .write(async move |txn: &Txn| {
            let by = (actor.as_str(), scope);
            keep(txn, &own, by, (&number, made_from, &contact)).await
        })
        .await
}

async fn keep(
    txn: &Txn,
    app: &App,
    (actor, scope): (&str, Scope),
    (number, made_from, contact): (&str, i64, &Contact),
) -> Result<Edited, EditError> {
    let unknown = || EditError::Unknown {
        number: number.to_owned(),
    };
    lock(txn, number).await?;
    let newest = edition(txn, scope, number).await?.ok_or_else(unknown)?;
    let states = states_at::<Customer>(txn, scope, number, newest.revision).await?;
    let today: NaiveDate = app.clock.business().date_naive();
    let now = on_day(&states, today).ok_or_else(unknown)?;
    let mut kept = Edited {
        number: now.number,
        edition: newest.revision,
        changed: false,
    };
    let later = states
        .into_iter()
        .filter(|state| state.valid_from > today)
        .map(|state| (state.valid_from, state.body));
    let mut made_from = made_from;
    for (first, customer) in std::iter::once((today, now)).chain(later) {
        if customer.contact.as_ref() == Some(contact) {
            continue;
        }
        let edit = Edit {
            customer: Customer {
                contact: Some(contact.clone()),
                valid_from: Some(first),
                ..customer
            },
            made_from: Some(made_from),
        };
        let edited = record_in(txn, app, (actor, scope), &edit).await?;
        made_from = edited.edition;
        kept = Edited {
            changed: kept.changed || edited.changed,
            ..edited
        };
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let typed = Typed {
            name: " ".to_owned(),
            email: "nobody".to_owned(),
            phone: "call me".to_owned(),
        };
        let fields: Vec<&str> = typed
            .checked()
            .unwrap_err()
            .iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(fields, ["name", "email", "phone"]);
        let bare = Typed {
            name: "Accounts".to_owned(),
            ..Typed::default()
        };
        assert_eq!(bare.checked().unwrap().email, None);
    }

    #[test]
    fn telephone_numbers_are_written_as_on_letterheads() {
        for good in ["", "+49 30 1234-567", "(030) 12 34/56", "030.123"] {
            assert!(is_phone(good), "{good:?}");
        }
        for bad in ["12", "+-()", "030 123 ext. four", &"1".repeat(41)] {
            assert!(!is_phone(bad), "{bad:?}");
        }
    }
}
