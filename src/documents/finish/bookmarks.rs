//! Bookmarks with their destination written out instead of referred to.

use super::FinishError;
use super::table::{Edit, Table, find, reference};

/// More bookmarks than this are no outline of ours.
const MOST: usize = 1000;

/// One edit for each bookmark: `/Dest 7 0 R` becomes the array of object 7.
pub(super) fn direct_destinations(table: &Table<'_>) -> Result<Vec<Edit>, FinishError> {
    let structure = |what| FinishError::Structure { what };
    let Some(root) = reference(table.catalog()?, b"/Outlines ") else {
        return Ok(Vec::new());
    };
    let mut edits = Vec::new();
    let mut seen = 0;
    let mut open: Vec<usize> = links(&table.pdf[table.plain(root)?]).collect();
    while let Some(item) = open.pop() {
        seen += 1;
        if seen > MOST {
            return Err(structure("outline of reasonable size"));
        }
        let range = table.plain(item)?;
        let dictionary = &table.pdf[range.clone()];
        open.extend(links(dictionary));
        if find(dictionary, b"/Dest[").is_some() {
            continue;
        }
        let key = b"/Dest ";
        let (at, destination) = find(dictionary, key)
            .zip(reference(dictionary, key))
            .ok_or(structure("destination of a bookmark"))?;
        let array = &table.pdf[table.plain(destination)?];
        if !array.starts_with(b"[") || !array.ends_with(b"]") {
            return Err(structure("destination that is an array"));
        }
        let start = range.start + at;
        let length = key.len() + destination.to_string().len() + b" 0 R".len();
        edits.push(Edit {
            at: start..start + length,
            bytes: [b"/Dest".as_slice(), array].concat(),
        });
    }
    Ok(edits)
}

fn links(dictionary: &[u8]) -> impl Iterator<Item = usize> {
    [b"/First ".as_slice(), b"/Next "]
        .into_iter()
        .filter_map(|key| reference(dictionary, key))
}
