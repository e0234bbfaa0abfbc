//! A file with a classic cross-reference table (ISO 32000-1, 7.5.4), and edits that keep it right.

use std::ops::Range;

use super::FinishError;

/// Length of one entry of the table.
const ENTRY: usize = 20;

/// Bytes to put in the place of others.
pub(super) struct Edit {
    /// What goes away; empty to insert.
    pub(super) at: Range<usize>,
    /// What comes.
    pub(super) bytes: Vec<u8>,
}

/// Where every object starts.
pub(super) struct Table<'a> {
    pub(super) pdf: &'a [u8],
    /// Offset of the word `xref`.
    start: usize,
    /// Offset of the first entry.
    entries: usize,
    /// Objects, the free one at the head included.
    count: usize,
    /// Digits behind `startxref`.
    pointer: Range<usize>,
}

fn structure(what: &'static str) -> FinishError {
    FinishError::Structure { what }
}

/// The decimal number at the start of some bytes, and its length.
pub(super) fn number(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let value = std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()?;
    Some((value, digits))
}

/// First occurrence of some bytes in others.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// The object number behind `/Key ` in a dictionary written by krilla.
pub(super) fn reference(dictionary: &[u8], key: &[u8]) -> Option<usize> {
    let at = find(dictionary, key)? + key.len();
    let (object, digits) = number(&dictionary[at..])?;
    dictionary[at + digits..]
        .starts_with(b" 0 R")
        .then_some(object)
}

impl<'a> Table<'a> {
    pub(super) fn read(pdf: &'a [u8]) -> Result<Self, FinishError> {
        let tail = pdf.len().saturating_sub(64);
        let word = b"startxref\n";
        let pointer = tail + find(&pdf[tail..], word).ok_or(structure("startxref"))? + word.len();
        let (start, digits) = number(&pdf[pointer..]).ok_or(structure("startxref"))?;
        let head = b"xref\n0 ";
        let table = pdf.get(start..).filter(|table| table.starts_with(head));
        let table = table.ok_or(structure("cross-reference table"))?;
        let (count, width) =
            number(&table[head.len()..]).ok_or(structure("length of the table"))?;
        // The head, the count, its line end.
        let entries = start + head.len() + width + 1;
        let end = count
            .checked_mul(ENTRY)
            .and_then(|size| size.checked_add(entries));
        let trailer = end.and_then(|end| pdf.get(end..));
        if !trailer.is_some_and(|trailer| trailer.starts_with(b"trailer\n")) {
            return Err(structure("trailer behind the cross-reference table"));
        }
        Ok(Self {
            pdf,
            start,
            entries,
            count,
            pointer: pointer..pointer + digits,
        })
    }

