//! A server that plays Stripe, for the demonstration and for tests: it keeps checkout sessions,
//! payments, charges, refunds and bookings, shows a page on which a card can be tried, and sends
//! signed messages.
//!
//! It stands beside the product, not in it: the product reaches it over HTTP with its ordinary
//! Stripe client, at another address. What its objects look like comes from Stripe's own examples
//! (`objects.json`, MIT licence beside it); how keys, errors and signatures behave from Stripe's
//! documentation. No card is charged, and none needs to be typed: a few numbers of Stripe's test
//! cards have a meaning.

mod api;
mod books;
mod messages;
mod page;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;

use crate::access::secret::SecretText;
use crate::app::Clock;
use books::Books;

pub use messages::Message;

/// The key that the server takes.
const KEY: &str = "sk_test_herdbook_demonstration";

/// What the server does with its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Sends each at once, and again while it is not taken.
    AtOnce,
    /// Keeps them until they are asked for.
    OnCue,
}

/// How the server behaves, where a test wants it otherwise than usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moods {
    /// Answers every call of its interface with 503.
    pub down: bool,
    /// Carries the next change out, and breaks off in the middle of the answer.
    pub forgets_to_answer: bool,
    /// Carries the next change out, and answers 500: now, and whenever the same key comes again.
    pub stumbles: bool,
    /// Leaves it open whether money that is given back arrives.
    pub refunds_pend: bool,
    /// Does not know the fee when a payment comes in.
    pub fee_comes_later: bool,
    /// Refuses to give money back.
    pub refuses_refunds: bool,
}

/// The server, while it is held.
#[derive(Debug)]
pub struct CardServer {
    address: String,
    shared: Shared,
    task: tokio::task::JoinHandle<()>,
}

/// What its handlers share.
#[derive(Debug, Clone)]
struct Shared {
    address: String,
    clock: Clock,
    delivery: Delivery,
    webhook_secret: Arc<SecretText>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    books: Books,
    moods: Moods,
    hook: Option<String>,
    file: Option<PathBuf>,
}

impl Shared {
    /// The state; a handler that panicked left it whole, since each changes it in one go.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        self.clock.system().timestamp()
    }

    /// Writes down what changed and sends what there is to tell.
    fn changed(&self) {
        let (messages, hook) = {
            let mut state = self.state();
            if let Some(file) = &state.file {
                // A demonstration that cannot write goes on without memory.
                let _ = std::fs::write(file, state.books.to_json());
            }
            let messages = match self.delivery {
                Delivery::AtOnce => std::mem::take(&mut state.books.outbox),
                Delivery::OnCue => Vec::new(),
            };
            (messages, state.hook.clone())
        };
        for message in messages {
            if let Some(hook) = hook.clone() {
                tokio::spawn(messages::send_until_taken(self.clone(), hook, message));
            }
        }
    }
}

impl CardServer {
    /// Starts the server on a free port of this machine, with the memory of an earlier one if there
    /// is such a file.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(
        clock: Clock,
        delivery: Delivery,
        memory: Option<PathBuf>,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let known = memory.as_ref().and_then(|file| std::fs::read(file).ok());
        let state = State {
            books: known
                .and_then(|text| Books::of_json(&text))
                .unwrap_or_default(),
            file: memory,
            ..State::default()
        };
        let shared = Shared {
            address: address.clone(),
            clock,
            delivery,
            webhook_secret: Arc::new(SecretText::new("whsec_herdbook_demonstration".to_owned())),
            state: Arc::new(Mutex::new(state)),
        };
        let routes = api::routes()
            .merge(page::routes())
            .with_state(shared.clone());
        let task = tokio::spawn(async move {
            // Ends with whoever holds it.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.address
    }

    /// The key that it takes.
    #[must_use]
    pub fn key(&self) -> &'static str {
        KEY
    }

    /// The secret that it signs with.
    #[must_use]
    pub fn webhook_secret(&self) -> &str {
        self.shared.webhook_secret.reveal()
    }

    /// Where it sends its messages.
    pub fn send_to(&self, hook: &str) {
        self.shared.state().hook = Some(hook.to_owned());
    }

    /// Behaves otherwise from now on.
    pub fn moods(&self, moods: Moods) {
        self.shared.state().moods = moods;
    }

    /// The messages that were not sent, oldest first; they are forgotten by it.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        std::mem::take(&mut self.shared.state().books.outbox)
    }

    /// The header that a message carries when it is sent at an instant.
    #[must_use]
    pub fn signature(&self, message: &Message, seconds: i64) -> String {
        messages::header(&self.shared, message, seconds)
    }

    /// How much came in and how much went out, in minor units: what the server itself believes.
    #[must_use]
    pub fn taken_and_returned(&self) -> (i64, i64) {
        self.shared.state().books.taken_and_returned()
    }

    /// Somebody types a card that is taken on a page. Nothing happens on a page that is not open.
    pub fn type_a_good_card(&self, page: &str) {
        let now = self.shared.now();
        let id = page.rsplit('/').next().unwrap_or_default();
        {
            let mut state = self.shared.state();
            let later = state.moods.fee_comes_later;
            if let Some(session) = state.books.session(id, now).filter(books::is_open) {
                state.books.pay(&session, later, now);
            }
        }
        self.shared.changed();
    }

    /// The same, under a key of ours.
    pub fn give_back_as(&self, payment: &str, minor: i64, key: &str) {
        let now = self.shared.now();
        let ours = serde_json::json!({ "herdbook_refund": key });
        let _ = self
            .shared
            .state()
            .books
            .refund(payment, Some(minor), (&ours, "succeeded"), now);
        self.shared.changed();
    }

    /// A day passes, after which idempotency keys are forgotten.
    pub fn forget_keys(&self) {
        self.shared.state().books.earlier.clear();
    }

    /// Money that was left open arrives, or comes back.
    pub fn refunds_end(&self, arrive: bool) {
        let now = self.shared.now();
        let mut state = self.shared.state();
        state.books.end_refunds("pending", arrive, now);
        drop(state);
        self.shared.changed();
    }

    /// Money that had arrived is sent back by the bank, days later.
    pub fn refunds_come_back(&self) {
        let now = self.shared.now();
        let mut state = self.shared.state();
        state.books.end_refunds("succeeded", false, now);
        drop(state);
        self.shared.changed();
    }

    /// Tells the fee of every payment that has none yet.
    pub fn tell_fees(&self) {
        let now = self.shared.now();
        self.shared.state().books.tell_fees(now);
        self.shared.changed();
    }

    /// Somebody gives money back on the gateway's own pages.
    pub fn give_back(&self, payment: &str, minor: i64) {
        let now = self.shared.now();
        let none = serde_json::json!({});
        // A payment that is not there has nothing to give back.
        let _ = self
            .shared
            .state()
            .books
            .refund(payment, Some(minor), (&none, "succeeded"), now);
        self.shared.changed();
    }
}

impl Drop for CardServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
