//! A year's files in one ZIP, written while it is sent: at most two files are in memory.

use std::io::{self, Write};

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::answer::Failed;
use super::super::router::Shared;
use super::super::words::Words;
use crate::access::Principal;
use crate::app::App;
use crate::error::Problem;
use crate::usecases::portal::year::{Named, bytes, files};

/// Pieces that wait for a slow reader.
const WAITING: usize = 8;

/// The year of a name such as `2026.zip`.
pub(super) fn asked(name: &str) -> Option<u16> {
    let year = name.strip_suffix(".zip")?;
    let plain = year.len() == 4 && year.bytes().all(|sign| sign.is_ascii_digit());
    year.parse().ok().filter(|_| plain)
}

/// The ZIP of a year; a missing page when there is nothing to send.
pub(super) async fn send(
    shared: &Shared,
    words: Words,
    by: &Principal,
    year: u16,
) -> Result<Response, Failed> {
    let found = files(&shared.app, by, year).await;
    let found = found.map_err(|failure| Failed::of(words, failure))?;
    if found.is_empty() {
        return Err(Failed::missing(words));
    }
    let (pieces, to_send) = channel::<Result<Bytes, io::Error>>(WAITING);
    let (read, to_write) = channel::<(String, Vec<u8>)>(1);
    tokio::spawn(fetch(shared.app.clone(), found, read, pieces.clone()));
    tokio::task::spawn_blocking(move || {
        let broken = pieces.clone();
        if let Err(error) = write(to_write, pieces) {
            // The reader has gone, or is told by a connection that breaks off.
            drop(broken.blocking_send(Err(error)));
        }
    });
    let body = stream::unfold(to_send, |mut pieces| async move {
        pieces.recv().await.map(|piece| (piece, pieces))
    });
    let name = format!("attachment; filename=\"{year}.zip\"");
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// Reads one file after the other. A file that cannot be read breaks the ZIP off, so that nobody
/// takes a part for the whole.
async fn fetch(
    app: App,
    files: Vec<Named>,
    to: Sender<(String, Vec<u8>)>,
    pieces: Sender<Result<Bytes, io::Error>>,
) {
    for file in files {
        match bytes(&app, &file).await {
            Ok(bytes) => {
                if to.send((file.name, bytes)).await.is_err() {
                    return;
                }
            }
            Err(failure) => {
                let problem = Problem::from(failure);
                problem.log();
                let cut = io::Error::other(problem.code().to_owned());
                drop(pieces.send(Err(cut)).await);
                return;
            }
        }
    }
}

fn write(
    mut files: Receiver<(String, Vec<u8>)>,
    pieces: Sender<Result<Bytes, io::Error>>,
) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(io::BufWriter::with_capacity(64 * 1024, Pipe(pieces)));
    while let Some((name, bytes)) = files.blocking_recv() {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(&bytes)?;
    }
    zip.finish()?.into_inner().flush()
}

/// What is written into it is sent.
struct Pipe(Sender<Result<Bytes, io::Error>>);

impl Write for Pipe {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(piece)));
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        sent.map_err(gone).map(|()| piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_has_four_digits() {
        assert_eq!(asked("2026.zip"), Some(2026));
        for other in [
            "RE-2026-00001",
            "26.zip",
            "+026.zip",
            "2026.zip.zip",
            ".zip",
            "2026",
        ] {
            assert_eq!(asked(other), None, "{other}");
        }
    }
}
