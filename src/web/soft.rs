//! Where long words may part: German headings hold words that are wider than a telephone, and only
//! some browsers have a dictionary for `hyphens: auto`.

use hypher::Lang;

/// U+00AD: is seen only where the line ends at it.
const SOFT_HYPHEN: &str = "\u{ad}";
/// Letters of a word that parts. Shorter ones fit into a narrow line.
const LONG: usize = 14;
/// Letters before and behind the place, at least: shorter pieces read badly in large type.
const PIECE: usize = 4;

/// The text with soft hyphens in its long words, by the rules of a language (BCP 47), and with
/// places to part in names of machines. In a language without rules here it stays as it is.
pub(super) fn hyphens(text: &str, tag: &str) -> String {
    let lang = match tag.split('-').next() {
        Some("de") => Lang::German,
        Some("en") => Lang::English,
        Some("fr") => Lang::French,
        _ => return text.to_owned(),
    };
    let names = text.split_inclusive(char::is_whitespace);
    names
        .map(|name| match is_of_machine(name) {
            true => between_parts(name),
            false => of_words(name, lang),
        })
        .collect()
}

/// Is it the name of a host, a meter or a file? A hyphen would look like one of its own signs.
fn is_of_machine(name: &str) -> bool {
    let mut behind = name.split(PARTS).skip(1);
    behind.any(|part| part.starts_with(char::is_alphabetic))
}

/// What parts the name of a host, a meter or a file.
const PARTS: [char; 3] = ['.', '_', '/'];
/// U+200B: a line may end there, and nothing is seen.
const BREAK: char = '\u{200b}';

fn between_parts(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for part in name.split_inclusive(PARTS) {
        if !out.is_empty() {
            out.push(BREAK);
        }
        out.push_str(part);
    }
    out
}

fn of_words(text: &str, lang: Lang) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|sign: char| !sign.is_alphabetic()) {
        match word.chars().filter(|sign| sign.is_alphabetic()).count() {
            letters if letters >= LONG => part(word, lang, &mut out),
            _ => out.push_str(word),
        }
    }
    out
}

fn part(word: &str, lang: Lang, out: &mut String) {
    let (mut before, mut left) = (0_usize, word.chars().count());
    for syllable in hypher::hyphenate(word, lang) {
        if before >= PIECE && left >= PIECE {
            out.push_str(SOFT_HYPHEN);
            before = 0;
        }
        out.push_str(syllable);
        let letters = syllable.chars().count();
        before = before.saturating_add(letters);
        left = left.saturating_sub(letters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parts(text: &str, tag: &str, expected: &str) {
        assert_eq!(hyphens(text, tag).replace(SOFT_HYPHEN, "|"), expected);
    }

    #[test]
    fn long_words_part_by_the_rules_of_their_language() {
        parts(
            "Wiederherstellungscodes",
            "de",
            "Wieder|herstel|lungs|codes",
        );
        parts(
            "Anticonstitutionnellement vrai",
            "fr",
            "Anti|cons|titu|tion|nelle|ment vrai",
        );
        parts(
            "Telecommunications, all",
            "en-GB",
            "Telecom|muni|cations, all",
        );
    }

    #[test]
    fn short_words_numbers_and_other_languages_stay() {
        for text in ["Rechnungen", "RE-2026-00027", "", "…"] {
            parts(text, "de", text);
        }
        parts("Wiederherstellungscodes", "x", "Wiederherstellungscodes");
    }

    #[test]
    fn names_of_machines_part_where_they_do_and_get_no_hyphens() {
        let name = "telecommunications.example.org bytes_telecommunications, all";
        let soft = hyphens(name, "en");
        assert!(!soft.contains(SOFT_HYPHEN), "{soft}");
        assert_eq!(
            soft.replace(BREAK, "|"),
            "telecommunications.|example.|org bytes_|telecommunications, all"
        );
        for figure in ["7.064 EUR", "1.–31. Juli", "27/123/45678"] {
            assert_eq!(hyphens(figure, "de"), figure);
        }
    }

    #[test]
    fn nothing_but_soft_hyphens_is_added() {
        let text = "Rechnungseingangsbearbeitung der Universitätsbibliothek · 12";
        let soft = hyphens(text, "de");
        assert!(soft.contains(SOFT_HYPHEN));
        assert_eq!(soft.replace(SOFT_HYPHEN, ""), text);
    }
}
