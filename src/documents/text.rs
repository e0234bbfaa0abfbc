//! The text of a PDF and the files inside it, for comparing two renderings of one document by what
//! they say.

/// Why the text of a PDF cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the text of the PDF cannot be read: {cause}")]
pub struct TextError {
    cause: lopdf::Error,
}

impl TextError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "document.unreadable-pdf"
    }
}

/// All text of all pages in content order, white space folded to single spaces.
///
/// # Errors
/// [`TextError`] when the file is no readable PDF.
pub fn pdf_text(pdf: &[u8]) -> Result<String, TextError> {
    let error = |cause| TextError { cause };
    let document = lopdf::Document::load_mem(pdf).map_err(error)?;
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = document.extract_text(&pages).map_err(error)?;
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The content of every file embedded in a PDF, sorted: the e-invoice of a hybrid.
///
/// # Errors
/// [`TextError`] when the file is no readable PDF, or an embedded file does not unpack.
pub fn embedded(pdf: &[u8]) -> Result<Vec<Vec<u8>>, TextError> {
    let error = |cause| TextError { cause };
    let document = lopdf::Document::load_mem(pdf).map_err(error)?;
    let mut files = Vec::new();
    for object in document.objects.values() {
        let Ok(stream) = object.as_stream() else {
            continue;
        };
        let kind = stream.dict.get(b"Type").and_then(lopdf::Object::as_name);
        if matches!(kind, Ok(b"EmbeddedFile")) {
            let content = if stream.dict.has(b"Filter") {
                stream.decompressed_content().map_err(error)?
            } else {
                stream.content.clone()
            };
            files.push(content);
        }
    }
    files.sort();
    Ok(files)
}
