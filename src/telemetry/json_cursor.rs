//! A cursor over JSON text that reads what programs usually write (strings without escapes, whole
//! numbers) in place, and leaves everything else to `serde_json`, from the same place.
//!
//! It never decides that text is malformed: whoever is told `None` goes back to a place before and
//! lets `serde_json` read from there. So the cursor must only be right about what it takes, and
//! what is refused, and how, stays the word of one parser.

use serde::Deserialize;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = ONES << 7;

/// A place in a text. Small and copied, so that it lives in registers while an event is read; that
/// is also why everything but what is unusual is inlined.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// A cursor at the start of a body; `None` when the body is not UTF-8.
    pub(super) fn new(body: &'a [u8]) -> Option<Self> {
        let rest = std::str::from_utf8(body).ok()?;
        Some(Self { rest })
    }

    /// Is nothing left but whitespace?
    pub(super) fn at_end(&mut self) -> bool {
        self.skip_space();
        self.rest.is_empty()
    }

    /// The elements of an array, each read by a function.
    #[inline(always)]
    pub(super) fn elements(&mut self, each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.listed('[', ']', each)
    }

    /// The members of an object: a function is given the name, and reads the value. A name that
    /// has escapes is left to others.
    #[inline(always)]
    pub(super) fn members(
        &mut self,
        mut each: impl FnMut(&mut Self, &'a str) -> Option<()>,
    ) -> Option<()> {
        self.listed('{', '}', |cursor| {
            let name = cursor.text()?;
            cursor.take(':').then_some(())?;
            each(cursor, name)
        })
    }

    #[inline(always)]
    fn listed(
        &mut self,
        open: char,
        close: char,
        mut each: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.take(open).then_some(())?;
        if self.take(close) {
            return Some(());
        }
        loop {
            each(self)?;
            if !self.take(',') {
                return self.take(close).then_some(());
            }
        }
    }

    /// A string without escapes.
    #[inline(always)]
    pub(super) fn text(&mut self) -> Option<&'a str> {
        self.skip_space();
        let inside = self.rest.strip_prefix('"')?;
        let (text, rest) = inside.split_at_checked(plain(inside.as_bytes()))?;
        self.rest = rest.strip_prefix('"')?;
        Some(text)
    }

    /// A whole number of at most eighteen digits as it is written.
    #[inline]
    pub(super) fn integer(&mut self) -> Option<&'a str> {
        self.skip_space();
        let bytes = self.rest.as_bytes();
        let minus = usize::from(bytes.first() == Some(&b'-'));
        let digits = bytes.iter().skip(minus);
        let count = digits.take_while(|byte| byte.is_ascii_digit()).count();
        let first = bytes.get(minus).copied()?;
        let sound = (1..=18).contains(&count) && (first != b'0' || (count == 1 && minus == 0));
        let (digits, rest) = self.rest.split_at_checked(minus + count)?;
        let whole = !matches!(rest.as_bytes().first(), Some(b'.' | b'e' | b'E'));
        (sound && whole).then(|| {
            self.rest = rest;
            digits
        })
    }

    /// Any value, read by `serde_json`; `None` when it refuses it.
    #[inline(always)]
    pub(super) fn value<T: Deserialize<'a>>(&mut self) -> Option<T> {
        let (value, rest) = any_value(self.rest)?;
        self.rest = rest;
        Some(value)
    }

    #[inline(always)]
    fn take(&mut self, wanted: char) -> bool {
        self.skip_space();
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    #[inline(always)]
    fn skip_space(&mut self) {
        if self
            .rest
            .as_bytes()
            .first()
            .is_some_and(|byte| *byte <= b' ')
        {
            self.rest = without_space(self.rest);
        }
    }
}

#[inline(never)]
fn without_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\n', '\t', '\r'])
}

#[inline(never)]
fn any_value<'a, T: Deserialize<'a>>(text: &'a str) -> Option<(T, &'a str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let value = values.next()?.ok()?;
    Some((value, text.get(values.byte_offset()..)?))
}

/// How many bytes come before a quote, a backslash or a control character.
#[inline(always)]
fn plain(bytes: &[u8]) -> usize {
    let mut at = 0;
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk() {
        let ends = ends(u64::from_le_bytes(*chunk));
        if ends != 0 {
            return at + ends.trailing_zeros() as usize / 8;
        }
        at += 8;
        rest = after;
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
    at + rest.iter().position(ends).unwrap_or(rest.len())
}

/// The high bit of each of eight bytes that is a quote, a backslash or a control character. Of
/// those above the lowest, a few may be set for no reason: the borrow of a subtraction.
#[inline(always)]
const fn ends(bytes: u64) -> u64 {
    let quotes = (bytes ^ (ONES * b'"' as u64)).wrapping_sub(ONES);
    let backslashes = (bytes ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    let controls = bytes.wrapping_sub(ONES * b' ' as u64);
    (quotes | backslashes | controls) & !bytes & HIGH_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Cursor<'_> {
        Cursor::new(text.as_bytes()).unwrap()
    }

    #[test]
    fn strings_end_at_their_quote_wherever_it_lies() {
        for length in 0..40 {
            for letter in ["a", "ü", "\u{7f}", "!", "#", "[", "]", " "] {
                let text = letter.repeat(length);
                let json = format!(" \"{text}\" ,\"\\\u{1f}");
                let mut cursor = cursor(&json);
                assert_eq!(cursor.text(), Some(text.as_str()), "{json:?}");
                assert!(cursor.take(','));
            }
        }
    }

    #[test]
    fn strings_with_an_escape_a_control_character_or_no_end_are_left() {
        for length in 0..40 {
            let text = "ab".repeat(length);
            for end in ["\\n\"", "\n\"", "\0\"", "\u{1f}\"", "\\\"", ""] {
                let json = format!("\"{text}{end}");
                let mut cursor = cursor(&json);
                assert_eq!(cursor.text(), None, "{json:?}");
                assert_eq!(cursor.rest, json, "it has not moved");
            }
        }
    }

    #[test]
    fn whole_numbers_are_kept_as_they_are_written() {
        for digits in ["0", "7", "-7", "15", "-999999999999999999"] {
            let json = format!(" {digits}}}");
            assert_eq!(cursor(&json).integer(), Some(digits));
        }
        let others = [
            "-0",
            "00",
            "01",
            "-",
            "",
            "1.5",
            "1.",
            "1e3",
            "1E3",
            "+1",
            ".5",
            "x",
            "1000000000000000000",
        ];
        for text in others {
            assert_eq!(cursor(text).integer(), None, "{text}");
            // Of what it leaves, serde reads numbers in its own way.
        }
    }

    #[test]
    fn other_values_are_read_by_serde_and_the_cursor_moves_behind_them() {
        let mut cursor = cursor("[ {\"a\": [1, \"]\"]} , 2.5, tru]");
        let mut values: Vec<serde_json::Value> = Vec::new();
        let read = cursor.elements(|cursor| {
            values.push(cursor.value()?);
            Some(())
        });
        assert_eq!(read, None, "the third is none");
        assert_eq!(values, [serde_json::json!({"a": [1, "]"]}), 2.5.into()]);
        assert_eq!(cursor.rest, " tru]");
    }
}
