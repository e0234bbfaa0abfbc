//! The archive of documents: bytes under their own hash, in a folder or a bucket.
//!
//! Putting is safe to repeat: the same bytes have the same key. A folder is written by temporary
//! file, fsync of file and directories, and rename, so that a document the database knows
//! survives the plug being pulled. Whoever reads gets bytes that match the hash, or an error.

use std::sync::Arc;

use futures::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use ring::digest::{SHA256, digest};

/// What the archive can answer with.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The folder cannot be made or the bucket does not answer.
    #[error("the archive cannot be reached: {0}")]
    Unreachable(String),
    /// The address is no folder and no `s3://` URL, or a setting has no meaning.
    #[error("not an archive address: {0}")]
    Address(String),
    /// Nothing lies under the key.
    #[error("document {key} is missing from the archive")]
    Missing { key: String },
    /// What lies under the key is not what was put there.
    #[error("document {key} was changed: its hash is {found}")]
    Changed { key: String, found: String },
}

impl ArchiveError {
    /// The stable code, as docs/ERRORS.md lists it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "archive.unreachable",
            Self::Address(_) => "archive.address",
            Self::Missing { .. } => "archive.missing",
            Self::Changed { .. } => "archive.changed",
        }
    }
}

/// Where a document lies and what it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// Its key in the archive.
    pub key: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// A place for documents. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Archive {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Archive {
    /// An archive in a folder, which is made when it is not there.
    ///
    /// # Errors
    /// `archive.unreachable` when it cannot be made.
    pub fn folder(folder: &std::path::Path) -> Result<Self, ArchiveError> {
        let unreachable =
            |why: String| ArchiveError::Unreachable(format!("{}: {why}", folder.display()));
        std::fs::create_dir_all(folder).map_err(|why| unreachable(why.to_string()))?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(|why| unreachable(why.to_string()))?
            .with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            prefix: Path::default(),
        })
    }

    /// An archive in a bucket, `s3://bucket/prefix`. Settings are named as the AWS tools name them
    /// (`aws_access_key_id`, `aws_region`, `aws_endpoint`, …); other settings are passed over.
    ///
    /// # Errors
    /// `archive.address` when the URL is not understood or a setting has no meaning.
    pub fn bucket(
        url: &str,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ArchiveError> {
        let address = |why: String| ArchiveError::Address(format!("{url}: {why}"));
        let rest = url
            .strip_prefix("s3://")
            .ok_or_else(|| address("no s3:// URL".into()))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        // The client is built without a TLS provider of its own; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::new().with_bucket_name(bucket);
        for (name, value) in settings {
            if let Ok(key) = name.to_lowercase().parse() {
                builder = builder.with_config(key, value);
            }
        }
        let store = builder.build().map_err(|why| address(why.to_string()))?;
        let prefix = Path::parse(prefix).map_err(|why| address(why.to_string()))?;
        Ok(Self {
            store: Arc::new(store),
            prefix,
        })
    }

    /// Puts bytes away; they are on the disk, or in the bucket, when this returns.
    ///
    /// # Errors
    /// `archive.unreachable`.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Archived, ArchiveError> {
        let sha256 = sha256_hex(&bytes);
        let archived = Archived {
            key: format!("{}/{}", &sha256[..2], sha256),
            bytes: bytes.len() as u64,
            sha256,
        };
        let put = self
            .store
            .put(&self.path(&archived.key)?, bytes.into())
            .await;
        put.map_err(|why| ArchiveError::Unreachable(why.to_string()))?;
        Ok(archived)
    }

    /// Gets the bytes with a hash.
    ///
    /// # Errors
    /// `archive.missing`, `archive.changed` when they no longer match, `archive.unreachable`.
    pub async fn get(&self, key: &str, sha256: &str) -> Result<Vec<u8>, ArchiveError> {
        let failed = |why| match why {
            object_store::Error::NotFound { .. } => ArchiveError::Missing { key: key.into() },
            other => ArchiveError::Unreachable(other.to_string()),
        };
        let found = self.store.get(&self.path(key)?).await.map_err(failed)?;
        let bytes = found.bytes().await.map_err(failed)?.to_vec();
        match sha256_hex(&bytes) {
            found if found == sha256 => Ok(bytes),
            found => Err(ArchiveError::Changed {
                key: key.to_owned(),
                found,
            }),
        }
    }

    /// The keys of everything in the archive, sorted.
    ///
    /// # Errors
    /// `archive.unreachable`.
    pub async fn keys(&self) -> Result<Vec<String>, ArchiveError> {
        let listed = self
            .store
            .list(Some(&self.prefix))
            .try_collect::<Vec<_>>()
            .await;
        let listed = listed.map_err(|why| ArchiveError::Unreachable(why.to_string()))?;
        let key = |path: &Path| {
            let parts = path.prefix_match(&self.prefix)?;
            Some(
                parts
                    .map(|part| part.as_ref().to_owned())
                    .collect::<Vec<_>>()
                    .join("/"),
            )
        };
        let mut keys: Vec<_> = listed
            .iter()
            .filter_map(|object| key(&object.location))
            .collect();
        keys.sort();
        Ok(keys)
    }

    fn path(&self, key: &str) -> Result<Path, ArchiveError> {
        let key = Path::parse(key).map_err(|why| ArchiveError::Address(why.to_string()))?;
        Ok(self.prefix.parts().chain(key.parts()).collect())
    }
}

fn sha256_hex(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_put_away_comes_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::folder(folder.path()).expect("an archive");
        let put = archive.put(b"an invoice".to_vec()).await.expect("put");
        assert_eq!(
            archive.put(b"an invoice".to_vec()).await.expect("again"),
            put
        );
        let got = archive.get(&put.key, &put.sha256).await.expect("got");
        assert_eq!(got, b"an invoice");
        assert_eq!(archive.keys().await.expect("keys"), [put.key]);
    }

    #[tokio::test]
    async fn a_changed_byte_and_a_missing_file_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::folder(folder.path()).expect("an archive");
        let put = archive.put(b"an invoice".to_vec()).await.expect("put");
        let file = folder.path().join(&put.key);
        std::fs::write(&file, b"an invoicf").expect("changed");
        let error = archive
            .get(&put.key, &put.sha256)
            .await
            .expect_err("changed");
        assert_eq!(error.code(), "archive.changed");
        std::fs::remove_file(file).expect("removed");
        let error = archive
            .get(&put.key, &put.sha256)
            .await
            .expect_err("missing");
        assert_eq!(error.code(), "archive.missing");
    }

    #[test]
    fn a_bucket_is_named_by_its_url_and_known_settings() {
        let settings = [("AWS_REGION", "eu-central-1"), ("AWS_CA_BUNDLE", "ca.pem")];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let bucket = Archive::bucket("s3://invoices/herd/2026", settings).expect("a bucket");
        assert_eq!(bucket.prefix.as_ref(), "herd/2026");
        let path = bucket.path("ab/abcd").expect("a path");
        assert_eq!(path.as_ref(), "herd/2026/ab/abcd");
        let wrong = Archive::bucket("gs://invoices", []).expect_err("not S3");
        assert_eq!(wrong.code(), "archive.address");
    }
}
