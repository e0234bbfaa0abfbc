//! The mail server of the tests, and the settings that lead to it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{Process, until};

const USER: &str = "herdbook";
const PASSWORD: &str = "a password of the mail server";

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// What a program is told of a server without encryption.
pub fn settings(port: u16) -> Vec<(String, String)> {
    let pairs = [
        ("HERDBOOK_MAIL_HOST", "127.0.0.1".to_owned()),
        ("HERDBOOK_MAIL_PORT", port.to_string()),
        ("HERDBOOK_MAIL_TLS", "none".to_owned()),
        (
            "HERDBOOK_MAIL_SENDER",
            "Herdbook <billing@herdbook.example>".to_owned(),
        ),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// A certificate for this machine, signed by itself.
pub struct Certificate {
    folder: tempfile::TempDir,
}

impl Certificate {
    pub fn make() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
            ])
            .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(folder.path().join("key.pem"))
            .arg("-out")
            .arg(folder.path().join("certificate.pem"))
            .output()
            .expect("openssl runs");
        assert!(made.status.success(), "{made:?}");
        Self { folder }
    }

    pub fn file(&self) -> String {
        let path = self.folder.path().join("certificate.pem");
        path.display().to_string()
    }
}

/// A server that keeps its mail in files.
pub struct Server {
    port: u16,
    encrypted: bool,
    folder: tempfile::TempDir,
    _process: Process,
}

impl Server {
    pub fn start(port: u16, certificate: Option<&Certificate>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let python = std::env::var_os("HERDBOOK_SMTP_PYTHON");
        let python = python.expect("HERDBOOK_SMTP_PYTHON; see tests/mail/main.rs");
        let mut command = Command::new(PathBuf::from(python));
        command
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/server.py"))
            .arg(port.to_string())
            .arg(folder.path());
        if let Some(certificate) = certificate {
            command.arg(certificate.file());
            command.arg(certificate.folder.path().join("key.pem"));
            command.args([USER, PASSWORD]);
        }
        let (process, _) = Process::start(command, "Keeping mail on ");
        Self {
            port,
            encrypted: certificate.is_some(),
            folder,
            _process: process,
        }
    }

    /// What a program is told of it.
    pub fn settings(&self) -> Vec<(String, String)> {
        let mut settings = settings(self.port);
        if self.encrypted {
            settings
                .retain(|(name, _)| name != "HERDBOOK_MAIL_TLS" && name != "HERDBOOK_MAIL_HOST");
            let more = [
                ("HERDBOOK_MAIL_HOST", "localhost"),
                ("HERDBOOK_MAIL_TLS", "starttls"),
                ("HERDBOOK_MAIL_USER", USER),
                ("HERDBOOK_MAIL_PASSWORD", PASSWORD),
            ];
            settings.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        settings
    }

    /// The mail with a number, from 1, when it is there; long lines of it joined again.
    pub fn mail(&self, number: usize) -> String {
        let path = self.folder.path().join(format!("{number}.eml"));
        let text = until(&format!("mail {number}"), || {
            std::fs::read_to_string(&path).ok()
        });
        // Quoted-printable: a soft break ends with "=", and "=" itself is "=3D".
        text.replace("=\r\n", "").replace("=3D", "=")
    }

    /// How many mails there are.
    pub fn count(&self) -> usize {
        let entries = std::fs::read_dir(self.folder.path()).expect("a folder");
        entries.count()
    }
}
