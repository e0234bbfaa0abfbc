//! What the server keeps: Stripe's objects as JSON, and what happens to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Message;

/// Stripe's own examples of its objects.
const OBJECTS: &str = include_str!("objects.json");

/// Fee in ten-thousandths of the amount, and per payment in minor units: a card from outside Europe
/// at a European account, by Stripe's list price for Germany in 2026.
const FEE: (i64, i64) = (325, 25);

/// What came of an earlier call under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Earlier {
    /// Path and parameters, in an order of their own.
    pub call: String,
    /// Its status.
    pub status: u16,
    /// Its answer.
    pub body: String,
}

/// All objects, by identifier.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Books {
    objects: BTreeMap<String, Value>,
    /// Answers under their idempotency key.
    pub earlier: BTreeMap<String, Earlier>,
    /// What has not been sent.
    pub outbox: Vec<Message>,
}

/// An error as Stripe words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: u16,
    pub kind: &'static str,
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    pub(super) fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind: "invalid_request_error",
            code,
            message: message.into(),
        }
    }

    pub(super) fn missing(what: &str) -> Self {
        Self {
            status: 404,
            ..Self::invalid("resource_missing", format!("No such object: '{what}'"))
        }
    }

    pub(super) fn body(&self) -> Value {
        json!({ "error": {
            "type": self.kind, "code": self.code, "message": self.message,
        } })
    }
}

/// The example of an object.
fn example(kind: &str) -> Value {
    let all: Value = serde_json::from_str(OBJECTS).unwrap_or_default();
    all[kind].clone()
}

fn identifier(prefix: &str) -> String {
    format!("{prefix}_{}", uuid::Uuid::now_v7().simple())
}

/// Whether a session waits for a payer.
pub(super) fn is_open(session: &Value) -> bool {
    session["status"] == "open"
}

