//! Whether the worker is at it, and the word that it shall stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

use super::Lane;

/// Shared between the worker, the server and its health checks. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pulse {
    at_it: Arc<AtomicUsize>,
    stop: watch::Sender<bool>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            at_it: Arc::default(),
            stop: watch::Sender::new(false),
        }
    }
}

impl Pulse {
    /// True while every lane looks for work and none has been told to stop.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.at_it.load(Ordering::Acquire) >= Lane::ALL.len() && !self.is_stopping()
    }

    /// True once the process has been told to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Tells the worker to stop after the step that it is at.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Comes back once the process has been told to stop.
    pub async fn stopping(&self) {
        let mut told = self.stop.subscribe();
        // An error says that the sender is gone, and it is held here.
        let _ = told.wait_for(|stop| *stop).await;
    }

    /// A lane is at it until the mark is dropped, also by a panic.
    pub(super) fn begin(&self) -> Mark {
        self.at_it.fetch_add(1, Ordering::AcqRel);
        Mark(self.at_it.clone())
    }
}

/// Stands for a lane that is at it.
pub(super) struct Mark(Arc<AtomicUsize>);

impl Drop for Mark {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_runs_until_a_lane_is_gone_or_it_is_told_to_stop() {
        let pulse = Pulse::default();
        assert!(!pulse.is_running());
        let mark = pulse.begin();
        assert!(!pulse.is_running(), "one lane is not all");
        let _others: Vec<Mark> = Lane::ALL[1..].iter().map(|_| pulse.begin()).collect();
        assert!(pulse.is_running());
        drop(mark);
        assert!(!pulse.is_running());
        let _mark = pulse.begin();
        assert!(pulse.is_running());
        let told = pulse.clone();
        let waits = tokio::spawn(async move { told.stopping().await });
        pulse.stop();
        waits.await.unwrap();
        assert!(pulse.is_stopping() && !pulse.is_running());
    }
}
