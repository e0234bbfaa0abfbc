//! The file of the server's own keys, and fresh random bytes.
//!
//! The file lies outside of the database and outside of its backups, so that a stolen backup holds
//! no second factor. Several nodes share one file.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use ring::rand::{SecureRandom, SystemRandom};

use crate::access::Keyring;
use crate::access::keyring::KEY_BYTES;
use crate::error::Problem;

/// Fresh random bytes of the operating system.
///
/// # Errors
/// `keys.no-random` when it has none.
pub fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Problem::new("keys.no-random", "the system gave no random bytes"))?;
    Ok(bytes)
}

/// Reads the file of keys; the first time it is made, readable by its owner alone.
///
/// # Errors
/// `keys.file` when it cannot be read or written, or others may read it; `keyring.*` when it is
/// malformed.
pub fn read_or_make(path: &Path) -> Result<Keyring, Problem> {
    let failed =
        |why: std::io::Error| Problem::new("keys.file", format!("{}: {why}", path.display()));
    match fs::read_to_string(path) {
        Ok(text) => {
            let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                let text = format!(
                    "{}: others may read it (mode {:o})",
                    path.display(),
                    mode & 0o777
                );
                return Err(Problem::new("keys.file", text));
            }
            Keyring::parse(&text).map_err(|error| Problem::of(error.code(), &error))
        }
        Err(why) if why.kind() == ErrorKind::NotFound => {
            make(path).map_err(failed)??;
            read_or_make(path)
        }
        Err(why) => Err(failed(why)),
    }
}

/// Makes the file whole or not at all; when another process is first, its file stands.
fn make(path: &Path) -> std::io::Result<Result<(), Problem>> {
    let (key, mark) = match (random::<KEY_BYTES>(), random::<4>()) {
        (Ok(key), Ok(mark)) => (key, mark),
        (Err(problem), _) | (_, Err(problem)) => return Ok(Err(problem)),
    };
    let mark = u32::from_le_bytes(mark);
    let text = Keyring::of(format!("k{mark:08x}"), key).to_text();
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{mark:08x}"));
    let fresh = Path::new(&name);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(fresh)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(fresh, path));
    fs::remove_file(fresh)?;
    match written {
        Err(why) if why.kind() != ErrorKind::AlreadyExists => Err(why),
        _ => Ok(Ok(())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_made_once_and_read_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let first = read_or_make(&path).unwrap().to_text();
        assert_eq!(read_or_make(&path).unwrap().to_text(), first);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn several_processes_at_once_end_with_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let texts: Vec<String> = std::thread::scope(|scope| {
            let started: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| read_or_make(&path).unwrap().to_text()))
                .collect();
            started.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(texts.iter().all(|text| *text == texts[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        read_or_make(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = read_or_make(&path).unwrap_err();
        assert_eq!(refused.code(), "keys.file");
    }

    #[test]
    fn random_bytes_differ() {
        assert_ne!(random::<32>().unwrap(), random::<32>().unwrap());
    }
}
