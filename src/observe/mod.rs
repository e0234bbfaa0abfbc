//! What the program tells about itself while it runs: figures, log and traces.
//!
//! None of the three holds a secret, a name, an address or an amount: figures have labels from
//! short lists, spans and log lines name routes by their template and problems by their code.

pub mod log;
pub mod metrics;
mod traces;
