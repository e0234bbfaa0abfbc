//! The reference customers with an issued invoice, the card server, and people on both sides.

use std::collections::BTreeSet;
use std::sync::Arc;

use herdbook::access::{AccountId, Party, Principal, Program, Role, Scope};
use herdbook::app::{App, Clock};
use herdbook::billing::Money;
use herdbook::config::{Secrets, StripeConfig};
use herdbook::db::invoices::{self, StoredInvoice};
use herdbook::db::payments::receivables::{balances, receivables};
use herdbook::db::payments::{self, PaymentFile};
use herdbook::db::{AsOf, Db};
use herdbook::demo::card_server::{CardServer, Delivery, Message, Moods};
use herdbook::payments::CardPayments;
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::usecases::payments::checkout;
use herdbook::usecases::payments::webhook::{Taken, take};
use herdbook::usecases::verify::{Selection, verify};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::fixture::{Fixture, noon};

pub const SITE: &str = "http://127.0.0.1:9";

/// The customer who pays by card.
pub const PAYER: u32 = 10_004;

pub struct Town {
    pub app: App,
    pub server: CardServer,
    pub invoice: StoredInvoice,
    _fixture: Fixture,
}

impl Town {
    pub async fn new(db: &Db) -> Self {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2026-01-01").await;
        let server = CardServer::start(Clock::real(), Delivery::OnCue, None)
            .await
            .expect("a port");
        let app = App {
            card: Some(Arc::new(gateway(&server))),
            ..fixture.app.at(noon("2026-01-05"))
        };
        let scope = Scope::of_program();
        let all = invoices::page(&db.reader(), Program::itself(), None, 50)
            .await
            .expect("read");
        let own = all
            .into_iter()
            .find(|one| one.head.customer == PAYER.to_string());
        let number = own
            .expect("an invoice")
            .number()
            .expect("issued")
            .to_owned();
        let found = invoices::by_number(&db.reader(), scope, &number)
            .await
            .expect("read");
        Self {
            app,
            server,
            invoice: found.into_iter().next().expect("found"),
            _fixture: fixture,
        }
    }

    pub fn number(&self) -> &str {
        self.invoice.number().expect("issued")
    }

    pub fn gross(&self) -> Money {
        Money::new(self.invoice.head.gross_minor, self.invoice.head.currency)
    }

    /// Somebody of the customer who may pay.
    pub fn payer(&self) -> Principal {
        self.customer(PAYER, Role::CustomerBilling)
    }

    pub fn customer(&self, number: u32, role: Role) -> Principal {
        let account = AccountId(uuid::Uuid::from_u128(u128::from(number)));
        Principal::person(account, Party::Customer(number), [role]).expect("a customer")
    }

    /// Somebody of staff with an account.
    pub async fn staff(&self, name: &str, role: Role) -> Principal {
        let invitation = Invitation {
            email: format!("{name}@herd.example"),
            name: name.to_owned(),
            party: Party::Staff,
            roles: BTreeSet::from([role]),
        };
        let created = users::create(&self.app, "test".to_owned(), &invitation).await;
        let (account, _) = created.expect("created");
        Principal::person(account.id, Party::Staff, [role]).expect("staff")
    }

    /// The page on which the invoice can be paid.
    pub async fn start(&self) -> String {
        let started = checkout::start(&self.app, &self.payer(), self.number(), SITE).await;
        started.expect("a page")
    }

    /// Tries a card on a page; where the browser is sent to.
    pub async fn try_card(&self, page: &str, action: &str, card: &str) -> String {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("action", action)
            .append_pair("card", card)
            .finish();
        let (status, location) = post(page, &body).await;
        assert_eq!(status, 303, "{page}");
        location
    }

    pub async fn pay(&self, page: &str) {
        let back = self.try_card(page, "pay", "4242 4242 4242 4242").await;
        assert_eq!(back, format!("{SITE}/back/{}", self.number()));
    }

    /// Delivers a message now.
    pub async fn deliver(&self, message: &Message) -> Taken {
        let now = self.app.clock.system().timestamp();
        let header = self.server.signature(message, now);
        take(&self.app, &header, message.body.as_bytes())
            .await
            .expect("taken")
    }

    pub async fn deliver_all(&self) -> Vec<Taken> {
        let mut taken = Vec::new();
        for message in self.server.messages() {
            taken.push(self.deliver(&message).await);
        }
        taken
    }

    pub fn moods(&self, moods: Moods) {
        self.server.moods(moods);
    }

    pub async fn open(&self) -> Money {
        payments::open(&self.app.db.reader(), self.invoice.id)
            .await
            .expect("read")
    }

    pub async fn payments(&self) -> Vec<PaymentFile> {
        payments::of_invoice(&self.app.db.reader(), Program::itself(), self.invoice.id)
            .await
            .expect("read")
    }

    /// Everything adds up: the ledger of the customer against documents and payments, the finder
    /// against the sums, the books against what the gateway believes, and verification finds
    /// nothing.
    pub async fn adds_up(&self) {
        let reader = self.app.db.reader();
        for one in balances(&reader, Program::itself()).await.expect("read") {
            assert_eq!(
                one.ledger,
                one.open.minus(one.left).expect("a sum"),
                "{one:?}"
            );
        }
        let now = AsOf::now(self.app.clock.business());
        let open = receivables(&reader, (Scope::of_program(), None), now)
            .await
            .expect("read");
        let own = open.iter().find(|one| one.number == self.number());
        let found = own.map_or(0, |one| one.gross.minor() - one.allocated.minor());
        assert_eq!(found, self.open().await.minor());
        let (mut taken, mut returned) = (0, 0);
        for file in self.payments().await {
            taken += file.record.payment.amount.minor();
            returned += file.returned().expect("a sum").minor();
            assert!(file.left().expect("a sum").minor() >= 0);
        }
        assert_eq!((taken, returned), self.server.taken_and_returned());
        let selection = Selection {
            sample: Some(1),
            after: None,
        };
        let report = verify(&self.app, &selection, &herdbook::usecases::bill::Silent).await;
        assert_eq!(report.expect("verified").findings, []);
    }
}

/// The gateway as a configuration would make it.
pub fn gateway(server: &CardServer) -> CardPayments {
    let config = StripeConfig {
        secret_key: Some(server.key().to_owned()),
        webhook_secrets: Secrets::Text(format!("whsec_old,{}", server.webhook_secret())),
        api_url: Some(server.url().to_owned()),
        ..StripeConfig::default()
    };
    let configured = CardPayments::configured(&config).expect("configured");
    configured.expect("with a key")
}

/// A POST of a form: status and where it leads.
pub async fn post(url: &str, body: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").expect("http");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = tokio::net::TcpStream::connect(host)
        .await
        .expect("connected");
    let request = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
    let location = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    (
        status.expect("a status"),
        location.unwrap_or_default().to_owned(),
    )
}
