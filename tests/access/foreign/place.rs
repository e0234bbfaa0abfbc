//! A book in which customer 10004 has one of everything, and the people who ask for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use herdbook::access::{Party, Principal, Role, Scope};
use herdbook::app::Clock;
use herdbook::billing::Money;
use herdbook::billing::party::Chart;
use herdbook::billing::payment::{Method, Payment};
use herdbook::book;
use herdbook::config::{Secrets, StripeConfig};
use herdbook::db::invoices::StoredInvoice;
use herdbook::db::invoices::list::{InvoiceFilter, list};
use herdbook::db::payments::refunds::{self, Refund, RefundState};
use herdbook::db::payments::{self, PaymentId, PaymentRecord};
use herdbook::db::{Db, Txn};
use herdbook::demo::card_server::{CardServer, Delivery};
use herdbook::documents::view::derivation_code;
use herdbook::payments::CardPayments;
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::usecases::access::views::{self, NewView};
use herdbook::usecases::bill::{Request, Silent, bill};
use herdbook::usecases::billing_run::{self, Step};
use herdbook::usecases::import::import;
use herdbook::usecases::pull::{self, NewTarget};
use herdbook::web::router::router;

use super::rows::By;
use crate::api::Api;
use crate::fixture::{Fixture, origin};
use crate::matrix::{proof, site};
use crate::pages::get;
use crate::{telemetry, upkeep};

/// Whose rows are asked for.
const OWNER: u32 = 10_004;
/// Who asks for them. This customer is billed as well, and has the same of its own.
const FOREIGNER: u32 = 10_001;

/// Texts of the owner that no answer to a foreigner holds.
pub const TEXTS: &[&str] = &[
    "App Store",
    "app-store.example",
    "100 Example Street",
    "1,200.00",
];

/// Somebody who asks: by pages with a session, by the API with a token.
pub struct Asking {
    pub session: String,
    pub proof: String,
    pub token: String,
}

pub struct Place {
    pub router: axum::Router,
    /// What stands for the names of the rows.
    pub known: BTreeMap<&'static str, String>,
    pub foreigner: Asking,
    /// Of sales, who asks for what belongs to the administrator.
    pub colleague: Asking,
    owner: Asking,
    staff: BTreeMap<Role, Asking>,
    pub it: Fixture,
    _card: CardServer,
}

impl Place {
    /// Who asks as a control.
    pub fn asking(&self, by: By) -> Option<&Asking> {
        match by {
            By::Owner => Some(&self.owner),
            By::Staff(role) => Some(&self.staff[&role]),
            By::Oneself => Some(&self.staff[&Role::Admin]),
            By::Anybody => None,
        }
    }

    pub async fn new(db: &Db) -> Self {
        let mut it = Fixture::new(db);
        billed(&mut it).await;
        let card = CardServer::start(Clock::real(), Delivery::OnCue, None).await;
        let card = card.expect("a port");
        let config = StripeConfig {
            secret_key: Some(card.key().to_owned()),
            webhook_secrets: Secrets::Text(card.webhook_secret().to_owned()),
            api_url: Some(card.url().to_owned()),
            ..StripeConfig::default()
        };
        let gateway = CardPayments::configured(&config).expect("configured");
        it.app.card = Some(Arc::new(gateway.expect("with a key")));
        let router = router(it.app.clone(), site()).expect("the routes");
        let owner = asking(&it, &router, customer(&it, OWNER).await).await;
        let foreigner = asking(&it, &router, customer(&it, FOREIGNER).await).await;
        let mut staff = BTreeMap::new();
        for role in [
            Role::Admin,
            Role::Finance,
            Role::Sales,
            Role::Approver,
            Role::Operations,
        ] {
            staff.insert(role, asking(&it, &router, it.session(role).await).await);
        }
        let person = it.staff("second@example.org", &[Role::Sales]).await;
        let session = person.opened.token.reveal().to_owned();
        let mut place = Self {
            colleague: asking(&it, &router, session).await,
            router,
            known: BTreeMap::new(),
            foreigner,
            owner,
            staff,
            it,
            _card: card,
        };
        let fixed = [
            ("customer", "10004"),
            ("contract", "C-10004"),
            ("item", "egress"),
            ("kind", "pdf"),
            ("list", "invoices"),
            ("seller", "herdbook"),
            ("hook", "hooks.example"),
            ("guess", "guessed"),
            ("folder", "css"),
            ("asset", "none.css"),
        ];
        place
            .known
            .extend(fixed.map(|(name, value)| (name, value.to_owned())));
        place.invoiced().await;
        place.prepared().await;
        place.owned_by_people().await;
        place.kept_by_the_program().await;
        place.measured().await;
        let read = place.api(Role::Sales).get("/api/v1/customers/10004").await;
        place.known.insert("etag", read.header("etag").to_owned());
        place
    }

