//! Stripe: checkout sessions, refunds and balance transactions over async-stripe.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use stripe::{ApiErrorsType, Client, IdempotencyKey, RequestStrategy, StripeError, StripeRequest};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAllowedPaymentMethodTypes,
    CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    CreateCheckoutSessionPaymentIntentData, ExpireCheckoutSession, ProductData,
    RetrieveCheckoutSession,
};
use stripe_checkout::{
    CheckoutSession, CheckoutSessionLocale, CheckoutSessionMode, CheckoutSessionStatus,
};
use stripe_core::refund::{CreateRefund, ListRefund};
use stripe_core::{BalanceTransaction, Charge, PaymentIntent, PaymentIntentStatus, Refund};

use super::{
    Answer, ChargeSeen, CheckoutOrder, FeeSeen, Gateway, GatewayError, Opened, RefundOrder,
    RefundSeen, SessionSeen, SessionStatus,
};
use crate::access::secret::SecretText;
use crate::billing::party::Language;
use crate::billing::payment::Progress;
use crate::billing::{Currency, Money};

/// How long a call may take; Stripe's own libraries wait 80 seconds, a person at a page does not.
const PATIENCE: Duration = Duration::from_secs(20);

/// The fields of a session that are read along with it, down to fee and refunds.
const EXPANDED: [&str; 3] = [
    "payment_intent",
    "payment_intent.latest_charge.balance_transaction",
    "payment_intent.latest_charge.refunds",
];

/// Refunds of a page; Stripe gives a hundred at most.
const PAGE: i64 = 100;

/// Under which our names stand in Stripe's objects.
const CHECKOUT: &str = "herdbook_checkout";
const REFUND: &str = "herdbook_refund";

/// Stripe.
pub struct Stripe {
    client: Client,
}

impl std::fmt::Debug for Stripe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stripe(key hidden)")
    }
}

impl Stripe {
    /// A client with a secret key; at another address than Stripe's own for tests.
    ///
    /// # Errors
    /// [`GatewayError::Refused`] when key or address cannot be sent.
    pub fn new(key: &SecretText, api_url: Option<&str>) -> Result<Self, GatewayError> {
        let mut builder = stripe::ClientBuilder::new(key.reveal())
            .timeout(PATIENCE)
            .app_info("Herdbook", Some(env!("CARGO_PKG_VERSION").to_owned()), None);
        if let Some(url) = api_url {
            builder = builder.url(url);
        }
        let client = builder.build().map_err(|_| GatewayError::Refused {
            why: "the key or the address of Stripe is malformed".to_owned(),
        })?;
        Ok(Self { client })
    }

    async fn send_open(&self, order: &CheckoutOrder) -> Result<Opened, GatewayError> {
        let request = create(order)?;
        let sent = request
            .customize()
            .request_strategy(once(&order.key)?)
            .send(&self.client)
            .await;
        let session = sent.map_err(|error| refused(&error, &order.key))?;
        let url = session.url.ok_or_else(|| GatewayError::Malformed {
            why: format!("session {} has no page", session.id),
        })?;
        Ok(Opened {
            session: session.id.to_string(),
            url,
        })
    }

    async fn read_session(&self, session: &str) -> Result<SessionSeen, GatewayError> {
        let request = RetrieveCheckoutSession::new(session).expand(EXPANDED.map(str::to_owned));
        let sent = request.send(&self.client).await;
        let found = sent.map_err(|error| refused(&error, session))?;
        let mut seen = seen(&found)?;
        if let Some(charge) = &mut seen.charge
            && more_refunds(&found)
        {
            charge.refunds = self.read_refunds(&charge.payment).await?;
        }
        Ok(seen)
    }

    async fn send_expire(&self, session: &str, key: &str) -> Result<(), GatewayError> {
        let sent = ExpireCheckoutSession::new(session)
            .customize()
            .request_strategy(once(&format!("{key}/expire"))?)
            .send(&self.client)
            .await;
        sent.map_err(|error| refused(&error, session)).map(|_| ())
    }

    async fn send_refund(&self, order: &RefundOrder) -> Result<RefundSeen, GatewayError> {
        let request = CreateRefund::new()
            .payment_intent(order.payment.as_str())
            .amount(order.amount.minor())
            .metadata(HashMap::from([(REFUND.to_owned(), order.key.clone())]));
        let sent = request
            .customize()
            .request_strategy(once(&order.key)?)
            .send(&self.client)
            .await;
        refund_seen(&sent.map_err(|error| refused(&error, &order.key))?)
    }

