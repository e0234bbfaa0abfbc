//! The program: one binary, one verb a task.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Before anything else: a render worker has no configuration, no log and no environment.
    let mut arguments = std::env::args_os().skip(1);
    if arguments
        .next()
        .is_some_and(|verb| verb == herdbook::documents::worker::VERB)
    {
        return herdbook::documents::worker::main(arguments);
    }
    // The archive's S3 client brings no TLS provider of its own. Only a second call could fail.
    let _ = rustls::crypto::ring::default_provider().install_default();
    herdbook::cli::main()
}
