//! Renderers with the template sets that documents were made with.
//!
//! Finance may change templates; what was issued before is rendered again with the set of its day,
//! which is kept in the book under its hash.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::Failure;
use crate::app::App;
use crate::db::{DbError, documents};
use crate::documents::render::TemplateSet;
use crate::documents::render_id::render_id;
use crate::error::Problem;

/// What stands before the hash of the templates in a render id.
const TEMPLATES: &str = "+templates-";

/// Renderers by the hash of their template set, made when the first document asks for one.
#[derive(Default)]
pub(super) struct Renderers {
    made: BTreeMap<String, Option<(App, Folder)>>,
}

impl Renderers {
    /// The application with the templates of a render id; the running ones where the book no longer
    /// has those.
    pub(super) async fn of(&mut self, app: &App, wanted: &str) -> Result<App, Failure> {
        let Some((_, hash)) = wanted.rsplit_once(TEMPLATES) else {
            return Ok(app.clone());
        };
        if hash == app.templates.sha256() {
            return Ok(app.clone());
        }
        if !self.made.contains_key(hash) {
            let made = make(app, hash).await?;
            self.made.insert(hash.to_owned(), made);
        }
        let made = self.made.get(hash).and_then(Option::as_ref);
        Ok(made.map_or_else(|| app.clone(), |(own, _)| own.clone()))
    }
}

async fn make(app: &App, hash: &str) -> Result<Option<(App, Folder)>, Failure> {
    let archive = match documents::template_set(&app.db.reader(), hash).await {
        Ok(archive) => archive,
        Err(DbError::Missing { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let files: Result<Vec<(String, Vec<u8>)>, _> = serde_json::from_slice(&archive);
    // A set that cannot be read is none: the difference of its documents is then the finding.
    let Ok(files) = files else { return Ok(None) };
    let folder = Folder::of(hash, &files)?;
    let Ok(set) = TemplateSet::from_folder(&folder.0) else {
        return Ok(None);
    };
    if set.sha256() != hash {
        return Ok(None);
    }
    let pool = app.pool.with_templates(&folder.0, render_id(&set));
    let own = App {
        pool,
        templates: Arc::new(set),
        ..app.clone()
    };
    Ok(Some((own, folder)))
}

/// A folder of the process's own, removed when it is done with.
struct Folder(PathBuf);

impl Folder {
    fn of(hash: &str, files: &[(String, Vec<u8>)]) -> Result<Self, Failure> {
        let short = hash.get(..16).unwrap_or(hash);
        let name = format!("herdbook-templates-{short}-{}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        let failed = |path: &Path, why: &dyn std::fmt::Display| {
            let text = format!("{}: {why}", path.display());
            Failure::from(Problem::new("documents.folder", text))
        };
        for (name, bytes) in files {
            let path = Path::new(name);
            let inside = path
                .components()
                .all(|part| matches!(part, std::path::Component::Normal(_)));
            if !inside {
                return Err(failed(path, &"a template outside its folder"));
            }
            let path = folder.0.join(path);
            let parent = path.parent().unwrap_or(&folder.0);
            std::fs::create_dir_all(parent).map_err(|why| failed(parent, &why))?;
            std::fs::write(&path, bytes).map_err(|why| failed(&path, &why))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
