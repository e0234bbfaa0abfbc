//! Colour profiles of ICC version 2 in place of version 4.
//!
//! typst-pdf writes version 4 into PDF 1.7. ISO 19005-3 allows it, but checkers and print chains
//! that grew up with PDF/A-1 refuse it; sRGB is the same in both.

use super::FinishError;
use super::table::{Edit, Table, find, number, reference};

const RGB: &[u8] = include_bytes!("icc/sRGB-v2-magic.icc");
const GREY: &[u8] = include_bytes!("icc/sGrey-v2-magic.icc");
/// How a colour space by profile starts.
const BASED: &[u8] = b"[/ICCBased ";
const OLD_INFO: &[u8] = b"/Info(sRGB v4.2)";
const NEW_INFO: &[u8] = b"/Info(sRGB v2.1)";

/// The edits that exchange each profile of the file, and the words that name its version.
pub(super) fn of_version_2(table: &Table<'_>) -> Result<Vec<Edit>, FinishError> {
    let structure = |what| FinishError::Structure { what };
    let intents = reference(table.catalog()?, b"/OutputIntents ");
    let intents = table.plain(intents.ok_or(structure("list of output intents"))?)?;
    let intent = reference(&table.pdf[intents], b"[");
    let intent = table.plain(intent.ok_or(structure("output intent"))?)?;
    let dictionary = &table.pdf[intent.clone()];
    let output = reference(dictionary, b"/DestOutputProfile ");
    let mut profiles = vec![output.ok_or(structure("output profile"))?];
    for object in table.numbers() {
        let bytes = &table.pdf[table.object(object)?];
        if let Some(profile) = bytes
            .starts_with(BASED)
            .then(|| reference(bytes, BASED))
            .flatten()
        {
            profiles.push(profile);
        }
    }
    profiles.sort_unstable();
    profiles.dedup();
    let mut edits = Vec::new();
    for profile in profiles {
        edits.extend(exchange(table, profile)?);
    }
    if let Some(at) = find(dictionary, OLD_INFO).map(|at| intent.start + at) {
        edits.push(Edit {
            at: at..at + OLD_INFO.len(),
            bytes: NEW_INFO.to_vec(),
        });
    }
    Ok(edits)
}

/// The whole stream of one profile anew, unless it is ours already.
fn exchange(table: &Table<'_>, profile: usize) -> Result<Option<Edit>, FinishError> {
    let structure = FinishError::Structure {
        what: "stream of a colour profile",
    };
    let object = table.object(profile)?;
    let bytes = &table.pdf[object.clone()];
    let length = bytes.strip_prefix(b"<</Length ").and_then(number);
    let (length, digits) = length.ok_or(structure.clone())?;
    let rest = &bytes[b"<</Length ".len() + digits..];
    let (new, components): (_, &[u8]) = match rest {
        [b'/', b'N', b' ', b'3', ..] => (RGB, b"/N 3/Range[0 1 0 1 0 1]"),
        [b'/', b'N', b' ', b'1', ..] => (GREY, b"/N 1/Range[0 1]"),
        _ => return Err(structure),
    };
    let word = b">>\nstream\n";
    let start = find(bytes, word).ok_or(structure.clone())? + word.len();
    if bytes.get(start..start + length) == Some(new) {
        return Ok(None);
    }
    let ended = bytes
        .get(start + length..)
        .is_some_and(|rest| rest.starts_with(b"\nendstream\n"));
    if !ended {
        return Err(structure);
    }
    let head = format!("<</Length {}", new.len());
    let stream = [head.as_bytes(), components, word, new].concat();
    let at = object.start..object.start + start + length;
    Ok(Some(Edit { at, bytes: stream }))
}
