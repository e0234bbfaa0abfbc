//! A year's files in one ZIP, written while it is sent: at most a handful of files are in memory.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::super::answer::Failed;
use super::super::router::Shared;
use super::super::words::Words;
use crate::access::{AccountId, Principal};
use crate::app::App;
use crate::error::Problem;
use crate::usecases::portal::year::{Named, bytes, files};

/// How long a reader may leave a piece waiting before the download breaks off.
const PATIENCE: Duration = Duration::from_secs(60);

type Piece = Result<Bytes, io::Error>;

/// Whose years are being sent: one at a time for each account.
#[derive(Debug, Default)]
pub(in super::super) struct Downloads(Mutex<BTreeSet<AccountId>>);

/// A year that is being sent. When it is dropped the account may ask for another.
struct UnderWay(Arc<Downloads>, AccountId);

impl Downloads {
    fn begin(self: &Arc<Self>, account: AccountId) -> Option<UnderWay> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(account)
            .then(|| UnderWay(Arc::clone(self), account))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut open = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&self.1);
    }
}

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
    let Some(under_way) = shared.downloads.begin(by.account()) else {
        let problem = Problem::new("portal.download-under-way", "");
        return Err(Failed::of(words, problem));
    };
    let (read, to_write) = channel::<Fetched>(1);
    tokio::spawn(fetch(shared.app.clone(), found, read));
    let (pieces, to_send) = channel::<Piece>(1);
    tokio::spawn(async move {
        write(to_write, &pieces, PATIENCE).await;
        drop(under_way);
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

/// A file with its name, or why the ZIP breaks off.
type Fetched = Result<(String, Vec<u8>), io::Error>;

/// Reads one file after the other. A file that cannot be read breaks the ZIP off, so that nobody
/// takes a part for the whole.
async fn fetch(app: App, files: Vec<Named>, to: Sender<Fetched>) {
    for file in files {
        let read = bytes(&app, &file).await;
        let read = read.map(|bytes| (file.name, bytes)).map_err(|failure| {
            let problem = Problem::from(failure);
            problem.log();
            io::Error::other(problem.code().to_owned())
        });
        let ends = read.is_err();
        if to.send(read).await.is_err() || ends {
            return;
        }
    }
}

/// Packs the files and sends what is packed. A thread is taken for as long as a file is packed, and
/// never while a reader is waited for: every write to the database needs one.
async fn write(mut files: Receiver<Fetched>, pieces: &Sender<Piece>, patience: Duration) {
    let packed = Packed::default();
    let mut zip = ZipWriter::new_stream(packed.clone());
    while let Some(file) = files.recv().await {
        let added = match file {
            Ok(file) => add(zip, file).await,
            Err(cut) => Err(cut),
        };
        match added {
            Ok(next) => zip = next,
            Err(cut) => {
                // The reader is told by a connection that breaks off.
                pass_on(pieces, Err(cut), patience).await;
                return;
            }
        }
        if !pass_on(pieces, Ok(packed.take()), patience).await {
            return;
        }
    }
    let last = zip.finish().map(|_| packed.take());
    pass_on(pieces, last.map_err(io::Error::from), patience).await;
}

type Zip = ZipWriter<StreamWriter<Packed>>;

async fn add(mut zip: Zip, (name, bytes): (String, Vec<u8>)) -> io::Result<Zip> {
    let packing = tokio::task::spawn_blocking(move || {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(&bytes)?;
        Ok(zip)
    });
    packing.await.map_err(io::Error::other)?
}

/// Sends a piece; false when the reader has gone, or lets it wait for too long.
async fn pass_on(pieces: &Sender<Piece>, piece: Piece, patience: Duration) -> bool {
    matches!(timeout(patience, pieces.send(piece)).await, Ok(Ok(())))
}

/// What is packed and not sent yet.
#[derive(Clone, Default)]
struct Packed(Arc<Mutex<Vec<u8>>>);

impl Packed {
    fn take(&self) -> Bytes {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waits).into()
    }
}

impl Write for Packed {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waits.write(piece)
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
    /// Files that do not get smaller.
    fn some(count: u8) -> Receiver<Fetched> {
        let (read, files) = channel::<Fetched>(usize::from(count));
        for one in 0..count {
            let bytes = crate::keys::random::<{ 64 * 1024 }>().unwrap().to_vec();
            let sent = read.try_send(Ok((format!("{one}.pdf"), bytes)));
            sent.expect("there is room");
        }
        files
    }

    #[test]
    fn downloads_that_nobody_reads_hold_no_thread() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut unread = Vec::new();
            for _ in 0..4 {
                let (pieces, mut to_send) = channel::<Piece>(1);
                let files = some(30);
                tokio::spawn(async move { write(files, &pieces, PATIENCE).await });
                // It has begun, and goes on until its reader stops.
                to_send.recv().await.unwrap().unwrap();
                unread.push(to_send);
            }
            let other = tokio::task::spawn_blocking(|| "written");
            let other = timeout(Duration::from_secs(20), other).await;
            assert_eq!(other.expect("a thread is free").unwrap(), "written");
        });
    }

    #[tokio::test]
    async fn what_is_sent_is_the_zip_of_all_files() {
        let (pieces, mut to_send) = channel::<Piece>(1);
        let writing = tokio::spawn(async move { write(some(3), &pieces, PATIENCE).await });
        let mut all = Vec::new();
        while let Some(piece) = to_send.recv().await {
            all.extend(piece.unwrap());
        }
        writing.await.unwrap();
        let mut zip = zip::ZipArchive::new(io::Cursor::new(all)).unwrap();
        assert_eq!(zip.len(), 3);
        let mut read = Vec::new();
        io::copy(&mut zip.by_index(2).unwrap(), &mut read).unwrap();
        assert_eq!(read.len(), 64 * 1024);
    }

    #[tokio::test]
    async fn a_reader_who_stops_is_left() {
        let (pieces, mut to_send) = channel::<Piece>(1);
        let moment = Duration::from_millis(1);
        let writing = tokio::spawn(async move { write(some(9), &pieces, moment).await });
        timeout(Duration::from_secs(20), writing)
            .await
            .expect("it breaks off")
            .unwrap();
        let mut sent = 0;
        while to_send.recv().await.is_some() {
            sent += 1;
        }
        assert!(sent < 9, "{sent}");
    }

    #[test]
    fn an_account_has_one_download_at_a_time() {
        let downloads = Arc::<Downloads>::default();
        let [one, other] = [1, 2].map(|id| AccountId(uuid::Uuid::from_u128(id)));
        let first = downloads.begin(one).expect("the first");
        assert!(downloads.begin(one).is_none());
        assert!(downloads.begin(other).is_some());
        drop(first);
        assert!(downloads.begin(one).is_some(), "the first has ended");
    }
}