    fn knows(&mut self, name: &'static str, value: impl ToString) {
        let text = value.to_string();
        self.known.insert(name, text.trim_matches('"').to_owned());
    }

    async fn principal(&self, role: Role) -> Principal {
        let session = &self.staff[&role].session;
        self.it.principal_of(session).await.expect("signed in")
    }

    fn api(&self, role: Role) -> Api {
        Api {
            router: self.router.clone(),
            token: self.staff[&role].token.clone(),
        }
    }

    /// Invoices, and a payment of one that was given back in part.
    async fn invoiced(&mut self) {
        let filter = InvoiceFilter::default();
        let found = list(
            &self.it.app.db.reader(),
            Scope::of_program(),
            &filter,
            None,
            200,
        )
        .await;
        let own = found.expect("read").invoices.into_iter();
        let own: Vec<StoredInvoice> = own
            .filter(|one| one.head.customer == OWNER.to_string() && one.number().is_some())
            .collect();
        let [wrong, .., paid] = own.as_slice() else {
            panic!("two invoices of the owner: {own:?}");
        };
        self.knows("wrong", wrong.number().expect("issued"));
        self.knows("invoice", paid.number().expect("issued"));
        let now = self.it.app.clock.business();
        let amount = Money::new(10_000, paid.head.currency);
        let record = PaymentRecord {
            id: PaymentId(0),
            payment: Payment {
                key: "stripe/py_1".to_owned(),
                customer: OWNER,
                method: Method::Card,
                received_on: now.date_naive(),
                amount,
                reference: "pi_1".to_owned(),
            },
            meant_for: Some(paid.id),
            chart: Chart::Skr03,
            recorded_at: now,
        };
        let by = self.principal(Role::Finance).await.account();
        let written = self.it.app.db.write(async move |txn: &Txn| {
            let payment = payments::insert(txn, &record).await?;
            for key in ["refund-1", "refund-2"] {
                let refund = Refund {
                    id: 0,
                    key: key.to_owned(),
                    payment,
                    amount: Money::new(100, amount.currency()),
                    reference: None,
                    requested_by: Some(by),
                    requested_at: now,
                    state: RefundState::Requested,
                };
                refunds::insert(txn, &refund).await?;
            }
            Ok::<_, herdbook::db::DbError>(payment)
        });
        let payment = written.await.expect("kept");
        self.knows("payment", payment.0);
        self.knows("refund", "refund-1");
        self.knows("other-refund", "refund-2");
    }

    /// Runs, of which one is approved already.
    async fn prepared(&mut self) {
        let by = self.principal(Role::Finance).await;
        let approver = self.principal(Role::Approver).await;
        for name in ["run", "other-run", "api-run", "other-api-run"] {
            let request = Request {
                as_of: "2026-05-01".parse().expect("a day"),
                service_until: None,
            };
            let made = billing_run::prepare(&self.it.app, &by, request).await;
            let id = made.expect("prepared");
            self.knows(name, id);
            if name == "api-run" {
                let step = billing_run::step(&self.it.app, &approver, id, Step::Approve).await;
                step.expect("approved");
            }
        }
    }

    /// Accounts, tokens and views.
    async fn owned_by_people(&mut self) {
        let admin = self.staff[&Role::Admin].session.clone();
        for name in ["token", "other-token"] {
            let token = self.it.token_of(&admin).await;
            self.knows(name, token.split('_').nth(1).expect("an id"));
        }
        let by = self.principal(Role::Admin).await;
        let view = NewView {
            list: "invoices".to_owned(),
            name: "Own".to_owned(),
            query: String::new(),
            shared: false,
        };
        views::save(&self.it.app, &by, view).await.expect("saved");
        let own = views::list(&self.it.app, &by, "invoices")
            .await
            .expect("read");
        self.knows("view", own[0].id);
        let person = self.it.staff("leaves@example.org", &[Role::Finance]).await;
        let id = person.opened.session.account;
        self.knows("user", id);
        let (_, page) = get(&self.router, &admin, "en", &format!("/settings/users/{id}")).await;
        for name in ["seen", "session"] {
            let field = format!("name=\"{name}\" value=\"");
            let (_, after) = page.split_once(&field).expect(name);
            self.knows(name, after.split('"').next().expect("its end"));
        }
        let invited = Invitation {
            email: "invited@example.org".to_owned(),
            name: "Invited".to_owned(),
            party: Party::Staff,
            roles: [Role::Finance].into(),
        };
        let made = users::create(&self.it.app, "test".to_owned(), &invited).await;
        self.knows("invited", made.expect("created").0.id);
    }

