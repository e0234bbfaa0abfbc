//! Messages: signed, and sent until they are taken.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Shared;
use crate::payments::webhook;

/// How often a message is sent, and the first pause; each pause is twice the one before.
const ATTEMPTS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(250);

/// A message about something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its identifier.
    pub id: String,
    /// What happened.
    pub kind: String,
    /// The message itself.
    pub body: String,
}

pub(super) fn header(shared: &Shared, message: &Message, seconds: i64) -> String {
    webhook::sign(message.body.as_bytes(), &shared.webhook_secret, seconds)
}

/// Sends a message, and again while the answer is not one of success.
pub(super) async fn send_until_taken(shared: Shared, hook: String, message: Message) {
    for attempt in 0..ATTEMPTS {
        let signature = header(&shared, &message, shared.now());
        if send(&hook, &signature, &message.body).await == Some(true) {
            return;
        }
        tokio::time::sleep(PAUSE * 2_u32.pow(attempt)).await;
    }
}

/// One POST over a connection of its own; true when it was taken. The other end is on this machine
/// and needs no TLS, so the few lines of HTTP stand here.
async fn send(hook: &str, signature: &str, body: &str) -> Option<bool> {
    let rest = hook.strip_prefix("http://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).await.ok()?;
    let head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Stripe-Signature: {signature}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    Some(answer.starts_with(b"HTTP/1.1 200"))
}
