//! A Rust source as the rules see it: the same length, with comments, strings or tests blanked.
//!
//! The rules look for words. A word in a comment or in a message is no finding, so each rule asks
//! for the view it means. A full parser would be a dependency for a few character classes.

/// What a character of the source belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Code,
    Comment,
    Text,
}

/// Classifies every character; the result has one entry per `char` of the source.
pub fn parts(source: &str) -> Vec<Part> {
    let chars: Vec<char> = source.chars().collect();
    let mut out = Vec::with_capacity(chars.len());
    while out.len() < chars.len() {
        let at = out.len();
        let (part, end) = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => (Part::Comment, line_end(&chars, at)),
            '/' if chars.get(at + 1) == Some(&'*') => (Part::Comment, block_end(&chars, at)),
            '"' => (Part::Text, text_end(&chars, at + 1)),
            'r' if raw_hashes(&chars, at).is_some() => (Part::Text, raw_end(&chars, at)),
            '\'' if is_char_literal(&chars, at) => (Part::Text, char_end(&chars, at)),
            _ => (Part::Code, at + 1),
        };
        out.resize(end.min(chars.len()), part);
    }
    out
}

/// The source with everything but `keep` replaced by blanks; line breaks stay.
pub fn only(source: &str, keep: &[Part]) -> String {
    let parts = parts(source);
    source
        .chars()
        .zip(parts)
        .map(|(c, part)| {
            if c == '\n' || keep.contains(&part) {
                c
            } else {
                ' '
            }
        })
        .collect()
}

/// The code alone.
pub fn code(source: &str) -> String {
    only(source, &[Part::Code])
}

/// The code that ships: items under `#[cfg(test)]` are blanked.
pub fn shipped(source: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut rest = code(source);
    let mut out = String::with_capacity(rest.len());
    while let Some(at) = rest.find(MARK) {
        let end = at + item_len(&rest[at..]);
        out.push_str(&rest[..at]);
        out.extend(
            rest[at..end]
                .chars()
                .map(|c| if c == '\n' { c } else { ' ' }),
        );
        rest = rest.split_off(end);
    }
    out + &rest
}

/// Bytes up to the end of the item that starts here: its closing brace, or its semicolon.
pub fn item_len(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                if c == '}' && depth == 0 {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Does `word` stand in `line` on its own, not as a part of a longer name?
pub fn has_word(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let open = !word.starts_with(is_name) || !before.is_some_and(is_name);
        let closed = !word.ends_with(is_name) || !after.is_some_and(is_name);
        open && closed
    })
}

fn line_end(chars: &[char], at: usize) -> usize {
    chars[at..]
        .iter()
        .position(|c| *c == '\n')
        .map_or(chars.len(), |n| at + n)
}

fn block_end(chars: &[char], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut i = at;
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn text_end(chars: &[char], from: usize) -> usize {
    let mut i = from;
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

fn raw_hashes(chars: &[char], at: usize) -> Option<usize> {
    // `for"` and `r#type` are no raw strings.
    let named = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    let byte = at > 0 && chars[at - 1] == 'b' && (at < 2 || !chars[at - 2].is_alphanumeric());
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let quoted = chars.get(at + 1 + hashes) == Some(&'"');
    (quoted && (!named || byte)).then_some(hashes)
}

fn raw_end(chars: &[char], at: usize) -> usize {
    let hashes = raw_hashes(chars, at).unwrap_or(0);
    let mut i = at + hashes + 2;
    while i < chars.len() {
        let closes = chars[i] == '"'
            && chars[i + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes;
        if closes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    chars.len()
}

fn is_char_literal(chars: &[char], at: usize) -> bool {
    match chars.get(at + 1) {
        Some('\\') => true,
        Some(_) => chars.get(at + 2) == Some(&'\''),
        None => false,
    }
}

fn char_end(chars: &[char], at: usize) -> usize {
    let from = if chars.get(at + 1) == Some(&'\\') {
        at + 3
    } else {
        at + 2
    };
    chars
        .get(from..)
        .and_then(|rest| rest.iter().position(|c| *c == '\''))
        .map_or(chars.len(), |n| from + n + 1)
}

#[test]
fn comments_and_strings_are_no_code() {
    let source = "let a = \"f64 // no\"; // f64\nlet r = r#\"f64 \" f64\"#; /* f64 /* f64 */ */ b";
    let code = code(source);
    assert!(!code.contains("f64"), "{code}");
    assert!(
        code.contains("let a =") && code.trim_end().ends_with('b'),
        "{code}"
    );
    assert_eq!(code.chars().count(), source.chars().count());
}

#[test]
fn lifetimes_and_quotes_are_told_apart() {
    let code = code("fn f<'a>(c: &'a str) -> bool { c == '\"' || c == '\\'' } // 'x'");
    assert!(code.contains("<'a>") && code.contains("&'a str"), "{code}");
    assert!(!code.contains('"'), "{code}");
}

#[test]
fn a_word_is_not_a_part_of_a_name() {
    assert!(has_word("let x: f64 = y;", "f64"));
    assert!(!has_word("let x = to_f64_bits(y);", "f64"));
    assert!(has_word("Utc::now()", "::now("));
}

#[test]
fn test_items_do_not_ship() {
    let source = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { c([1; 2]); } }\nfn d() {}\n";
    let code = shipped(source);
    assert!(code.contains("fn a") && code.contains("fn d"), "{code}");
    assert!(!code.contains("fn b"), "{code}");
    assert_eq!(code.lines().count(), source.lines().count());
    assert!(shipped("#[cfg(test)]\nmod tests;\nuse x;").contains("use x"));
}