    /// Records and jobs.
    async fn kept_by_the_program(&mut self) {
        upkeep::failed_job(&self.it).await;
        let jobs = self
            .api(Role::Operations)
            .get("/api/v1/jobs?kind=test")
            .await;
        self.knows("job", &jobs.body["data"][0]["id"]);
        let records = self.api(Role::Admin).get("/api/v1/audit-records").await;
        self.knows("record", &records.body["data"][0]["id"]);
        let invoice = &self.known["invoice"];
        let filter = InvoiceFilter::default();
        let found = list(
            &self.it.app.db.reader(),
            Scope::of_program(),
            &filter,
            None,
            200,
        )
        .await;
        let all = found.expect("read").invoices;
        let own = all
            .iter()
            .find(|one| one.number() == Some(invoice.as_str()));
        let hash = &own.expect("known").view_hash;
        self.knows("code", derivation_code(hash).expect("a hash"));
    }

    /// A source with two things kept aside, and an instance that sends messages.
    async fn measured(&mut self) {
        let session = &self.staff[&Role::Operations].session;
        let credential = telemetry::with_source(&self.it, &self.router, session).await;
        let [one, two] = telemetry::rows(&self.it)
            .await
            .try_into()
            .expect("two things");
        self.knows("aside", one.id);
        self.knows("other-aside", two.id);
        self.knows("source", "meadow");
        self.knows("credential", credential.split('_').nth(1).expect("an id"));
        let expires = self.it.app.clock.system().date_naive() + chrono::TimeDelta::days(60);
        self.knows("expires", expires);
        let body = "{\"instance\": \"hooks.example\"}";
        let made = self
            .api(Role::Admin)
            .post("/api/v1/mastodon-hooks", "hook", body)
            .await;
        assert_eq!(made.status, 201, "{}", made.body);
        let target = NewTarget {
            name: "meadow-exporter".to_owned(),
            kind: "prometheus-text".to_owned(),
            url: "https://exporter.example/metrics".to_owned(),
            instance: "hooks.example".to_owned(),
            schedule: "5 * * * *".to_owned(),
            timeout_seconds: 10,
            limit_bytes: 1_000_000,
            private: false,
        };
        pull::put(&self.it.app, target, None).await.expect("put");
        self.knows("target", "meadow-exporter");
    }
}

async fn billed(it: &mut Fixture) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let book = book::load(&folder.join("reference.toml")).expect("a book");
    it.app.tax = Arc::new(book.tax.clone());
    it.app.clock = Clock::at("2025-12-31T12:00:00Z".parse().expect("an instant"));
    import(&it.app, &book).await.expect("imported");
    it.app.clock = Clock::at("2026-04-01T12:00:00Z".parse().expect("an instant"));
    let request = Request {
        as_of: "2026-04-01".parse().expect("a day"),
        service_until: None,
    };
    bill(&it.app, request, &Silent).await.expect("billed");
}

/// A session of somebody with all roles that a customer's people have.
async fn customer(it: &Fixture, number: u32) -> String {
    let roles = Role::ALL.into_iter().filter(|role| role.is_customer());
    let invitation = Invitation {
        email: format!("all@{number}.example"),
        name: "All".to_owned(),
        party: Party::Customer(number),
        roles: roles.collect::<BTreeSet<_>>(),
    };
    let made = users::create(&it.app, "test".to_owned(), &invitation).await;
    it.open(&made.expect("created").0, &origin()).await
}

async fn asking(it: &Fixture, router: &axum::Router, session: String) -> Asking {
    Asking {
        proof: proof(router, &session).await,
        token: it.token_of(&session).await,
        session,
    }
}
