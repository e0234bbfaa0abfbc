//! The parent's side: as many workers as cores, started on demand, killed when a document takes too
//! long, stopped when there is nothing to do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::io::{AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{VERB, frame};
use crate::documents::render::{Job, RenderError};
use crate::observe::metrics;

/// How documents are typeset.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// The program that answers to [`VERB`]: this binary.
    pub executable: PathBuf,
    /// Template folder; none for the templates in the binary.
    pub templates: Option<PathBuf>,
    /// The render id the workers must have.
    pub render_id: String,
    /// Most workers at a time.
    pub workers: usize,
    /// Longest time for one document, the start of a worker included.
    pub time_limit: Duration,
    /// A worker that had nothing to do for this long is stopped.
    pub idle: Duration,
    /// How often a document is tried when its worker dies.
    pub attempts: u32,
}

impl PoolConfig {
    /// One worker a core, 20 s a document, 60 s idle, three attempts.
    #[must_use]
    pub fn new(executable: PathBuf, render_id: String) -> Self {
        Self {
            executable,
            templates: None,
            render_id,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            time_limit: Duration::from_secs(20),
            idle: Duration::from_secs(60),
            attempts: 3,
        }
    }
}

/// Why a document did not come back.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// The worker answered that the document cannot be typeset.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The document took longer than allowed; its worker was killed.
    #[error("the document took longer than {limit:?}")]
    TimeLimit {
        /// What was allowed.
        limit: Duration,
    },
    /// Workers died under this document.
    #[error("{attempts} render workers died under the document: {cause}")]
    Crashed {
        /// How many.
        attempts: u32,
        /// What the last one left.
        cause: io::Error,
    },
    /// A worker could not be started.
    #[error("cannot start the render worker {}: {cause}", executable.display())]
    Start {
        /// The program.
        executable: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The worker is another version or has other templates than this process.
    #[error("the render worker is {got}, expected {expected}")]
    OtherRenderId {
        /// Ours.
        expected: String,
        /// The worker's.
        got: String,
    },
    /// The pool is shut down.
    #[error("the render pool is shut down")]
    Closed,
}

impl PoolError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Render(cause) => cause.code(),
            Self::TimeLimit { .. } => "document.render-time-limit",
            Self::Crashed { .. } => "document.render-crashed",
            Self::Start { .. } => "document.render-start",
            Self::OtherRenderId { .. } => "document.render-id",
            Self::Closed => "document.render-closed",
        }
    }
}

/// A pool of render workers; cheap to share.
#[derive(Debug, Clone)]
pub struct RenderPool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: PoolConfig,
    slots: Semaphore,
    /// Workers without a job, the one used last on top.
    resting: Mutex<Vec<Worker>>,
}

#[derive(Debug)]
struct Worker {
    // Killed when dropped, so an abandoned document never leaves a process behind.
    _process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Half idle times it has been resting through.
    rested: u8,
}

/// What ended an attempt.
enum Failure {
    /// The worker is gone; another may do it.
    Died(io::Error),
    /// No other worker would do better.
    Final(PoolError),
}

impl RenderPool {
    /// A pool without workers; the first document starts one.
    ///
    /// Must be called within a tokio runtime: a task stops workers that have nothing to do.
    #[must_use]
    pub fn new(config: PoolConfig) -> Self {
        let shared = Arc::new(Shared {
            slots: Semaphore::new(config.workers.max(1)),
            resting: Mutex::new(Vec::new()),
            config,
        });
        tokio::spawn(stop_idle_workers(Arc::downgrade(&shared)));
        Self { shared }
    }

    /// A pool of the same kind over another folder of templates.
    #[must_use]
    pub fn with_templates(&self, folder: &Path, render_id: String) -> Self {
        Self::new(PoolConfig {
            templates: Some(folder.to_owned()),
            render_id,
            ..self.shared.config.clone()
        })
    }

    /// The render id every document of this pool has.
    #[must_use]
    pub fn render_id(&self) -> &str {
        &self.shared.config.render_id
    }

    /// Workers that wait for a document.
    #[must_use]
    pub fn resting(&self) -> usize {
        self.shared.resting().len()
    }

    /// The most workers there may be, and how many of them typeset a document now.
    #[must_use]
    pub fn workers(&self) -> (usize, usize) {
        let most = self.shared.config.workers.max(1);
        let free = self.shared.slots.available_permits();
        (most, most.saturating_sub(free))
    }

    /// Typesets one document; waits while every worker is busy.
    ///
    /// # Errors
    /// [`PoolError`]. After a time limit or a death the next document gets a fresh worker.
    pub async fn render(&self, job: &Job) -> Result<Vec<u8>, PoolError> {
        let begun = Instant::now();
        let rendered = self.typeset(job).await;
        let code = rendered.as_ref().err().map(PoolError::code);
        metrics::rendered(begun.elapsed(), code);
        rendered
    }