impl Books {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn of_json(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Value> {
        self.objects.get(id)
    }

    fn put(&mut self, object: Value) {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        self.objects.insert(id, object);
    }

    fn set(&mut self, id: &str, fields: &Value) {
        let Some(object) = self.objects.get_mut(id) else {
            return;
        };
        for (name, value) in fields.as_object().into_iter().flatten() {
            object[name] = value.clone();
        }
    }

    /// A new object of a kind with some fields set.
    fn add(&mut self, kind: &str, prefix: &str, now: i64, fields: &Value) -> String {
        let id = identifier(prefix);
        let mut object = example(kind);
        object["id"] = json!(id);
        object["created"] = json!(now);
        self.put(object);
        self.set(&id, fields);
        id
    }

    /// Writes a message about an object as it is now.
    fn tell(&mut self, kind: &str, about: &str, now: i64) {
        let id = identifier("evt");
        let mut event = example("event");
        event["id"] = json!(id);
        event["type"] = json!(kind);
        event["created"] = json!(now);
        event["data"]["object"] = self.get(about).cloned().unwrap_or_default();
        self.outbox.push(Message {
            id,
            kind: kind.to_owned(),
            body: event.to_string(),
        });
    }

    /// A checkout session with a page.
    pub(super) fn open(&mut self, asked: &Value, address: &str, now: i64) -> String {
        let id = self.add("checkout.session", "cs_test", now, asked);
        self.set(&id, &json!({ "url": format!("{address}/c/pay/{id}") }));
        id
    }

    /// A session as it is now: it expires by itself.
    pub(super) fn session(&mut self, id: &str, now: i64) -> Option<Value> {
        let session = self.get(id)?.clone();
        let expired = session["expires_at"].as_i64().is_some_and(|at| at <= now);
        if session["status"] == "open" && expired {
            self.expire(id, now).ok()?;
        }
        self.get(id).cloned()
    }

    pub(super) fn expire(&mut self, id: &str, now: i64) -> Result<(), Refusal> {
        let status = self.get(id).ok_or_else(|| Refusal::missing(id))?["status"].clone();
        if status != "open" {
            let text = format!("The session is {status}; only an open one can be expired.");
            return Err(Refusal::invalid("", text));
        }
        self.set(id, &json!({ "status": "expired", "url": null }));
        self.tell("checkout.session.expired", id, now);
        Ok(())
    }

    /// The payment of a session: made when a card is tried for the first time.
    fn intent(&mut self, session: &Value, now: i64) -> String {
        if let Some(id) = session["payment_intent"].as_str() {
            return id.to_owned();
        }
        let fields = json!({
            "amount": session["amount_total"],
            "currency": session["currency"],
            "metadata": session["metadata"],
        });
        let id = self.add("payment_intent", "pi", now, &fields);
        let own = session["id"].as_str().unwrap_or_default();
        self.set(own, &json!({ "payment_intent": id }));
        id
    }

    /// A card is refused.
    pub(super) fn decline(&mut self, session: &Value, reason: &str, now: i64) {
        let id = self.intent(session, now);
        let error = json!({
            "type": "card_error", "code": "card_declined", "decline_code": reason,
            "message": "Your card was declined.",
        });
        self.set(
            &id,
            &json!({ "status": "requires_payment_method", "last_payment_error": error }),
        );
        self.tell("payment_intent.payment_failed", &id, now);
    }

    /// The bank wants to hear from the card's holder.
    pub(super) fn challenge(&mut self, session: &Value, now: i64) {
        let id = self.intent(session, now);
        self.set(
            &id,
            &json!({ "status": "requires_action", "last_payment_error": null }),
        );
    }

    /// A card is charged.
    pub(super) fn pay(&mut self, session: &Value, fee_comes_later: bool, now: i64) {
        let intent = self.intent(session, now);
        let amount = session["amount_total"].as_i64().unwrap_or_default();
        let fields = json!({
            "amount": amount,
            "amount_captured": amount,
            "captured": true,
            "currency": session["currency"],
            "metadata": session["metadata"],
            "payment_intent": intent,
        });
        let charge = self.add("charge", "ch", now, &fields);
        self.set(
            &intent,
            &json!({
                "status": "succeeded", "amount_received": amount, "latest_charge": charge,
                "last_payment_error": null,
            }),
        );
        let own = session["id"].as_str().unwrap_or_default();
        self.set(
            own,
            &json!({ "status": "complete", "payment_status": "paid", "url": null }),
        );
        if !fee_comes_later {
            self.tell_fee(&charge, now);
        }
        self.tell("charge.succeeded", &charge, now);
        self.tell("payment_intent.succeeded", &intent, now);
        self.tell("checkout.session.completed", own, now);
    }

    fn tell_fee(&mut self, charge: &str, now: i64) {
        let (amount, currency) = match self.get(charge) {
            Some(charge) => (charge["amount"].clone(), charge["currency"].clone()),
            None => return,
        };
        let minor = amount.as_i64().unwrap_or_default();
        let fee = (minor.saturating_mul(FEE.0) + 5_000) / 10_000 + FEE.1;
        let fields = json!({
            "amount": amount, "currency": currency, "fee": fee, "net": minor - fee,
            "source": charge, "available_on": now,
        });
        let booking = self.add("balance_transaction", "txn", now, &fields);
        self.set(charge, &json!({ "balance_transaction": booking }));
    }

    pub(super) fn tell_fees(&mut self, now: i64) {
        let waits = |(id, object): (&String, &Value)| {
            let waits = object["object"] == "charge" && object["balance_transaction"].is_null();
            waits.then(|| id.clone())
        };
        let waiting: Vec<String> = self.objects.iter().filter_map(waits).collect();
        for charge in waiting {
            self.tell_fee(&charge, now);
            self.tell("charge.updated", &charge, now);
        }
    }

    /// Gives a part of a payment back, or all that is left.
    pub(super) fn refund(
        &mut self,
        intent: &str,
        amount: Option<i64>,
        (metadata, status): (&Value, &str),
        now: i64,
    ) -> Result<String, Refusal> {
        let missing = || Refusal::missing(intent);
        let charge = self.get(intent).ok_or_else(missing)?["latest_charge"].clone();
        let charge = charge.as_str().ok_or_else(missing)?.to_owned();
        let (whole, before, currency) = match self.get(&charge) {
            Some(object) => (
                object["amount"].as_i64().unwrap_or_default(),
                object["amount_refunded"].as_i64().unwrap_or_default(),
                object["currency"].clone(),
            ),
            None => return Err(missing()),
        };
        let amount = amount.unwrap_or(whole - before);
        if amount <= 0 || amount > whole - before {
            let text = "Refund amount is greater than unrefunded amount on charge.";
            return Err(Refusal::invalid("charge_already_refunded", text));
        }
        let fields = json!({
            "amount": amount, "currency": currency, "charge": charge, "payment_intent": intent,
            "metadata": metadata, "status": status,
        });
        let id = self.add("refund", "re", now, &fields);
        let after = before + amount;
        self.set(
            &charge,
            &json!({ "amount_refunded": after, "refunded": after == whole }),
        );
        self.tell("refund.created", &id, now);
        self.tell("charge.refunded", &charge, now);
        Ok(id)
    }

    /// What is given back and has this status has arrived, or comes back.
    pub(super) fn end_refunds(&mut self, having: &str, arrive: bool, now: i64) {
        let all = self.objects.values();
        let own = all.filter(|one| one["object"] == "refund" && one["status"] == having);
        let own: Vec<Value> = own.cloned().collect();
        for refund in own {
            let id = refund["id"].as_str().unwrap_or_default();
            let (status, kind) = match arrive {
                true => ("succeeded", "refund.updated"),
                false => ("failed", "refund.failed"),
            };
            self.set(id, &json!({ "status": status }));
            let charge = refund["charge"].as_str().unwrap_or_default().to_owned();
            if let (false, Some(whole)) = (arrive, self.get(&charge)) {
                let back = whole["amount_refunded"].as_i64().unwrap_or_default()
                    - refund["amount"].as_i64().unwrap_or_default();
                let fields = json!({ "amount_refunded": back, "refunded": false });
                self.set(&charge, &fields);
            }
            self.tell(kind, id, now);
        }
    }

    /// A page of refunds behind one of them, the newest first: identifiers grow with time.
    pub(super) fn refunds(
        &self,
        of: impl Fn(&Value) -> bool,
        (after, limit): (Option<&str>, usize),
    ) -> Value {
        let all = self.objects.values().rev();
        let all = all.filter(|one| one["object"] == "refund" && of(one));
        let behind = |one: &&Value| {
            after.is_none_or(|after| one["id"].as_str().is_some_and(|id| id < after))
        };
        let mut page: Vec<Value> = all.filter(behind).take(limit + 1).cloned().collect();
        let has_more = page.len() > limit;
        page.truncate(limit);
        json!({ "object": "list", "has_more": has_more, "url": "/v1/refunds", "data": page })
    }

    pub(super) fn taken_and_returned(&self) -> (i64, i64) {
        let sum = |name: &str| {
            let charges = self.objects.values();
            let charges = charges.filter(|object| object["object"] == "charge");
            charges.filter_map(|charge| charge[name].as_i64()).sum()
        };
        (sum("amount"), sum("amount_refunded"))
    }

    /// An object with the parts of it that were asked for, as paths with dots.
    pub(super) fn expanded(&self, object: &Value, paths: &[String]) -> Value {
        let mut out = object.clone();
        for path in paths {
            self.expand(&mut out, path);
        }
        out
    }

    fn expand(&self, object: &mut Value, path: &str) {
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        if name == "refunds" {
            let charge = object["id"].clone();
            // <https://docs.stripe.com/api/charges/object#charge_object-refunds>
            object["refunds"] = self.refunds(|one| one["charge"] == charge, (None, 10));
            return;
        }
        if let Some(id) = object[name].as_str().map(str::to_owned)
            && let Some(whole) = self.get(&id)
        {
            object[name] = whole.clone();
        }
        if !rest.is_empty() && object[name].is_object() {
            self.expand(&mut object[name], rest);
        }
    }
}
