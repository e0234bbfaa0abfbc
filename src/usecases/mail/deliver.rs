//! One mail from its job to the server: written now, sent, and the job deleted.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Order, alert, opened};
use crate::access::account::AccountState;
use crate::access::one_time_link::{
    INVITATION_LIFE, LinkState, OneTimeLink, Purpose, SIGN_IN_LIFE,
};
use crate::access::{Account, AccountId, Email, Party, Permission, Program, SecretHash};
use crate::app::App;
use crate::billing::Money;
use crate::billing::invoice::{DocumentType, Invoice};
use crate::billing::party::{Customer, Language};
use crate::db::access::{accounts, links};
use crate::db::jobs::{self, LeasedJob};
use crate::db::{AsOf, Txn, customers, invoices};
use crate::delivery::letters::{self, House, Letter, Notice};
use crate::delivery::mail::{Mail, MailError, Post};
use crate::documents::format;
use crate::error::Problem;
use crate::usecases::Failure;
use crate::usecases::portal::house;

/// How long the first failed attempt waits; each further one twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Sends the mail of a job, or says in the job why it is not sent yet.
///
/// # Errors
/// `db.*`.
pub async fn work(app: &App, post: &Post, job: &LeasedJob) -> Result<(), Failure> {
    let written = write(app, post, job).await;
    let outcome = match &written {
        Ok(Some(mail)) => post.send(mail).await.map_err(Trouble::Mail),
        Ok(None) => Ok(()),
        Err(_) => Ok(()),
    };
    let outcome = match written {
        Err(failure) => Err(Trouble::Other(Box::new(Problem::from(failure)))),
        Ok(_) => outcome,
    };
    let job = job.clone();
    app.db
        .write(async move |txn: &Txn| {
            match &outcome {
                Ok(()) => jobs::remove(txn, &job).await?,
                Err(trouble) if trouble.is_final() => {
                    jobs::give_up(txn, &job, &trouble.text()).await?;
                }
                Err(trouble) => {
                    jobs::fail(txn, &job, &trouble.text(), pause(job.attempt)).await?;
                }
            }
            Ok::<_, Failure>(())
        })
        .await
}

/// Why a mail did not go.
enum Trouble {
    Mail(MailError),
    Other(Box<Problem>),
}

impl Trouble {
    fn is_final(&self) -> bool {
        match self {
            Self::Mail(MailError::NotNow(_)) => false,
            Self::Mail(MailError::Refused(_) | MailError::Unwritable(_)) => true,
            Self::Other(_) => false,
        }
    }

    /// Names no address and no link: it is shown in the list of jobs.
    fn text(&self) -> String {
        match self {
            Self::Mail(error) => format!("{}: {error}", error.code()),
            Self::Other(problem) => problem.to_string(),
        }
    }
}

/// Doubles with each attempt.
fn pause(attempt: u32) -> Duration {
    let doubled = 1_u32.checked_shl(attempt.saturating_sub(1));
    let pause = doubled.and_then(|times| FIRST_PAUSE.checked_mul(times));
    pause.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

/// The mail of a job; none where nobody is to get one any more.
async fn write(app: &App, post: &Post, job: &LeasedJob) -> Result<Option<Mail>, Failure> {
    let order: Order = job.read_body()?;
    let (account, letter, at) = match order {
        Order::SignIn {
            email,
            token,
            next,
            asked_at,
        } => {
            let asked = (email.as_str(), token.as_str(), next.as_str(), asked_at);
            let Some((account, letter)) = link(app, post, asked).await? else {
                return Ok(None);
            };
            (account, letter, asked_at)
        }
        Order::Invitation {
            account,
            token,
            made_at,
        } => {
            let Some(account) = accounts::get(&app.db.reader(), account).await? else {
                return Ok(None);
            };
            let over = app.clock.system() >= made_at + INVITATION_LIFE;
            if account.state == AccountState::Blocked || over {
                return Ok(None);
            }
            let house = house(app, post).await?;
            let letter = invitation(app, &account, &house, token).await?;
            (account, letter, made_at)
        }
        Order::Invoice {
            account,
            number,
            issued_at,
        } => {
            let Some((account, view)) = document(app, account, &number).await? else {
                return Ok(None);
            };
            let letter = notice(app, post, &account, (&number, &view)).await?;
            (account, letter, issued_at)
        }
        Order::Receipt {
            account,
            number,
            amount,
            received_at,
        } => {
            let Some((account, _)) = document(app, account, &number).await? else {
                return Ok(None);
            };
            let letter = receipt(app, post, &account, (&number, amount)).await?;
            (account, letter, received_at)
        }
        Order::UsageAlert {
            account,
            alert,
            made_at,
        } => match threshold(app, post, account, alert).await? {
            Some((account, letter)) => (account, letter, made_at),
            None => return Ok(None),
        },
    };
    Ok(Some(Mail {
        id: format!("{}/{}", job.kind, job.key),
        to: account.email.to_string(),
        at,
        letter,
    }))
}

/// A link that signs in, for whoever of a customer has the address.
async fn link(
    app: &App,
    post: &Post,
    (email, token, next, asked_at): (&str, &str, &str, DateTime<Utc>),
) -> Result<Option<(Account, Letter)>, Failure> {
    let Some(account) = customer_of(app, &opened(app, email)?).await? else {
        return Ok(None);
    };
    let token = opened(app, token)?;
    let over = app.clock.system() >= asked_at + SIGN_IN_LIFE;
    if over || !stored(app, &account, &token, asked_at).await? {
        return Ok(None);
    }
    let house = house(app, post).await?;
    let href = format!("{}/portal/sign-in/{token}{}", house.site, query(next));
    let language = language(app, &account).await?;
    let letter = letters::sign_in(language, &house, &href, SIGN_IN_LIFE.num_minutes());
    Ok(Some((account, letter)))
}

/// The letter about a threshold of use, and who gets it.
async fn threshold(
    app: &App,
    post: &Post,
    account: AccountId,
    alert: i64,
) -> Result<Option<(Account, Letter)>, Failure> {
    let Some(account) = active(app, account).await? else {
        return Ok(None);
    };
    let (house, language) = (house(app, post).await?, language(app, &account).await?);
    let letter = alert::letter(app, &account, (&house, language), alert).await?;
    Ok(letter.map(|letter| (account, letter)))
}

/// An account that may still sign in.
async fn active(app: &App, account: AccountId) -> Result<Option<Account>, Failure> {
    let found = accounts::get(&app.db.reader(), account).await?;
    Ok(found.filter(|one| one.state == AccountState::Active))
}

fn query(next: &str) -> String {
    if next.is_empty() {
        return String::new();
    }
    let pairs = form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next)
        .finish();
    format!("?{pairs}")
}