    async fn typeset(&self, job: &Job) -> Result<Vec<u8>, PoolError> {
        let config = &self.shared.config;
        let _slot = self
            .shared
            .slots
            .acquire()
            .await
            .map_err(|_| PoolError::Closed)?;
        let mut attempt = 1;
        loop {
            let attempted = timeout(config.time_limit, self.attempt(job)).await;
            match attempted {
                Err(_) => {
                    return Err(PoolError::TimeLimit {
                        limit: config.time_limit,
                    });
                }
                Ok(Ok(pdf)) => return Ok(pdf),
                Ok(Err(Failure::Final(error))) => return Err(error),
                Ok(Err(Failure::Died(cause))) if attempt >= config.attempts => {
                    return Err(PoolError::Crashed {
                        attempts: attempt,
                        cause,
                    });
                }
                Ok(Err(Failure::Died(cause))) => {
                    tracing::warn!(%cause, attempt, "a render worker died, another one is started");
                    attempt += 1;
                }
            }
        }
    }

    async fn attempt(&self, job: &Job) -> Result<Vec<u8>, Failure> {
        let rested = self.shared.resting().pop();
        let mut worker = match rested {
            Some(worker) => worker,
            None => start(&self.shared.config).await?,
        };
        // Dropped here on any failure or time-out: its pipe may hold half an answer.
        let answer = worker.typeset(job).await;
        if matches!(answer, Ok(_) | Err(Failure::Final(PoolError::Render(_)))) {
            worker.rested = 0;
            self.shared.resting().push(worker);
        }
        answer
    }

    /// Stops every resting worker and refuses further documents.
    pub fn close(&self) {
        self.shared.slots.close();
        self.shared.resting().clear();
    }
}

impl Shared {
    fn resting(&self) -> MutexGuard<'_, Vec<Worker>> {
        // A panic while the list was held cannot leave it half changed.
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every half idle time each resting worker grows older by one; the second time it is stopped.
async fn stop_idle_workers(shared: Weak<Shared>) {
    loop {
        let Some(half) = shared.upgrade().map(|shared| shared.config.idle / 2) else {
            return;
        };
        tokio::time::sleep(half.max(Duration::from_millis(1))).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        shared.resting().retain_mut(|worker| {
            worker.rested += 1;
            worker.rested < 2
        });
    }
}

async fn start(config: &PoolConfig) -> Result<Worker, Failure> {
    let failed = |cause| {
        Failure::Final(PoolError::Start {
            executable: config.executable.clone(),
            cause,
        })
    };
    // Nothing of the parent's environment reaches a document; one thread, because a worker a core
    // is what runs in parallel.
    let mut process = Command::new(&config.executable)
        .arg(VERB)
        .args(config.templates.as_deref())
        .env_clear()
        .env("RAYON_NUM_THREADS", "1")
        // What one document frees the next one needs: giving it back costs 6 % of the time.
        .env("MIMALLOC_PURGE_DELAY", "-1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let pipe = || failed(io::ErrorKind::BrokenPipe.into());
    let input = process.stdin.take().ok_or_else(pipe)?;
    let output = process.stdout.take().ok_or_else(pipe)?;
    let mut output = BufReader::new(output);
    let id = frame::receive(&mut output).await.map_err(Failure::Died)?;
    let got = String::from_utf8_lossy(&id).into_owned();
    if got != config.render_id {
        let expected = config.render_id.clone();
        return Err(Failure::Final(PoolError::OtherRenderId { expected, got }));
    }
    Ok(Worker {
        _process: process,
        input,
        output,
        rested: 0,
    })
}

impl Worker {
    async fn typeset(&mut self, job: &Job) -> Result<Vec<u8>, Failure> {
        let (kind, body) = self.exchange(job).await.map_err(Failure::Died)?;
        if kind == frame::OK {
            return Ok(body);
        }
        let error = if kind == frame::NO {
            serde_json::from_slice(&body).map_err(io::Error::from)
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "an answer of unknown kind",
            ))
        };
        Err(match error {
            Ok(error) => Failure::Final(PoolError::Render(error)),
            Err(garbled) => Failure::Died(garbled),
        })
    }

    async fn exchange(&mut self, job: &Job) -> io::Result<(Vec<u8>, Vec<u8>)> {
        frame::send(&mut self.input, &serde_json::to_vec(&job.template)?).await?;
        frame::send(&mut self.input, &job.view).await?;
        frame::send(&mut self.input, job.factur_x.as_deref().unwrap_or_default()).await?;
        self.input.flush().await?;
        let kind = frame::receive(&mut self.output).await?;
        let body = frame::receive(&mut self.output).await?;
        Ok((kind, body))
    }
}
