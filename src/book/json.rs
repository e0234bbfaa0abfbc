//! JSON with places: what a reader needs to find a fault by its line.

use super::node::{Kind, Node, SyntaxError};

/// Tables and lists inside one another; far more than a book has, and safe for the stack.
const DEPTH: usize = 64;

/// Reads a JSON text.
///
/// # Errors
/// [`SyntaxError`].
pub(super) fn read(text: &str) -> Result<Node, SyntaxError> {
    let mut reader = Reader { text, at: 0 };
    let node = reader.value(0)?;
    reader.blanks();
    if reader.at < text.len() {
        return reader.expected("the end of the file");
    }
    Ok(node)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn expected<T>(&self, what: &str) -> Result<T, SyntaxError> {
        let found: String = self.rest().chars().take(12).collect();
        let what = if found.is_empty() {
            format!("expected {what}, found the end of the file")
        } else {
            format!("expected {what}, found {found:?}")
        };
        Err(SyntaxError { at: self.at, what })
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.rest().starts_with(word);
        if there {
            self.at += word.len();
        }
        there
    }

    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        self.blanks();
        let at = self.at;
        if depth > DEPTH {
            return self.expected("fewer levels of nesting");
        }
        let kind = match self.rest().bytes().next() {
            Some(b'{') => self.table(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Kind::Text(self.text()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ if self.take("true") => Kind::Boolean(true),
            _ if self.take("false") => Kind::Boolean(false),
            _ if self.take("null") => Kind::Null,
            _ => return self.expected("a value"),
        };
        Ok(Node { at, kind })
    }

    fn table(&mut self, depth: usize) -> Result<Kind, SyntaxError> {
        self.at += 1;
        let mut entries: Vec<(String, usize, Node)> = Vec::new();
        self.blanks();
        if self.take("}") {
            return Ok(Kind::Table(entries));
        }
        loop {
            self.blanks();
            let at = self.at;
            if !self.rest().starts_with('"') {
                return self.expected("a key in quotes");
            }
            let key = self.text()?;
            if entries.iter().any(|entry| entry.0 == key) {
                let what = format!("the key {key:?} stands twice in one table");
                return Err(SyntaxError { at, what });
            }
            self.blanks();
            if !self.take(":") {
                return self.expected("a colon");
            }
            let node = self.value(depth + 1)?;
            entries.push((key, at, node));
            self.blanks();
            if self.take("}") {
                return Ok(Kind::Table(entries));
            }
            if !self.take(",") {
                return self.expected("a comma or the end of the table");
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Kind, SyntaxError> {
        self.at += 1;
        let mut nodes = Vec::new();
        self.blanks();
        if self.take("]") {
            return Ok(Kind::List(nodes));
        }
        loop {
            nodes.push(self.value(depth + 1)?);
            self.blanks();
            if self.take("]") {
                return Ok(Kind::List(nodes));
            }
            if !self.take(",") {
                return self.expected("a comma or the end of the list");
            }
        }
    }

    fn text(&mut self) -> Result<String, SyntaxError> {
        let mut escaped = false;
        let end = self.rest().bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let Some(end) = end else {
            return self.expected("a text that ends in a quote");
        };
        let literal = self.rest().get(..end + 2).unwrap_or_default();
        let text = serde_json::from_str(literal);
        let Ok(text) = text else {
            return self.expected("a text without stray escapes or control characters");
        };
        self.at += end + 2;
        Ok(text)
    }

    fn number(&mut self) -> Result<Kind, SyntaxError> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && !"+-.eE".contains(c))
            .unwrap_or(rest.len());
        let digits = rest.get(..end).unwrap_or_default().to_owned();
        if serde_json::from_str::<serde_json::Number>(&digits).is_err() {
            return self.expected("a number");
        }
        self.at += end;
        Ok(digits.parse().map_or(Kind::Inexact(digits), Kind::Integer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serde_json_reads_is_read_the_same() {
        for text in [
            r#"{"a":[1,-2,true,false,null],"b":{"c":"\u00e9\"\\ü"}}"#,
            "[]",
            " {\n} ",
            r#"[{"x":[[]]}]"#,
        ] {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(read(text).unwrap().value(), value, "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for (text, at) in [
            ("", 0),
            ("{\"a\":}", 5),
            ("[1,]", 3),
            ("{\"a\":1 \"b\"", 7),
            ("1 2", 2),
        ] {
            assert_eq!(read(text).unwrap_err().at, at, "{text}");
        }
        let deep = "[".repeat(10_000);
        assert!(read(&deep).is_err());
        assert!(read("{\"a\":1,\"a\":2}").is_err());
    }
}
