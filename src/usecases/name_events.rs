//! Names of events that were received before events had names: read once more from the log.

use std::collections::BTreeSet;

use super::Failure;
use super::read_usage::chunk;
use crate::app::App;
use crate::db::event_names::{self, EventName, Telling};
use crate::db::{Txn, evidence, speakers};
use crate::telemetry::Decoded;
use crate::telemetry::retracted::{Named, names};

/// Requests of one transaction.
const SOME: u32 = 200;

/// The events of a decoded request as the store keeps them: of the instances for which its source
/// speaks. What it says about others never counts, so that nothing has to be found by it.
pub(super) fn events_of(decoded: &Decoded, speaks_for: &BTreeSet<String>) -> BTreeSet<EventName> {
    let name = |Named {
                    key,
                    hour,
                    retracts,
                }| EventName {
        name: key,
        hour,
        retracts,
    };
    let named = names(decoded, |instance| speaks_for.contains(instance));
    named.into_iter().map(name).collect()
}

/// Names the events of every request that waits for it. One that can no longer be read has none:
/// its hours say so when they are rolled.
///
/// # Errors
/// `db.*`.
pub(super) async fn catch_up(app: &App) -> Result<(), Failure> {
    loop {
        let reader = app.db.telemetry.reader();
        let waiting = event_names::unnamed(&reader, SOME).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let mut told = Vec::with_capacity(waiting.len());
        for (request, source) in &waiting {
            let record = evidence::by_id(&reader, *request).await?;
            let bound = evidence::instance_of(&reader, *source).await?;
            let speaks_for = speakers::heard(&reader, (*source, &bound)).await?;
            let decoded = chunk(record, &bound).ok().map(|chunk| chunk.decoded());
            if let Some(Ok(decoded)) = decoded {
                told.push(Telling {
                    request: *request,
                    source: *source,
                    events: events_of(&decoded, &speaks_for),
                });
            }
        }
        let requests: Vec<i64> = waiting.into_keys().collect();
        let write = async move |txn: &Txn| {
            evidence::name(txn, &told).await?;
            Ok::<_, Failure>(event_names::named(txn, &requests).await?)
        };
        app.db.telemetry.write(write).await?;
    }
}
