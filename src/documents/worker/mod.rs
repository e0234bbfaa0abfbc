//! Typesetting in processes of our own: one a core, each under a time limit.
//!
//! typst shares memoised results between threads behind locks and has no time limit; a process has
//! its own memory and can be killed. The worker is a hidden verb of this binary. It reads jobs from
//! its standard input, writes files to its standard output and ends with the end of its input.

mod child;
mod frame;
mod pool;

pub use child::main;
pub use pool::{PoolConfig, PoolError, RenderPool};

/// First argument that makes the binary a render worker.
pub const VERB: &str = "render-worker";
