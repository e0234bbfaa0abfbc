//! Turns at hashing passwords: each hash takes some 30 ms of a processor and 19 MiB, so that not
//! everybody who knocks may have one at once.

use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::Problem;
use crate::usecases::Failure;

/// Hashes at once, for each processor: one computes while the other waits for memory.
const A_PROCESSOR: usize = 2;
/// How long somebody waits for a turn: some sixty hashes of a processor.
const PATIENCE: Duration = Duration::from_secs(2);

static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(processors.saturating_mul(A_PROCESSOR)))
});

/// A turn. It ends with the hash and not with the request, which may be cut off in between.
#[derive(Debug)]
pub(super) struct Turn(OwnedSemaphorePermit);

impl Turn {
    /// Does the work of the turn, apart from the threads that answer requests.
    ///
    /// # Errors
    /// `internal.unlisted` when the work panics.
    pub(super) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let Self(held) = self;
        let done = spawn_blocking(move || {
            let done = work();
            drop(held);
            done
        });
        done.await
            .map_err(|error| Failure::of("internal.unlisted", &error))
    }
}

/// Waits for a turn.
///
/// # Errors
/// `sign-in.busy` when none comes.
pub(super) async fn turn() -> Result<Turn, Failure> {
    turn_of(&TURNS, PATIENCE).await
}

async fn turn_of(turns: &Arc<Semaphore>, patience: Duration) -> Result<Turn, Failure> {
    match timeout(patience, Arc::clone(turns).acquire_owned()).await {
        Ok(Ok(turn)) => Ok(Turn(turn)),
        _ => Err(Problem::new("sign-in.busy", "too many passwords are being checked").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_more_are_hashed_at_once_than_there_are_turns() {
        let turns = Arc::new(Semaphore::new(1));
        let moment = Duration::from_millis(1);
        let first = turn_of(&turns, moment).await.expect("a turn");
        let refused = turn_of(&turns, moment).await.expect_err("none is left");
        assert_eq!(Problem::from(refused).code(), "sign-in.busy");
        // Whoever asked may be gone: the turn lasts as long as the work.
        let (go_on, waits) = std::sync::mpsc::channel::<()>();
        let work = first.run(move || waits.recv());
        let mut work = Box::pin(work);
        let begun = timeout(moment, &mut work).await;
        assert!(begun.is_err(), "it works");
        drop(work);
        let refused = turn_of(&turns, moment).await.expect_err("it works still");
        assert_eq!(Problem::from(refused).code(), "sign-in.busy");
        go_on.send(()).expect("it waits");
        turn_of(&turns, Duration::from_secs(60))
            .await
            .expect("the next one");
    }
}