    fn entry(&self, object: usize) -> Option<&'a [u8]> {
        let at = self.entries + object.checked_mul(ENTRY)?;
        (object < self.count).then(|| &self.pdf[at..at + ENTRY])
    }

    /// Numbers of all objects in use.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        (1..self.count).filter(|&object| self.entry(object).is_some_and(|entry| entry[17] == b'n'))
    }

    /// The bytes of an object, from its number to the table at most.
    pub(super) fn object(&self, object: usize) -> Result<Range<usize>, FinishError> {
        let used = self.entry(object).filter(|entry| entry[17] == b'n');
        let offset = used.and_then(number).map(|(offset, _)| offset);
        let offset = offset.filter(|&offset| offset < self.start);
        let offset = offset.ok_or(structure("object in the table"))?;
        let label = format!("{object} 0 obj\n");
        if self.pdf[offset..].starts_with(label.as_bytes()) {
            Ok(offset + label.len()..self.start)
        } else {
            Err(structure("object where the table points"))
        }
    }

    /// The dictionary or array of an object without a stream.
    pub(super) fn plain(&self, object: usize) -> Result<Range<usize>, FinishError> {
        let range = self.object(object)?;
        let length = find(&self.pdf[range.clone()], b"\nendobj");
        let length = length.ok_or(structure("end of an object"))?;
        Ok(range.start..range.start + length)
    }

    /// The catalog, which every file names in its trailer.
    pub(super) fn catalog(&self) -> Result<&'a [u8], FinishError> {
        let trailer = &self.pdf[self.entries + self.count * ENTRY..];
        let root = reference(trailer, b"/Root ").ok_or(structure("catalog"))?;
        Ok(&self.pdf[self.plain(root)?])
    }

    /// The file with all edits made and every offset behind them moved.
    pub(super) fn apply(&self, mut edits: Vec<Edit>) -> Result<Vec<u8>, FinishError> {
        edits.sort_by_key(|edit| edit.at.start);
        let apart = edits
            .windows(2)
            .all(|pair| pair[0].at.end <= pair[1].at.start);
        if !apart || edits.last().is_some_and(|last| last.at.end > self.start) {
            return Err(structure("places of the edits"));
        }
        let added: usize = edits.iter().map(|edit| edit.bytes.len()).sum();
        let mut file = Vec::with_capacity(self.pdf.len() + added);
        let mut done = 0;
        for edit in &edits {
            file.extend_from_slice(&self.pdf[done..edit.at.start]);
            file.extend_from_slice(&edit.bytes);
            done = edit.at.end;
        }
        file.extend_from_slice(&self.pdf[done..self.entries]);
        for object in 0..self.count {
            let entry = self.entry(object).ok_or(structure("object in the table"))?;
            let (offset, _) = number(entry).ok_or(structure("offset in the table"))?;
            if entry[17] == b'n' {
                file.extend_from_slice(format!("{:010}", moved(offset, &edits)).as_bytes());
                file.extend_from_slice(&entry[10..]);
            } else {
                file.extend_from_slice(entry);
            }
        }
        let behind = self.entries + self.count * ENTRY;
        file.extend_from_slice(&self.pdf[behind..self.pointer.start]);
        file.extend_from_slice(moved(self.start, &edits).to_string().as_bytes());
        file.extend_from_slice(&self.pdf[self.pointer.end..]);
        Ok(file)
    }
}

/// Where an offset of the old file is in the new one.
fn moved(offset: usize, edits: &[Edit]) -> usize {
    let before = edits.iter().take_while(|edit| edit.at.end <= offset);
    before.fold(offset, |at, edit| at + edit.bytes.len() - edit.at.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] =
        b"%PDF-1.7\n1 0 obj\n<</A 2 0 R>>\nendobj\n2 0 obj\n[7]\nendobj\nxref\n0 3\n\
        0000000000 65535 f\r\n0000000009 00000 n\r\n0000000037 00000 n\r\n\
        trailer\n<</Size 3/Root 1 0 R>>\nstartxref\n56\n%%EOF";

    #[test]
    fn objects_are_found_again_after_an_edit() {
        let table = Table::read(FILE).unwrap();
        assert_eq!(table.catalog().unwrap(), b"<</A 2 0 R>>");
        let at = table.plain(1).unwrap();
        let edits = vec![
            Edit {
                at: at.end..at.end,
                bytes: b" %longer".to_vec(),
            },
            Edit {
                at: at.start + 4..at.start + 10,
                bytes: b" 5".to_vec(),
            },
        ];
        let file = table.apply(edits).unwrap();
        let again = Table::read(&file).unwrap();
        assert_eq!(again.catalog().unwrap(), b"<</A 5>> %longer");
        assert_eq!(&file[again.plain(2).unwrap()], b"[7]");
    }

    #[test]
    fn a_table_that_lies_is_refused() {
        let broken = |from: &str, to: &str| {
            let text = std::str::from_utf8(FILE).unwrap().replacen(from, to, 1);
            let table = Table::read(text.as_bytes());
            table.and_then(|table| table.plain(1).and(table.plain(2)).map(|_| ()))
        };
        assert_eq!(broken("none", "none"), Ok(()));
        for (from, to) in [
            ("startxref\n56", "startxref\n57"),
            ("0 3\n", "0 4\n"),
            ("0000000037", "0000000038"),
            ("0000000009 00000 n", "0000000009 00000 f"),
            ("trailer", "tailer."),
        ] {
            assert!(broken(from, to).is_err(), "{from} -> {to}");
        }
        assert!(Table::read(b"").is_err());
    }

    #[test]
    fn edits_that_overlap_are_refused() {
        let table = Table::read(FILE).unwrap();
        let edit = |at| Edit {
            at,
            bytes: Vec::new(),
        };
        assert!(table.apply(vec![edit(10..20), edit(15..25)]).is_err());
        assert!(table.apply(vec![edit(50..90)]).is_err());
    }
}
