//! Mail over SMTP, behind a small trait so that tests can look into it.
//!
//! A message is a pure function of its letter: the same one sent twice has the same Message-ID, by
//! which receiving systems know that it is one.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as Encryption, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::letters::Letter;
use crate::config::{MailConfig, MailTls};
use crate::db::sha256_hex;
use crate::error::Problem;

/// How long a command of SMTP may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The server is away, or asks to come again.
    #[error("the mail server did not take the mail now: {0}")]
    NotNow(String),
    /// The server does not want it, now or later.
    #[error("the mail server refused the mail: {0}")]
    Refused(String),
    /// The message cannot be written.
    #[error("the mail cannot be written: {0}")]
    Unwritable(String),
}

impl MailError {
    /// Stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotNow(_) => "mail.not-now",
            Self::Refused(_) => "mail.refused",
            Self::Unwritable(_) => "mail.unwritable",
        }
    }
}

/// A mail ready to go.
#[derive(Debug, Clone)]
pub struct Mail {
    /// What it is known by: the same for each attempt.
    pub id: String,
    /// To which address.
    pub to: String,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// What it says.
    pub letter: Letter,
}

/// Something that takes mail.
pub trait Mailer: Send + Sync {
    /// Hands a mail over; afterwards it is on its way.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>>;
}

/// How mail is sent, and where its links lead.
#[derive(Clone)]
pub struct Post {
    mailer: Arc<dyn Mailer>,
    /// Where readers reach the server, without a slash at its end.
    pub site: String,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("site", &self.site).finish()
    }
}

impl Post {
    /// Mail through whatever takes it.
    #[must_use]
    pub fn through(mailer: Arc<dyn Mailer>, site: &str) -> Self {
        let site = site.trim_end_matches('/').to_owned();
        Self { mailer, site }
    }

    /// Mail as it is configured; none while no server is named.
    ///
    /// # Errors
    /// `config.invalid`.
    pub fn configured(config: &MailConfig, site: &str) -> Result<Option<Self>, Problem> {
        let Some(host) = config.host.as_deref().filter(|host| !host.is_empty()) else {
            return Ok(None);
        };
        let smtp = Smtp::new(host, config)?;
        Ok(Some(Self::through(Arc::new(smtp), site)))
    }

    /// The same, with links that lead elsewhere.
    #[must_use]
    pub fn at(&self, site: &str) -> Self {
        Self::through(Arc::clone(&self.mailer), site)
    }

    /// Sends a mail.
    ///
    /// # Errors
    /// `mail.*`.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.mailer.send(mail).await
    }
}

/// A server that speaks SMTP.
struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Mailbox,
}

fn invalid(text: impl std::fmt::Display) -> Problem {
    Problem::new("config.invalid", format!("[mail] {text}"))
}

impl Smtp {
    fn new(host: &str, config: &MailConfig) -> Result<Self, Problem> {
        let sender = config.sender.as_deref().unwrap_or_default();
        let sender: Mailbox = sender
            .parse()
            .map_err(|why| invalid(format!("sender {sender:?}: {why}")))?;
        let user = config.user.as_deref().filter(|user| !user.is_empty());
        if user.is_some() && config.tls == MailTls::None {
            return Err(invalid("a password is never sent without TLS: set tls"));
        }
        let (encryption, port) = match config.tls {
            MailTls::None => (Encryption::None, 25),
            MailTls::Starttls => (Encryption::Required(tls(host, config)?), 587),
            MailTls::Implicit => (Encryption::Wrapper(tls(host, config)?), 465),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(config.port.unwrap_or(port))
            .tls(encryption)
            .timeout(Some(PATIENCE));
        if let Some(user) = user {
            let password = password(config)?;
            builder = builder.credentials(Credentials::new(user.to_owned(), password));
        }
        Ok(Self {
            transport: builder.build(),
            sender,
        })
    }
}

fn tls(host: &str, config: &MailConfig) -> Result<TlsParameters, Problem> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = &config.ca {
        let pem = std::fs::read(file).map_err(|why| invalid(shown(file, &why)))?;
        let certificate = Certificate::from_pem(&pem);
        let certificate = certificate.map_err(|why| invalid(shown(file, &why)))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build()
        .map_err(|why| invalid(format!("tls: {why}")))
}

fn shown(file: &Path, why: &dyn std::fmt::Display) -> String {
    format!("{}: {why}", file.display())
}

/// The password from the environment, or from a file of its own.
fn password(config: &MailConfig) -> Result<String, Problem> {
    if let Some(password) = &config.password {
        return Ok(password.reveal().to_owned());
    }
    let Some(file) = &config.password_file else {
        return Err(invalid(
            "a user is set but no password: set HERDBOOK_MAIL_PASSWORD or password_file",
        ));
    };
    let text = std::fs::read_to_string(file).map_err(|why| invalid(shown(file, &why)))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move {
            let message = message(&self.sender, mail)?;
            match self.transport.send(message).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_permanent() => Err(MailError::Refused(why(&error))),
                Err(error) => Err(MailError::NotNow(why(&error))),
            }
        })
    }
}

