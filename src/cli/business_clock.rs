//! How far the business clock of a data folder is ahead of the machine's: a demonstration is.

use std::io::ErrorKind;
use std::path::Path;

use chrono::TimeDelta;

use crate::error::Problem;

const FILE: &str = "business-clock";

/// Keeps it, in microseconds.
///
/// # Errors
/// `internal.unlisted`: the file cannot be written.
pub(super) fn keep(folder: &Path, ahead: TimeDelta) -> Result<(), Problem> {
    let micros = ahead.num_microseconds().unwrap_or_default();
    std::fs::write(folder.join(FILE), format!("{micros}\n"))
        .map_err(|error| Problem::of("internal.unlisted", &error))
}

/// What a folder keeps; none where business time is the machine's.
///
/// # Errors
/// `internal.unlisted`: the file cannot be read, or holds no whole number.
pub(super) fn kept(folder: &Path) -> Result<Option<TimeDelta>, Problem> {
    let file = folder.join(FILE);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Problem::of("internal.unlisted", &error)),
    };
    let micros = text.trim().parse::<i64>().map_err(|error| {
        Problem::new("internal.unlisted", format!("{}: {error}", file.display()))
    })?;
    Ok(Some(TimeDelta::microseconds(micros)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_what_is_none_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(kept(folder.path()).expect("read"), None);
        for ahead in [
            TimeDelta::microseconds(3_168_916_612_465),
            TimeDelta::seconds(-7),
        ] {
            keep(folder.path(), ahead).expect("kept");
            assert_eq!(kept(folder.path()).expect("read"), Some(ahead));
        }
        std::fs::write(folder.path().join(FILE), "soon").expect("written");
        assert_eq!(
            kept(folder.path()).expect_err("no number").code(),
            "internal.unlisted"
        );
    }
}