    /// All refunds of a payment. Stripe puts the newest ten into the charge.
    /// <https://docs.stripe.com/api/charges/object#charge_object-refunds>
    async fn read_refunds(&self, payment: &str) -> Result<Vec<RefundSeen>, GatewayError> {
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut request = ListRefund::new().payment_intent(payment).limit(PAGE);
            if let Some(after) = after {
                request = request.starting_after(after);
            }
            let sent = request.send(&self.client).await;
            let page = sent.map_err(|error| refused(&error, payment))?;
            for refund in &page.data {
                found.push(refund_seen(refund)?);
            }
            match page.data.last() {
                Some(last) if page.has_more => after = Some(last.id.to_string()),
                _ => return Ok(found),
            }
        }
    }
}

impl Gateway for Stripe {
    fn open_checkout<'a>(&'a self, order: &'a CheckoutOrder) -> Answer<'a, Opened> {
        Box::pin(self.send_open(order))
    }

    fn session<'a>(&'a self, session: &'a str) -> Answer<'a, SessionSeen> {
        Box::pin(self.read_session(session))
    }

    fn expire<'a>(&'a self, session: &'a str, key: &'a str) -> Answer<'a, ()> {
        Box::pin(self.send_expire(session, key))
    }

    fn refund<'a>(&'a self, order: &'a RefundOrder) -> Answer<'a, RefundSeen> {
        Box::pin(self.send_refund(order))
    }
}

fn create(order: &CheckoutOrder) -> Result<CreateCheckoutSession, GatewayError> {
    let code = order.amount.currency().code().to_lowercase();
    let price = CreateCheckoutSessionLineItemsPriceData {
        // Stripe counts in the same minor units for every currency we bill in.
        // <https://docs.stripe.com/currencies#minor-units>
        currency: code.parse().map_err(|_| GatewayError::Refused {
            why: format!("Stripe takes no {code}"),
        })?,
        product: None,
        product_data: Some(ProductData::new(order.label.as_str())),
        recurring: None,
        tax_behavior: None,
        unit_amount: Some(order.amount.minor()),
        unit_amount_decimal: None,
    };
    let item = CreateCheckoutSessionLineItems {
        price_data: Some(price),
        quantity: Some(1),
        ..CreateCheckoutSessionLineItems::new()
    };
    let ours = HashMap::from([
        (CHECKOUT.to_owned(), order.key.clone()),
        ("invoice".to_owned(), order.invoice.clone()),
    ]);
    let intent = CreateCheckoutSessionPaymentIntentData {
        description: Some(order.label.clone()),
        metadata: Some(ours.clone()),
        ..CreateCheckoutSessionPaymentIntentData::new()
    };
    Ok(CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .allowed_payment_method_types([CreateCheckoutSessionAllowedPaymentMethodTypes::Card])
        .client_reference_id(order.key.as_str())
        .line_items([item])
        .payment_intent_data(intent)
        .metadata(ours)
        .locale(match order.language {
            Language::De => CheckoutSessionLocale::De,
            Language::En => CheckoutSessionLocale::EnMinusGb,
            Language::Fr => CheckoutSessionLocale::Fr,
        })
        .success_url(order.back.as_str())
        .cancel_url(order.back.as_str())
        .expires_at(order.expires_at.timestamp()))
}

/// A call with our key. It is made once: who asked asks again, with the same key.
fn once(key: &str) -> Result<RequestStrategy, GatewayError> {
    let key = IdempotencyKey::new(key).map_err(|error| GatewayError::Refused {
        why: error.to_string(),
    })?;
    Ok(RequestStrategy::Idempotent(key))
}

/// What an error means to us. <https://docs.stripe.com/error-low-level>
fn refused(error: &StripeError, about: &str) -> GatewayError {
    match error {
        StripeError::Stripe(error, status) => {
            let why = format!(
                "{status} {} {}",
                error
                    .code
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
                error.message.as_deref().unwrap_or_default()
            );
            match (&error.type_, status) {
                (ApiErrorsType::IdempotencyError, 400) => GatewayError::KeyReused {
                    key: about.to_owned(),
                },
                (_, 404) => GatewayError::Unknown {
                    object: about.to_owned(),
                },
                (_, 409 | 424 | 429 | 500..) => GatewayError::Unreachable { why },
                _ => GatewayError::Refused { why },
            }
        }
        StripeError::JSONDeserialize(why) => GatewayError::Malformed { why: why.clone() },
        StripeError::ConfigError(why) => GatewayError::Refused { why: why.clone() },
        StripeError::ClientError(why) => GatewayError::Unreachable { why: why.clone() },
        StripeError::Timeout => GatewayError::Unreachable {
            why: "no answer in time".to_owned(),
        },
    }
}

