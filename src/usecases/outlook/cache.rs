//! What was worked out, kept until something changes.
//!
//! A slot holds the newest figure with the marks it follows from. Whoever finds other marks starts
//! the work once, in a task of its own, and waits a moment for it; a page is not held up for longer
//! while there is an earlier figure to show.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::NaiveDate;
use tokio::sync::watch;

use super::{Agreed, Booked, Known, Pending, load, not_made};
use crate::billing::contract::Contract;
use crate::db::{AsOf, Source};
use crate::error::Problem;
use crate::usecases::Failure;

/// How long a page waits for the newest figure when it could show an earlier one.
const PATIENCE: Duration = Duration::from_secs(1);

/// The most contracts that are kept parsed: at a few kilobytes each, some hundred megabytes.
const KEPT: usize = 50_000;

/// The figures of one server.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    pub(super) agreed: Arc<Slot<([i64; 5], NaiveDate), Agreed>>,
    pub(super) booked: Arc<Slot<([i64; 3], NaiveDate), Booked>>,
    pub(super) pending: Arc<Slot<([i64; 2], NaiveDate), Pending>>,
    pub(super) contracts: Contracts,
}

/// The parsed contracts of the newest version and day.
#[derive(Debug, Clone, Default)]
pub(super) struct Contracts(Arc<Mutex<Option<Parsed>>>);

type Parsed = ((i64, NaiveDate), Arc<Vec<Contract>>);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is kept is replaced as a whole, so a panic leaves no half of it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Contracts {
    /// The contracts as they are on a day; read anew only when there is a newer version.
    pub(super) async fn get(
        &self,
        on: &impl Source,
        at: AsOf,
        newest: Option<i64>,
    ) -> Result<Arc<Vec<Contract>>, Failure> {
        let key = (newest.unwrap_or_default(), at.day);
        if let Some((known, contracts)) = locked(&self.0).as_ref()
            && *known == key
        {
            return Ok(Arc::clone(contracts));
        }
        let contracts = Arc::new(load(on, at).await?);
        let kept = (contracts.len() <= KEPT).then(|| (key, Arc::clone(&contracts)));
        *locked(&self.0) = kept;
        Ok(contracts)
    }
}

/// One figure.
#[derive(Debug)]
pub(super) struct Slot<K, T>(Mutex<State<K, T>>);

#[derive(Debug)]
struct State<K, T> {
    newest: Option<(K, Arc<T>)>,
    working: Option<(K, watch::Receiver<bool>)>,
}

impl<K, T> Default for Slot<K, T> {
    fn default() -> Self {
        Self(Mutex::new(State {
            newest: None,
            working: None,
        }))
    }
}

impl<K, T> Slot<K, T>
where
    K: Copy + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// The figure for these marks, worked out by `work` unless it is there or under way.
    pub(super) async fn get(
        self: &Arc<Self>,
        key: K,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Result<Known<T>, Failure> {
        self.get_within(PATIENCE, key, work).await
    }

    async fn get_within(
        self: &Arc<Self>,
        patience: Duration,
        key: K,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Result<Known<T>, Failure> {
        let (mut done, earlier) = {
            let mut state = locked(&self.0);
            if let Some((known, figure)) = &state.newest
                && *known == key
            {
                return Ok(Known {
                    figure: Arc::clone(figure),
                    newest: true,
                });
            }
            let under_way = state.working.as_ref().filter(|(of, _)| *of == key);
            let done = match under_way {
                Some((_, done)) => done.clone(),
                None => self.start(&mut state, key, work),
            };
            (done, state.newest.is_some())
        };
        if earlier {
            let waited = tokio::time::timeout(patience, done.wait_for(|done| *done)).await;
            drop(waited);
        } else {
            // The sender ends with the work, so this ends too.
            drop(done.wait_for(|done| *done).await);
        }
        let state = locked(&self.0);
        let (known, figure) = state.newest.as_ref().ok_or_else(not_made)?;
        Ok(Known {
            figure: Arc::clone(figure),
            newest: *known == key,
        })
    }

    fn start(
        self: &Arc<Self>,
        state: &mut State<K, T>,
        key: K,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> watch::Receiver<bool> {
        let (finished, done) = watch::channel(false);
        state.working = Some((key, done.clone()));
        let slot = Arc::clone(self);
        tokio::spawn(async move {
            let made = work.await;
            let mut state = locked(&slot.0);
            match made {
                Ok(figure) => state.newest = Some((key, Arc::new(figure))),
                Err(failure) => Problem::from(failure).log(),
            }
            if state.working.as_ref().is_some_and(|(of, _)| *of == key) {
                state.working = None;
            }
            drop(state);
            finished.send_replace(true);
        });
        done
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_figure_is_worked_out_once_a_change() {
        let slot: Arc<Slot<u32, u32>> = Arc::default();
        let worked = Arc::new(AtomicU32::new(0));
        let work = |figure: u32| {
            let worked = Arc::clone(&worked);
            async move {
                worked.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok::<_, Failure>(figure)
            }
        };
        let (a, b) = tokio::join!(slot.get(1, work(10)), slot.get(1, work(11)));
        assert_eq!((*a.unwrap().figure, *b.unwrap().figure), (10, 10));
        assert_eq!(*slot.get(1, work(12)).await.unwrap().figure, 10);
        assert_eq!(worked.load(Ordering::SeqCst), 1);
        let next = slot.get(2, work(20)).await.unwrap();
        assert_eq!((*next.figure, next.newest), (20, true));
    }

    #[tokio::test]
    async fn what_takes_long_is_shown_as_it_was() {
        let slot: Arc<Slot<u32, u32>> = Arc::default();
        slot.get(1, async { Ok(10) }).await.unwrap();
        let never = std::future::pending::<Result<u32, Failure>>();
        let shown = slot.get_within(Duration::ZERO, 2, never).await.unwrap();
        assert_eq!((*shown.figure, shown.newest), (10, false));
    }

    #[tokio::test]
    async fn what_fails_leaves_the_earlier_figure_or_says_so() {
        let slot: Arc<Slot<u32, u32>> = Arc::default();
        let failing = || async { Err(Problem::new("internal.unlisted", "x").into()) };
        let failure = slot.get(1, failing()).await.unwrap_err();
        assert_eq!(Problem::from(failure).code(), "outlook.not-made");
        slot.get(2, async { Ok(20) }).await.unwrap();
        let shown = slot.get(3, failing()).await.unwrap();
        assert_eq!((*shown.figure, shown.newest), (20, false));
    }
}
