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
use tokio::time::Instant;

use super::{Agreed, Booked, Known, Pending, load, not_made};
use crate::billing::contract::Contract;
use crate::db::{AsOf, Source};
use crate::error::Problem;
use crate::usecases::Failure;

/// How long a page waits for the newest figure when it could show an earlier one.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a figure is taken for the newest while its marks stand still, where rows may be
/// committed late. Then it is worked out again, for as long again without anybody waiting for it.
/// Marks that have stood still for longer are trusted for as long as they have: whatever is late is
/// known of when twice its delay is over, and a quiet book is not worked out each minute.
const LATE: Duration = Duration::from_secs(60);

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

type Parsed = ((i64, NaiveDate), Arc<Vec<Contract>>, Instant);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is kept is replaced as a whole, so a panic leaves no half of it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Contracts {
    /// The contracts as they are on a day; read anew when there is a newer version, and when one
    /// may have been committed late.
    pub(super) async fn get(
        &self,
        on: &impl Source,
        at: AsOf,
        (newest, late): (Option<i64>, bool),
    ) -> Result<Arc<Vec<Contract>>, Failure> {
        let key = (newest.unwrap_or_default(), at.day);
        let read = Instant::now();
        if let Some((known, contracts, made)) = locked(&self.0).as_ref()
            && *known == key
            && !(late && made.elapsed() >= LATE)
        {
            return Ok(Arc::clone(contracts));
        }
        let contracts = Arc::new(load(on, at).await?);
        let kept = (contracts.len() <= KEPT).then(|| (key, Arc::clone(&contracts), read));
        *locked(&self.0) = kept;
        Ok(contracts)
    }
}

/// One figure.
#[derive(Debug)]
pub(super) struct Slot<K, T>(Mutex<State<K, T>>);

#[derive(Debug)]
struct State<K, T> {
    newest: Option<Newest<K, T>>,
    working: Option<(K, watch::Receiver<bool>)>,
}

#[derive(Debug)]
struct Newest<K, T> {
    marks: K,
    figure: Arc<T>,
    /// When it was begun.
    made: Instant,
    /// When the first figure of these marks was begun.
    since: Instant,
}

impl<K, T> Newest<K, T> {
    /// How long it is good for, at least so long.
    fn good(&self, least: Duration) -> Duration {
        least.max(self.made.duration_since(self.since))
    }
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
    /// The figure for these marks, worked out by `work` unless it is there or under way. `late`
    /// where rows may be committed after the marks have passed them.
    pub(super) async fn get(
        self: &Arc<Self>,
        (key, late): (K, bool),
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Result<Known<T>, Failure> {
        let good = if late { LATE } else { Duration::MAX };
        self.get_within((PATIENCE, good), key, work).await
    }

    async fn get_within(
        self: &Arc<Self>,
        (patience, good): (Duration, Duration),
        key: K,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Result<Known<T>, Failure> {
        let (mut done, earlier) = {
            let mut state = locked(&self.0);
            let same = state.newest.as_ref().filter(|known| known.marks == key);
            let same = same.map(|known| {
                let figure = Arc::clone(&known.figure);
                (figure, known.made.elapsed(), known.good(good))
            });
            if let Some((figure, age, good)) = &same
                && age < good
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
            if let Some((figure, age, good)) = same
                && age < good.saturating_mul(2)
            {
                return Ok(Known {
                    figure,
                    newest: true,
                });
            }
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
        let known = state.newest.as_ref().ok_or_else(not_made)?;
        let good = known.good(good).saturating_mul(2);
        Ok(Known {
            figure: Arc::clone(&known.figure),
            newest: known.marks == key && known.made.elapsed() < good,
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
        let begun = Instant::now();
        tokio::spawn(async move {
            let made = work.await;
            let mut state = locked(&slot.0);
            match made {
                Ok(figure) => {
                    let same = state.newest.as_ref().filter(|known| known.marks == key);
                    state.newest = Some(Newest {
                        marks: key,
                        since: same.map_or(begun, |known| known.since),
                        figure: Arc::new(figure),
                        made: begun,
                    });
                }
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
        let (a, b) = tokio::join!(
            slot.get((1, false), work(10)),
            slot.get((1, false), work(11))
        );
        assert_eq!((*a.unwrap().figure, *b.unwrap().figure), (10, 10));
        assert_eq!(*slot.get((1, false), work(12)).await.unwrap().figure, 10);
        assert_eq!(worked.load(Ordering::SeqCst), 1);
        let next = slot.get((2, false), work(20)).await.unwrap();
        assert_eq!((*next.figure, next.newest), (20, true));
    }

    #[tokio::test]
    async fn what_takes_long_is_shown_as_it_was() {
        let slot: Arc<Slot<u32, u32>> = Arc::default();
        slot.get((1, false), async { Ok(10) }).await.unwrap();
        let never = std::future::pending::<Result<u32, Failure>>();
        let shown = slot
            .get_within((Duration::ZERO, Duration::MAX), 2, never)
            .await
            .unwrap();
        assert_eq!((*shown.figure, shown.newest), (10, false));
    }

    #[tokio::test]
    async fn what_may_have_changed_behind_its_marks_is_worked_out_again() {
        let slot: Arc<Slot<u32, u32>> = Arc::default();
        let (soon, long) = (Duration::from_micros(1), Duration::from_secs(3_600));
        let of = |good: Duration, figure: u32| {
            let slot = Arc::clone(&slot);
            async move {
                let work = async move { Ok(figure) };
                *slot.get_within((long, good), 1, work).await.unwrap().figure
            }
        };
        assert_eq!(of(long, 10).await, 10);
        assert_eq!(of(long, 11).await, 10, "it is good for an hour");
        tokio::task::yield_now().await;
        while slot
            .0
            .lock()
            .unwrap()
            .newest
            .as_ref()
            .unwrap()
            .made
            .elapsed()
            < soon * 2
        {
            tokio::task::yield_now().await;
        }
        assert_eq!(of(soon, 12).await, 12, "it was good for a microsecond");
        let stood = |for_long: Duration| {
            let mut state = slot.0.lock().unwrap();
            let known = state.newest.as_mut().unwrap();
            known.since = known.made.checked_sub(for_long).unwrap();
        };
        stood(Duration::from_secs(100));
        assert_eq!(of(soon, 13).await, 12, "its marks stood still for longer");
        stood(Duration::ZERO);
        assert_eq!(of(soon, 13).await, 13);
    }

    #[tokio::test]
    async fn what_fails_leaves_the_earlier_figure_or_says_so() {
        let slot: Arc<Slot<u32, u32>> = Arc::default();
        let failing = || async { Err(Problem::new("internal.unlisted", "x").into()) };
        let failure = slot.get((1, false), failing()).await.unwrap_err();
        assert_eq!(Problem::from(failure).code(), "outlook.not-made");
        slot.get((2, false), async { Ok(20) }).await.unwrap();
        let shown = slot.get((3, false), failing()).await.unwrap();
        assert_eq!((*shown.figure, shown.newest), (20, false));
    }
}
