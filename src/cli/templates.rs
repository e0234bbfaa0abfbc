//! `herdbook templates check`: do the templates still give conforming documents?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::documents::check;
use crate::documents::render::TemplateSet;

/// Looks after the templates of documents.
#[derive(Debug, Args)]
pub struct TemplatesArgs {
    #[command(subcommand)]
    command: TemplatesCommand,
}

/// What to do with the templates.
#[derive(Debug, Subcommand)]
enum TemplatesCommand {
    /// Compile every document in every language under PDF/A-3a and PDF/UA-1.
    Check {
        /// Template folder; without it that of the configuration, or the templates of the binary.
        #[arg(long, value_name = "DIR")]
        templates: Option<PathBuf>,
    },
}

/// Runs the verb: success when every document comes out, 1 when a template has an error.
///
/// # Errors
/// When the folder cannot be read.
pub fn run(args: &TemplatesArgs, configured: Option<&Path>) -> anyhow::Result<ExitCode> {
    let TemplatesCommand::Check { templates } = &args.command;
    let templates = match templates.as_deref().or(configured) {
        Some(folder) => {
            println!("templates of {}", folder.display());
            TemplateSet::from_folder(folder)?
        }
        None => {
            println!("templates of the binary");
            TemplateSet::embedded()
        }
    };
    let report = check::check(&templates)?;
    println!("{report}");
    Ok(if report.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
