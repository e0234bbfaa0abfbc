//! The book: one file format for scenarios, imports, migrations and what-if questions.
//!
//! A book is read in three passes, and each reports all the faults it finds, with file, line and
//! key: the text (TOML or JSON), the shape (against the schema of the types), and the sense
//! (references, dates, prices). Only a book without faults is used.

mod check;
mod facts;
mod file;
mod json;
mod node;
mod read;
mod shape;
mod text;
mod used;

pub mod simulate;

pub use facts::{BEGINNING, Book};
pub use file::{
    BookFile, CalendarEntry, EventEntry, ExclusionCause, ExclusionEntry, MaintenanceEntry,
    OutageEntry, PaymentEntry, ReadingEntry, RunEntry, SampleEntry, SampleKindEntry,
};
pub use read::{Source, load, parse, parse_all, schema};
pub use used::{KnownEvent, KnownReading};
