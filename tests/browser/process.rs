//! Programs beside a test: started, waited for until they listen, and ended with the test.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take that a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until `look` finds something.
///
/// # Panics
/// With `what` was waited for, when patience ends.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "no {what} after {PATIENCE:?}");
        std::thread::sleep(PAUSE);
    }
}

/// A running program. It is killed by its own id when this is dropped, so also when a test fails.
pub struct Process {
    child: Child,
    /// Where its standard output goes: nobody reads along, and a full pipe would stop it.
    output: PathBuf,
    _folder: TempDir,
}

impl Process {
    /// Starts a program and gives back the word that follows `mark` in what it prints first.
    ///
    /// # Panics
    /// When it cannot be started, or ends or stays silent before it has said the word.
    pub fn start(mut command: Command, mark: &str) -> (Self, String) {
        Self::try_start(&mut command, mark).unwrap_or_else(|ended| panic!("{ended}"))
    }

    /// As [`Process::start`], and a program that ends before it has said the word is told of.
    ///
    /// # Panics
    /// When it cannot be started, or stays silent.
    pub fn try_start(command: &mut Command, mark: &str) -> Result<(Self, String), String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let output = folder.path().join("stdout");
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .stdout(File::create(&output).expect("a file for its output"))
            .spawn()
            .unwrap_or_else(|error| panic!("{name}: {error}; see tests/browser/main.rs"));
        let mut process = Self {
            child,
            output,
            _folder: folder,
        };
        let word = until(&format!("`{mark}` from {name}"), || {
            if let Some(ended) = process.child.try_wait().expect("a child") {
                return Some(Err(format!("{name} ends with {ended:?}")));
            }
            process.said(mark).map(Ok)
        });
        Ok((process, word?))
    }

    /// What was printed up to now.
    pub fn printed(&self) -> String {
        std::fs::read_to_string(&self.output).expect("its output")
    }

    /// The word that follows `mark` in what was printed up to now, as far as its lines are whole.
    pub fn said(&self, mark: &str) -> Option<String> {
        let printed = self.printed();
        let whole = &printed[..=printed.rfind('\n')?];
        let (_, after) = whole.split_once(mark)?;
        after.split_whitespace().next().map(str::to_owned)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; and a panic in here would hide the one of the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