/// The active account of a customer with this address.
async fn customer_of(app: &App, email: &str) -> Result<Option<Account>, Failure> {
    let Ok(email) = email.parse::<Email>() else {
        return Ok(None);
    };
    let found = accounts::by_email(&app.db.reader(), &email).await?;
    let customer = |one: &Account| one.party != Party::Staff && one.state == AccountState::Active;
    Ok(found.filter(customer))
}

/// Stores the link, once for all attempts; false when it was used meanwhile.
async fn stored(
    app: &App,
    account: &Account,
    token: &str,
    asked_at: DateTime<Utc>,
) -> Result<bool, Failure> {
    let link = OneTimeLink {
        hash: SecretHash::of(token),
        purpose: Purpose::SignIn(account.id),
        issued_at: asked_at,
        state: LinkState::Open,
    };
    app.db
        .write(async move |txn: &Txn| {
            if let Some(known) = links::get(txn, &link.hash).await? {
                return Ok(known.state == LinkState::Open);
            }
            links::insert(txn, &link).await?;
            Ok::<_, Failure>(true)
        })
        .await
}

/// Who writes: the first seller as it is today.
async fn house(app: &App, post: &Post) -> Result<House, Failure> {
    let (name, ask) = match house::house(app).await? {
        Some((name, contact)) => (name, contact.email.or(contact.phone)),
        None => ("Herdbook".to_owned(), None),
    };
    Ok(House {
        name,
        site: post.site.clone(),
        ask: ask.unwrap_or_default(),
    })
}

/// The language of an account; that of its customer unless it has chosen one.
async fn language(app: &App, account: &Account) -> Result<Language, Failure> {
    if let Some(chosen) = account.language {
        return Ok(chosen);
    }
    let Party::Customer(number) = account.party else {
        return Ok(Language::En);
    };
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let number = number.to_string();
    let found =
        customers::as_of::<Customer>(&on, Program::itself(), &number, at.day, at.known_at).await?;
    Ok(found.map_or(Language::En, |customer| customer.body.language))
}

async fn invitation(
    app: &App,
    account: &Account,
    house: &House,
    token: Option<String>,
) -> Result<Letter, Failure> {
    let language = language(app, account).await?;
    let Some(token) = token else {
        return Ok(letters::welcome(language, house, account.email.as_str()));
    };
    let href = format!("{}/invitation/{}", house.site, opened(app, &token)?);
    let hours = INVITATION_LIFE.num_hours();
    Ok(letters::invitation(language, house, &href, hours))
}

/// A document, and somebody who may still see it.
async fn document(
    app: &App,
    account: AccountId,
    number: &str,
) -> Result<Option<(Account, Invoice)>, Failure> {
    let Some(account) = active(app, account).await? else {
        return Ok(None);
    };
    let principal = account.principal();
    let principal = principal.map_err(|error| Failure::of(error.code(), &error))?;
    let Ok(granted) = principal.require(Permission::ReadOwnInvoices) else {
        return Ok(None);
    };
    let found = invoices::by_number(&app.db.reader(), granted.scope(), number).await?;
    match found.first() {
        Some(stored) => Ok(Some((account, stored.read_view()?))),
        None => Ok(None),
    }
}

/// The notice of a document.
async fn notice(
    app: &App,
    post: &Post,
    account: &Account,
    (number, view): (&str, &Invoice),
) -> Result<Letter, Failure> {
    let language = language(app, account).await?;
    let pays = view.document_type != DocumentType::CreditNote;
    let notice = Notice {
        number: number.to_owned(),
        amount: match pays {
            true => format::money(view.totals.payable, language),
            false => String::new(),
        },
        due: format::date(view.payment.due_date, language),
    };
    let house = house(app, post).await?;
    Ok(letters::new_invoice(language, &house, &notice))
}

/// The receipt of money that came in for a document.
async fn receipt(
    app: &App,
    post: &Post,
    account: &Account,
    (number, amount): (&str, Money),
) -> Result<Letter, Failure> {
    let language = language(app, account).await?;
    let amount = format::money(amount, language);
    let house = house(app, post).await?;
    Ok(letters::receipt(language, &house, (number, &amount)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_come_further_apart_up_to_an_hour() {
        let seconds = |attempt| pause(attempt).as_secs();
        assert_eq!([1, 2, 3, 12].map(seconds), [5, 10, 20, 3_600]);
        assert_eq!(seconds(u32::MAX), 3_600);
    }
}