fn seen(session: &CheckoutSession) -> Result<SessionSeen, GatewayError> {
    let status = match &session.status {
        Some(CheckoutSessionStatus::Open) => SessionStatus::Open,
        Some(CheckoutSessionStatus::Complete) => SessionStatus::Complete,
        Some(CheckoutSessionStatus::Expired) => SessionStatus::Expired,
        other => {
            return Err(GatewayError::Malformed {
                why: format!("session {} has the status {other:?}", session.id),
            });
        }
    };
    let intent = session.payment_intent.as_ref();
    let intent = intent.and_then(|intent| intent.as_object());
    Ok(SessionSeen {
        session: session.id.to_string(),
        key: session.client_reference_id.clone(),
        status,
        declined: intent.and_then(declined),
        charge: intent.map(charge_seen).transpose()?.flatten(),
    })
}

/// Whether the charge of a session has more refunds than came with it.
fn more_refunds(session: &CheckoutSession) -> bool {
    let intent = session.payment_intent.as_ref();
    let intent = intent.and_then(|intent| intent.as_object());
    let charge = intent.and_then(|intent| intent.latest_charge.as_ref());
    let charge = charge.and_then(|charge| charge.as_object());
    let list = charge.and_then(|charge| charge.refunds.as_ref());
    list.is_some_and(|list| list.has_more)
}

/// Why the last card was refused, while the payment waits for another one.
fn declined(intent: &PaymentIntent) -> Option<String> {
    if intent.status != PaymentIntentStatus::RequiresPaymentMethod {
        return None;
    }
    let error = intent.last_payment_error.as_ref()?;
    let code = error.code.as_ref().map(ToString::to_string);
    error.decline_code.clone().or(code)
}

fn charge_seen(intent: &PaymentIntent) -> Result<Option<ChargeSeen>, GatewayError> {
    if intent.status != PaymentIntentStatus::Succeeded {
        return Ok(None);
    }
    let charge: Option<&Charge> = intent
        .latest_charge
        .as_ref()
        .and_then(|charge| charge.as_object());
    let mut refunds = Vec::new();
    if let Some(list) = charge.and_then(|charge| charge.refunds.as_ref()) {
        for one in &list.data {
            refunds.push(refund_seen(one)?);
        }
    }
    let booking = charge.and_then(|charge| charge.balance_transaction.as_ref());
    let booking = booking.and_then(|booking| booking.as_object());
    Ok(Some(ChargeSeen {
        payment: intent.id.to_string(),
        amount: money(intent.amount_received, &intent.currency.to_string())?,
        at: instant(charge.map_or(intent.created, |charge| charge.created))?,
        fee: booking.map(fee_seen).transpose()?,
        refunds,
    }))
}

fn fee_seen(booking: &BalanceTransaction) -> Result<FeeSeen, GatewayError> {
    Ok(FeeSeen {
        booking: booking.id.to_string(),
        amount: money(booking.fee, &booking.currency.to_string())?,
        at: instant(booking.created)?,
    })
}

fn refund_seen(refund: &Refund) -> Result<RefundSeen, GatewayError> {
    let metadata = refund.metadata.as_ref();
    Ok(RefundSeen {
        refund: refund.id.to_string(),
        key: metadata.and_then(|ours| ours.get(REFUND)).cloned(),
        amount: money(refund.amount, &refund.currency.to_string())?,
        at: instant(refund.created)?,
        // <https://docs.stripe.com/api/refunds/object#refund_object-status>
        progress: match refund.status.as_deref() {
            Some("succeeded") => Progress::Returned,
            Some("failed" | "canceled") => Progress::Failed,
            _ => Progress::Pending,
        },
    })
}

fn money(minor: i64, currency: &str) -> Result<Money, GatewayError> {
    let currency: Currency = currency.to_uppercase().parse().map_err(
        |error: crate::billing::currency::UnknownCurrency| GatewayError::Malformed {
            why: error.to_string(),
        },
    )?;
    Ok(Money::new(minor, currency))
}

fn instant(seconds: i64) -> Result<DateTime<Utc>, GatewayError> {
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| GatewayError::Malformed {
        why: format!("{seconds} is no instant"),
    })
}
