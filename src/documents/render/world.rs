//! What typst may see: the template folder and two files of the document at hand, nothing else.

use std::borrow::Cow;
use std::collections::HashMap;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::{Job, RenderError, TemplateError, TemplateSet};
use crate::documents::finish::FACTUR_X_FILE;

/// Path of the view inside the world.
const VIEW: &str = "view.json";

/// Everything that stays the same from document to document.
pub struct Engine {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    sources: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
    view: FileId,
    factur_x: FileId,
    render_id: String,
}

fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn bytes(content: Cow<'static, [u8]>) -> Bytes {
    match content {
        Cow::Borrowed(fixed) => Bytes::new(fixed),
        Cow::Owned(read) => Bytes::new(read),
    }
}

impl Engine {
    /// Loads a set of templates with its fonts.
    ///
    /// # Errors
    /// [`TemplateError::Font`] for a font file that cannot be read, [`TemplateError::Name`].
    pub fn new(templates: &TemplateSet) -> Result<Self, TemplateError> {
        let unusable = |path: &str| TemplateError::Name { path: path.into() };
        let mut fonts = Vec::new();
        let (mut sources, mut files) = (HashMap::new(), HashMap::new());
        for (path, content) in templates.files() {
            let id = file_id(path).ok_or_else(|| unusable(path))?;
            let bytes = bytes(content.clone());
            let extension = path.rsplit('.').next();
            if path.starts_with("fonts/") && matches!(extension, Some("otf" | "ttf" | "ttc")) {
                let before = fonts.len();
                fonts.extend(Font::iter(bytes.clone()));
                if fonts.len() == before {
                    return Err(TemplateError::Font {
                        file: path.to_owned(),
                    });
                }
            }
            if extension == Some("typ") {
                let text = std::str::from_utf8(content)
                    .map_err(|_| unusable(path))?
                    .to_owned();
                sources.insert(id, Source::new(id, text));
            }
            files.insert(id, bytes);
        }
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            sources,
            files,
            view: file_id(VIEW).ok_or_else(|| unusable(VIEW))?,
            factur_x: file_id(FACTUR_X_FILE).ok_or_else(|| unusable(FACTUR_X_FILE))?,
            render_id: crate::documents::render_id::render_id(templates),
        })
    }

    /// Which engine and templates make the bytes.
    #[must_use]
    pub fn render_id(&self) -> &str {
        &self.render_id
    }
}

/// The engine and the files of one document.
pub(super) struct JobWorld<'a> {
    engine: &'a Engine,
    main: FileId,
    view: Bytes,
    factur_x: Option<Bytes>,
}

impl<'a> JobWorld<'a> {
    pub(super) fn new(engine: &'a Engine, job: &Job) -> Result<Self, RenderError> {
        let file = job.template.file();
        let main = file_id(file)
            .filter(|id| engine.sources.contains_key(id))
            .ok_or_else(|| RenderError::Missing {
                file: file.to_owned(),
            })?;
        Ok(Self {
            engine,
            main,
            view: Bytes::new(job.view.clone()),
            factur_x: job.factur_x.clone().map(Bytes::new),
        })
    }
}

impl World for JobWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.engine.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.engine.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.engine
            .sources
            .get(&id)
            .cloned()
            .ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.engine.view {
            return Ok(self.view.clone());
        }
        if id == self.engine.factur_x {
            return self.factur_x.clone().ok_or_else(|| not_found(id));
        }
        self.engine
            .files
            .get(&id)
            .cloned()
            .ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.engine.fonts.get(index).cloned()
    }

    /// Never: a document's date comes from its view.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}
