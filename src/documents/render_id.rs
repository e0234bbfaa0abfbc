//! The render id: what has to be the same for a document to come out byte for byte again.

use super::render::TemplateSet;

/// Versions of everything that shapes the bytes, and the hash of the templates.
///
/// Stored with each document. While it is the running one, `verify` compares bytes; afterwards it
/// compares canonical XML and the text of the PDF.
///
/// ```
/// use herdbook::documents::{render::TemplateSet, render_id::render_id};
/// assert!(render_id(&TemplateSet::embedded()).starts_with("typst-0.15.1+krilla-"));
/// ```
#[must_use]
pub fn render_id(templates: &TemplateSet) -> String {
    format!("{VERSIONS}+templates-{}", templates.sha256())
}

/// The parts are pinned in Cargo.lock; a test there compares this line with it.
const VERSIONS: &str = "typst-0.15.1+krilla-0.8.2+flate2-1.1.11+en16931-0.8.0+layout-3";

#[cfg(test)]
mod tests {
    use super::*;

    /// The versions in the id are those that are built in.
    #[test]
    fn the_render_id_names_the_locked_versions() {
        let lock = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"));
        let lock: toml::Table = lock.parse().unwrap();
        let packages = lock["package"].as_array().unwrap();
        for part in VERSIONS
            .split('+')
            .filter(|part| !part.starts_with("layout"))
        {
            let (name, version) = part.rsplit_once('-').unwrap();
            let locked: Vec<_> = packages
                .iter()
                .filter(|package| package["name"].as_str() == Some(name))
                .map(|package| package["version"].as_str().unwrap())
                .collect();
            assert_eq!(locked, [version], "{name}: update VERSIONS in render_id.rs");
        }
        let of = |wanted: &str| {
            packages
                .iter()
                .find(|package| package["name"].as_str() == Some(wanted))
                .and_then(|package| package["version"].as_str())
        };
        assert_eq!(of("typst-pdf"), of("typst"));
    }

    #[test]
    fn another_template_is_another_render_id() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("invoice.typ"), "= Other").unwrap();
        let other = TemplateSet::from_folder(folder.path()).unwrap();
        assert_ne!(render_id(&other), render_id(&TemplateSet::embedded()));
    }
}