/// Why a mail was not taken, by the code of the answer alone: its text may quote the address.
fn why(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("it answered {code}"),
        None => error.to_string(),
    }
}

/// The message of a mail: a plain text, and the same as simple HTML.
fn message(sender: &Mailbox, mail: &Mail) -> Result<Message, MailError> {
    let unwritable = |why: &dyn std::fmt::Display| MailError::Unwritable(why.to_string());
    let to: Mailbox = mail.to.parse().map_err(|why| unwritable(&why))?;
    let id = sha256_hex(mail.id.as_bytes());
    let short = id.get(..32).unwrap_or(&id);
    // Not answered by programs that say who is away (RFC 3834).
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    let built = Message::builder()
        .from(sender.clone())
        .to(to)
        .subject(mail.letter.subject.clone())
        .message_id(Some(format!("<{short}@{}>", sender.email.domain())))
        .date(mail.at.into())
        .raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(
            mail.letter.plain(),
            mail.letter.html(),
        ));
    built.map_err(|why| unwritable(&why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::party::Language;
    use crate::delivery::letters::{House, sign_in};

    fn mail(id: &str) -> Mail {
        let house = House {
            name: "Beispiel gGmbH".to_owned(),
            site: "https://billing.example.org".to_owned(),
            ask: "billing@example.org".to_owned(),
        };
        Mail {
            id: id.to_owned(),
            to: "ada@example.org".to_owned(),
            at: DateTime::UNIX_EPOCH,
            letter: sign_in(Language::De, &house, "https://billing.example.org/x", 15),
        }
    }

    #[test]
    fn a_mail_sent_twice_is_one_message() {
        let sender: Mailbox = "Herdbook <billing@example.org>".parse().unwrap();
        let head = |id: &str| {
            let text = message(&sender, &mail(id)).unwrap().formatted();
            let text = String::from_utf8(text).unwrap();
            let line = text.lines().find(|line| line.starts_with("Message-ID: "));
            line.unwrap().to_owned()
        };
        assert_eq!(head("sign-in/1"), head("sign-in/1"));
        assert_ne!(head("sign-in/1"), head("sign-in/2"));
        assert!(head("sign-in/1").ends_with("@example.org>"));
    }

    #[test]
    fn a_password_needs_tls_and_a_server_needs_a_sender() {
        let config = MailConfig {
            host: Some("smtp.example.org".to_owned()),
            sender: Some("billing@example.org".to_owned()),
            ..MailConfig::default()
        };
        let bare = MailConfig {
            user: Some("herdbook".to_owned()),
            password: toml::Value::from("secret").try_into().ok(),
            tls: MailTls::None,
            ..config.clone()
        };
        let nameless = MailConfig {
            sender: None,
            ..config.clone()
        };
        let keyless = MailConfig {
            user: Some("herdbook".to_owned()),
            ..config.clone()
        };
        for config in [bare, nameless, keyless] {
            let refused = Post::configured(&config, "http://x").unwrap_err();
            assert_eq!(refused.code(), "config.invalid");
        }
        let none = Post::configured(&MailConfig::default(), "http://x").unwrap();
        assert!(none.is_none(), "no server, no mail");
    }
}
