//! The program that drives Chromium.

use std::path::Path;
use std::process::Command;

use crate::process::Process;

/// How often it is started before a test gives up.
const TRIES: usize = 5;

/// Starts a chromedriver; also gives its port. It takes a free port of IPv4 and wants the same one
/// of IPv6, which another program may hold: then it ends, and is started again.
///
/// # Panics
/// When it ends each time.
pub fn start(scratch: &Path) -> (Process, String) {
    let mut ends = Vec::new();
    while ends.len() < TRIES {
        let mut command = Command::new("chromedriver");
        // Chromium leaves files behind where it finds room for temporary ones.
        command.arg("--port=0").env("TMPDIR", scratch);
        match Process::try_start(&mut command, "started successfully on port ") {
            Ok((driver, port)) => return (driver, port.trim_end_matches('.').to_owned()),
            Err(ended) => ends.push(ended),
        }
    }
    panic!("no chromedriver: {ends:?}");
}
