//! The worker's side: load the templates once, then a document per job until the input ends.

use std::ffi::OsString;
use std::io::{self, BufReader, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::frame;
use crate::documents::render::{Engine, Job, RenderError, Template, TemplateSet};

/// Runs as a render worker. `arguments` are those behind [`super::VERB`]: the template folder, or
/// nothing for the templates in the binary.
///
/// Ends with success at the end of the input, with failure when the pipe breaks or the templates
/// cannot be loaded; the reason goes to standard error.
pub fn main(mut arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let folder = arguments.next().map(PathBuf::from);
    match serve(folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("render worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(folder: Option<PathBuf>) -> anyhow::Result<()> {
    let templates = match folder {
        Some(folder) => TemplateSet::from_folder(&folder)?,
        None => TemplateSet::embedded(),
    };
    let engine = Engine::new(&templates)?;
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = io::stdout().lock();
    frame::write(&mut output, engine.render_id().as_bytes())?;
    output.flush()?;
    while let Some(template) = frame::read(&mut input)? {
        let cut_short = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let view = frame::read(&mut input)?.ok_or_else(cut_short)?;
        let xml = frame::read(&mut input)?.ok_or_else(cut_short)?;
        match answer(&engine, &template, view, xml) {
            Ok(pdf) => {
                frame::write(&mut output, frame::OK)?;
                frame::write(&mut output, &pdf)?;
            }
            Err(error) => {
                frame::write(&mut output, frame::NO)?;
                frame::write(&mut output, &serde_json::to_vec(&error)?)?;
            }
        }
        output.flush()?;
    }
    Ok(())
}

fn answer(
    engine: &Engine,
    template: &[u8],
    view: Vec<u8>,
    xml: Vec<u8>,
) -> Result<Vec<u8>, RenderError> {
    let template: Template =
        serde_json::from_slice(template).map_err(|cause| RenderError::View {
            cause: cause.to_string(),
        })?;
    let factur_x = (!xml.is_empty()).then_some(xml);
    engine.render(&Job {
        template,
        view,
        factur_x,
    })
}
