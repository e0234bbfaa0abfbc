//! `herdbook simulate`: what a book comes to, without a database.

use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;

use super::OutputFormat;
use crate::book;
use crate::book::simulate::{Simulation, Span};
use crate::error::Problem;

/// Rates and numbers everything that a book file comes to. Needs no database and changes nothing.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// The book: a TOML or JSON file, or a folder of them.
    #[arg(value_name = "BOOK")]
    book: PathBuf,
    /// Last issue date; that of the book, or the end of its last contract year.
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// Leave out service that starts after this day.
    #[arg(long, value_name = "DATE")]
    service_until: Option<NaiveDate>,
    /// How to print it.
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

/// Runs the verb.
pub(super) fn run(args: &SimulateArgs) -> Result<ExitCode, Problem> {
    let book = book::load(&args.book)?;
    let nothing = || Problem::new("book.empty", "The book has no contract; name --until.");
    let until = args.until.or(book.until()).ok_or_else(nothing)?;
    let span = Span {
        until,
        service_until: args.service_until.or(book.run.service_until),
    };
    let simulation =
        Simulation::of(&book, span).map_err(|error| Problem::of(error.code(), &error))?;
    match args.format {
        OutputFormat::Text => write(&simulation.table())?,
        OutputFormat::Json => {
            let text = serde_json::to_string_pretty(&simulation)
                .map_err(|error| Problem::of("internal.unlisted", &error))?;
            write(&text)?;
            write("\n")?;
        }
    }
    let blocked = !simulation.blocked.is_empty();
    Ok(ExitCode::from(u8::from(blocked)))
}

/// Writes to standard output. A reader that has seen enough, such as `head`, is no failure.
fn write(text: &str) -> Result<(), Problem> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Problem::of("internal.unlisted", &error))
        }
        _ => Ok(()),
    }
}
