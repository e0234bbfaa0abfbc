//! Frames on the pipe between parent and worker: a length of four bytes, big-endian, then bytes.
//!
//! A job is three frames (template, view, XML or nothing); an answer is two (`ok` and the file, or
//! `no` and the error as JSON). The worker's first frame is its render id.

use std::io::{self, Read, Write};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Largest frame either side accepts: far above any document, far below the memory of a machine.
pub(super) const LARGEST: usize = 64 << 20;
/// The answer carries a file.
pub(super) const OK: &[u8] = b"ok";
/// The answer carries an error.
pub(super) const NO: &[u8] = b"no";

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a frame is longer than 64 MiB")
}

fn header(length: usize) -> io::Result<[u8; 4]> {
    if length > LARGEST {
        return Err(too_long());
    }
    u32::try_from(length)
        .map(u32::to_be_bytes)
        .map_err(|_| too_long())
}

fn length(header: [u8; 4]) -> io::Result<usize> {
    let length = usize::try_from(u32::from_be_bytes(header)).map_err(|_| too_long())?;
    if length > LARGEST {
        Err(too_long())
    } else {
        Ok(length)
    }
}

/// Writes one frame.
pub(super) fn write(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&header(bytes.len())?)?;
    to.write_all(bytes)
}

/// Reads one frame; none at the end of the input, an error in the middle of a frame.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; 4];
    let mut filled = 0;
    while filled < head.len() {
        match from.read(&mut head[filled..])? {
            0 if filled == 0 => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
    }
    let mut bytes = vec![0; length(head)?];
    from.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// Writes one frame from the parent's side.
pub(super) async fn send(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    to.write_all(&header(bytes.len())?).await?;
    to.write_all(bytes).await
}

/// Reads one frame on the parent's side.
pub(super) async fn receive(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut head = [0; 4];
    from.read_exact(&mut head).await?;
    let mut bytes = vec![0; length(head)?];
    from.read_exact(&mut bytes).await?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_as_they_were_written() {
        let mut pipe = Vec::new();
        for frame in [b"".as_slice(), b"view", &[0; 70_000]] {
            write(&mut pipe, frame).unwrap();
        }
        let mut from = pipe.as_slice();
        assert_eq!(read(&mut from).unwrap().unwrap(), b"");
        assert_eq!(read(&mut from).unwrap().unwrap(), b"view");
        assert_eq!(read(&mut from).unwrap().unwrap(), [0; 70_000]);
        assert!(read(&mut from).unwrap().is_none());
    }

    #[test]
    fn half_a_frame_and_an_absurd_length_are_errors() {
        assert!(read(&mut [0, 0, 0, 9, 1].as_slice()).is_err());
        assert!(read(&mut [0, 0].as_slice()).is_err());
        assert!(read(&mut [255, 255, 255, 255].as_slice()).is_err());
    }
}
