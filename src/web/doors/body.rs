//! Bodies of requests: bounded, in time, and out of their compression.

use std::io::Read;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use flate2::read::MultiGzDecoder;
use futures::StreamExt;

use super::Refused;
use crate::telemetry::{DecodeError, Limits};

/// How long a sender may take for a body. It holds room of others meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);

/// The length that a request states.
pub(super) fn stated(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn too_large(limit: usize) -> Refused {
    let text = format!("a body has {limit} bytes at most");
    Refused::new("telemetry.too-large", text)
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(
    body: Body,
    stated: Option<usize>,
    limit: usize,
) -> Result<Vec<u8>, Refused> {
    if stated.is_some_and(|stated| stated > limit) {
        return Err(too_large(limit));
    }
    let whole = async {
        let mut bytes = Vec::with_capacity(stated.unwrap_or_default());
        let mut parts = body.into_data_stream();
        while let Some(part) = parts.next().await {
            let part = part
                .map_err(|_| Refused::new("ingest.cut-off", "the body ended before its length"))?;
            if bytes.len().saturating_add(part.len()) > limit {
                return Err(too_large(limit));
            }
            bytes.extend_from_slice(&part);
        }
        Ok(bytes)
    };
    let late = |_| Refused::new("ingest.slow", "the body did not come within 30 s");
    tokio::time::timeout(PATIENCE, whole).await.map_err(late)?
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Gzip,
}

impl Coding {
    /// What `Content-Encoding` says: nothing, `identity` or `gzip`.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Refused> {
        let value = headers.get(header::CONTENT_ENCODING);
        let value = value.map(|value| value.to_str().unwrap_or("?").trim());
        match value {
            None | Some("" | "identity") => Ok(Self::Plain),
            Some(name) if name.eq_ignore_ascii_case("gzip") => Ok(Self::Gzip),
            Some(_) => {
                let text = "the body is taken as it is, or compressed by gzip";
                Err(Refused::new("ingest.encoding", text))
            }
        }
    }

    /// The bytes without the compression, bounded. What is hashed and kept are these: the same
    /// content compressed anew is the same request.
    pub(super) fn unpack(self, bytes: Vec<u8>) -> Result<Vec<u8>, DecodeError> {
        if self == Self::Plain {
            return Ok(bytes);
        }
        let limit = Limits::DEFAULT.decoded_bytes;
        let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        let mut unpacked = Vec::new();
        let mut decoder = MultiGzDecoder::new(bytes.as_slice()).take(bound);
        let read = decoder.read_to_end(&mut unpacked);
        read.map_err(|error| DecodeError::Gzip {
            reason: error.to_string(),
        })?;
        if unpacked.len() > limit {
            let bytes = unpacked.len();
            return Err(DecodeError::TooLarge { bytes, limit });
        }
        Ok(unpacked)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_small_file_does_not_become_a_large_one() {
        let bomb = packed(&vec![0; Limits::DEFAULT.decoded_bytes + 1]);
        assert!(bomb.len() < Limits::DEFAULT.body_bytes);
        let refused = Coding::Gzip.unpack(bomb).unwrap_err();
        assert_eq!(refused.code(), "telemetry.too-large");
        let mut cut = packed(b"usage");
        assert_eq!(
            Coding::Gzip.unpack(cut.clone()).as_deref(),
            Ok(&b"usage"[..])
        );
        cut.truncate(cut.len() - 3);
        assert_eq!(
            Coding::Gzip.unpack(cut).unwrap_err().code(),
            "telemetry.gzip"
        );
    }

    #[tokio::test]
    async fn a_body_above_the_limit_is_not_read() {
        let code = |answer: Result<Vec<u8>, Refused>| answer.unwrap_err().problem.code();
        let long = || Body::from(vec![0_u8; 11]);
        assert_eq!(
            code(read(long(), Some(11), 10).await),
            "telemetry.too-large"
        );
        assert_eq!(code(read(long(), None, 10).await), "telemetry.too-large");
        assert_eq!(read(long(), None, 11).await.unwrap().len(), 11);
        let parts: [Result<&str, std::io::Error>; 2] = [Ok("a"), Err(std::io::Error::other("cut"))];
        let cut = Body::from_stream(futures::stream::iter(parts));
        assert_eq!(code(read(cut, None, 10).await), "ingest.cut-off");
    }
}
