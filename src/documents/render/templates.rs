//! The folder finance may edit: templates, wording, logo and fonts, with the hash of all of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::hex;

/// Why a folder of templates cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Reading failed.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        /// File or folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A name that is no UTF-8.
    #[error("{} has a name that is not UTF-8", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// More than a folder of templates can reasonably hold.
    #[error("{} holds more than {LARGEST} bytes", path.display())]
    TooLarge {
        /// The folder.
        path: PathBuf,
    },
    /// A font that cannot be used.
    #[error("{file} is not a font that can be embedded")]
    Font {
        /// Its name.
        file: String,
    },
}

impl TemplateError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "document.template-folder"
    }
}

/// Bytes a folder of templates may hold: fonts of a few scripts and some pictures.
const LARGEST: usize = 64 << 20;

/// Every file of a template folder, by its path inside it.
#[derive(Debug, Clone)]
pub struct TemplateSet {
    files: BTreeMap<String, Cow<'static, [u8]>>,
}

macro_rules! embedded {
    ($($path:literal),+ $(,)?) => {
        [$((
            $path,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/invoice-templates/", $path))
                .as_slice(),
        )),+]
    };
}

/// What the binary carries.
const EMBEDDED: [(&str, &[u8]); 11] = embedded![
    "brand.toml",
    "common.typ",
    "credit-note.typ",
    "fonts/Inter-Medium.otf",
    "fonts/Inter-Regular.otf",
    "fonts/Inter-SemiBold.otf",
    "fonts/LICENSE.txt",
    "fonts/NotoSans-Regular.ttf",
    "fonts/NotoSansSymbols2-Regular.ttf",
    "invoice.typ",
    "logo.svg",
];

impl TemplateSet {
    /// The templates compiled into the binary.
    #[must_use]
    pub fn embedded() -> Self {
        let files = EMBEDDED
            .iter()
            .map(|(path, bytes)| ((*path).to_owned(), Cow::Borrowed(*bytes)))
            .collect();
        Self { files }
    }

    /// The templates of a folder; hidden files are left out.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn from_folder(folder: &Path) -> Result<Self, TemplateError> {
        let mut files = BTreeMap::new();
        let mut size = 0;
        let mut open = vec![folder.to_owned()];
        while let Some(current) = open.pop() {
            let read = |cause| TemplateError::Read {
                path: current.clone(),
                cause,
            };
            for entry in std::fs::read_dir(&current).map_err(read)? {
                let path = entry.map_err(read)?.path();
                let name = path
                    .strip_prefix(folder)
                    .ok()
                    .and_then(Path::to_str)
                    .ok_or_else(|| TemplateError::Name { path: path.clone() })?
                    .replace(std::path::MAIN_SEPARATOR, "/");
                if name
                    .rsplit('/')
                    .next()
                    .is_some_and(|last| last.starts_with('.'))
                {
                    continue;
                }
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).map_err(|cause| TemplateError::Read {
                    path: path.clone(),
                    cause,
                })?;
                size += bytes.len();
                if size > LARGEST {
                    return Err(TemplateError::TooLarge {
                        path: folder.to_owned(),
                    });
                }
                files.insert(name, Cow::Owned(bytes));
            }
        }
        Ok(Self { files })
    }

    /// Path and bytes of every file, ordered by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Cow<'static, [u8]>)> {
        self.files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes))
    }

    /// SHA-256 over names, lengths and bytes of all files, hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
        for (path, bytes) in &self.files {
            digest.update(&(path.len() as u64).to_be_bytes());
            digest.update(path.as_bytes());
            digest.update(&(bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        }
        hex(digest.finish().as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_carries_every_file_of_the_template_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("invoice-templates");
        let read = TemplateSet::from_folder(&folder).unwrap();
        let carried = TemplateSet::embedded();
        assert_eq!(
            read.files().map(|(path, _)| path).collect::<Vec<_>>(),
            carried.files().map(|(path, _)| path).collect::<Vec<_>>()
        );
        assert_eq!(read.sha256(), carried.sha256());
    }

    #[test]
    fn the_hash_covers_names_and_bytes() {
        let mut other = TemplateSet::embedded();
        let before = other.sha256();
        let logo = other.files.remove("logo.svg").unwrap();
        other.files.insert("logo2.svg".to_owned(), logo);
        assert_ne!(other.sha256(), before);
    }
}
