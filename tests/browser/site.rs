//! The program that serves the pages.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::http::{Http, Reply};
use crate::process::Process;

/// A book that is served on a free port.
pub struct Site {
    /// Address without a slash at the end.
    pub address: String,
    http: Http,
    _server: Process,
    _folder: Option<TempDir>,
}

impl Site {
    /// The demo that `HERDBOOK_DEMO` names.
    pub fn demo() -> Self {
        Self::serve(&needed("HERDBOOK_DEMO"))
    }

    /// A book in which nothing is billed yet.
    pub fn unbilled() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let book =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/price_per_unit.toml");
        let imported = herdbook("import", folder.path())
            .arg(book)
            .stdout(Stdio::null())
            .status();
        assert!(imported.expect("import runs").success(), "import fails");
        let site = Self::serve(folder.path());
        Self {
            _folder: Some(folder),
            ..site
        }
    }

    fn serve(data: &Path) -> Self {
        let mut command = herdbook("serve", data);
        command.args(["--listen", "127.0.0.1:0"]);
        let (server, address) = Process::start(command, "Serving on ");
        Self {
            address: address.trim_end_matches('/').to_owned(),
            http: Http::new(),
            _server: server,
            _folder: None,
        }
    }

    pub fn get(&self, url: &str) -> Reply {
        self.http.get(url)
    }
}

fn herdbook(verb: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herdbook"));
    command.arg(verb).arg("--data-dir").arg(data);
    command
}

/// The path in a variable of the environment.
///
/// # Panics
/// When it is not set.
pub fn needed(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable);
    path.unwrap_or_else(|| panic!("{variable} is not set; see tests/browser/main.rs"))
        .into()
}
