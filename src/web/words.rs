//! What pages say: Fluent messages in three languages, compiled in.
//!
//! A message is a whole sentence or label, so that each language has its own order of words.
//! Figures and dates come in as finished text, because their form follows the same rules as on
//! documents ([`crate::documents::format`]); counts come in as numbers, for the plural.

use std::sync::LazyLock;

use fluent::concurrent::FluentBundle;
use fluent::{FluentArgs, FluentResource, FluentValue};

use crate::billing::party::Language;

type Bundle = FluentBundle<FluentResource>;

/// The messages of a language, one file an area.
macro_rules! messages {
    ($language:literal) => {
        concat!(
            include_str!(concat!("words/", $language, ".ftl")),
            include_str!(concat!("words/", $language, "-access.ftl")),
            include_str!(concat!("words/", $language, "-customers.ftl")),
            include_str!(concat!("words/", $language, "-runs.ftl")),
            include_str!(concat!("words/", $language, "-home.ftl")),
            include_str!(concat!("words/", $language, "-lists.ftl")),
            include_str!(concat!("words/", $language, "-payments.ftl")),
            include_str!(concat!("words/", $language, "-portal.ftl")),
            include_str!(concat!("words/", $language, "-settings.ftl")),
            include_str!(concat!("words/", $language, "-api.ftl")),
            include_str!(concat!("words/", $language, "-telemetry.ftl")),
            include_str!(concat!("words/", $language, "-usage.ftl")),
        )
    };
}

/// The messages of every language, in the order of the languages.
const SOURCES: [(Language, &str, &str); 3] = [
    (Language::De, "de", messages!("de")),
    (Language::En, "en-GB", messages!("en")),
    (Language::Fr, "fr", messages!("fr")),
];

static BUNDLES: LazyLock<Vec<(Language, Bundle)>> = LazyLock::new(|| {
    let bundle = |(language, tag, source): (Language, &str, &str)| {
        let locales = tag.parse().into_iter().collect();
        let mut bundle = Bundle::new_concurrent(locales);
        // The marks around arguments would end up in attributes and in text that is copied.
        bundle.set_use_isolating(false);
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(whole) => whole,
            // What could be read; the test of the messages fails on the rest.
            Err((part, _)) => part,
        };
        bundle.add_resource_overriding(resource);
        (language, bundle)
    };
    SOURCES.into_iter().map(bundle).collect()
});

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words(pub(super) Language);

impl Words {
    /// The language a browser asks for first of those we have (RFC 9110, 12.5.4); English when it
    /// asks for none of them.
    pub(super) fn accepted(header: Option<&str>) -> Self {
        let mut best: Option<(u32, Language)> = None;
        for part in header.unwrap_or_default().split(',') {
            let (tag, quality) = part.split_once(";q=").unwrap_or((part, "1"));
            let language = match tag.trim().get(..2).map(str::to_lowercase).as_deref() {
                Some("de") => Language::De,
                Some("en") => Language::En,
                Some("fr") => Language::Fr,
                _ => continue,
            };
            let weight = thousandths(quality.trim());
            if weight > best.map_or(0, |(weight, _)| weight) {
                best = Some((weight, language));
            }
        }
        Self(best.map_or(Language::En, |(_, language)| language))
    }

    /// The tag of the language for `lang` attributes.
    pub(super) fn tag(self) -> &'static str {
        let own = SOURCES
            .into_iter()
            .find(|(language, ..)| *language == self.0);
        own.map_or("en-GB", |(_, tag, _)| tag)
    }

    /// A message without arguments.
    pub(super) fn say(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// A label and what stands behind it, with the colon as the language sets it.
    pub(super) fn labelled(self, label: &str, text: &str) -> String {
        let parts = [
            ("label", Argument::Text(label)),
            ("text", Argument::Text(text)),
        ];
        self.with("labelled", &parts)
    }

    /// A message with arguments. A key that is missing is shown as it is, and fails a test.
    pub(super) fn with(self, key: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        let own = BUNDLES.iter().find(|(language, _)| *language == self.0);
        let Some((_, bundle)) = own else {
            return key.to_owned();
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut values = FluentArgs::new();
        for (name, argument) in arguments {
            let value = match argument {
                Argument::Text(text) => FluentValue::from(*text),
                Argument::Count(count) => FluentValue::from(*count),
            };
            values.set(*name, value);
        }
        let mut faults = Vec::new();
        bundle
            .format_pattern(pattern, Some(&values), &mut faults)
            .into_owned()
    }
}

/// What goes into a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Argument<'a> {
    /// Finished text.
    Text(&'a str),
    /// A count, which the plural follows.
    Count(u64),
}

/// A quality value (`0.8`) in thousandths; 0 for what is none.
fn thousandths(text: &str) -> u32 {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{rest:0<3}");
    let whole: u32 = whole.parse().unwrap_or(0);
    let part: u32 = digits
        .get(..3)
        .and_then(|three| three.parse().ok())
        .unwrap_or(0);
    whole.saturating_mul(1_000).saturating_add(part).min(1_000)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Keys of a source: what stands before ` = ` at the start of a line.
    fn keys(source: &str) -> BTreeSet<&str> {
        let is_key = |line: &&str| line.starts_with(|sign: char| sign.is_ascii_lowercase());
        let lines = source.lines().filter(is_key);
        lines.filter_map(|line| line.split(" = ").next()).collect()
    }

    #[test]
    fn every_message_reads_in_every_language() {
        let english = keys(SOURCES[1].2);
        for (language, tag, source) in SOURCES {
            assert!(FluentResource::try_new(source.to_owned()).is_ok(), "{tag}");
            assert_eq!(keys(source), english, "{tag}");
            for key in keys(source) {
                let said = Words(language).say(key);
                assert!(said != key && !said.is_empty(), "{tag} {key}");
            }
        }
    }

    #[test]
    fn every_message_a_page_asks_for_is_there_and_none_is_left_over() {
        let mut asked = BTreeSet::new();
        let mut waiting =
            vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/web")];
        let mut text = String::new();
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                let inside = std::fs::read_dir(&path).unwrap();
                waiting.extend(inside.map(|entry| entry.unwrap().path()));
            } else if path
                .extension()
                .is_some_and(|ending| ending == "rs" || ending == "html")
            {
                text.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
        for call in [".say(", ".with(", "word("] {
            for (at, _) in text.match_indices(call) {
                // The formatter may have put the key on a line of its own.
                let argument = text[at + call.len()..].trim_start();
                let key = argument
                    .strip_prefix('"')
                    .and_then(|rest| rest.split('"').next());
                let word =
                    |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-';
                let key = key.filter(|key| !key.is_empty() && key.bytes().all(word));
                asked.extend(key.map(str::to_owned));
            }
        }
        let known = keys(SOURCES[1].2);
        let unknown: Vec<_> = asked
            .iter()
            .filter(|key| !known.contains(key.as_str()))
            .collect();
        assert_eq!(unknown, Vec::<&String>::new());
        let unused: Vec<_> = known.iter().filter(|key| !asked.contains(**key)).collect();
        assert_eq!(unused, Vec::<&&str>::new());
    }

    /// Of two messages of one key the later one would be shown wherever the other was meant.
    #[test]
    fn no_message_stands_twice() {
        for (language, _, source) in SOURCES {
            let names = source.lines().filter_map(|line| line.split_once(" = "));
            let mut names: Vec<&str> = names
                .map(|(key, _)| key)
                .filter(|key| key.starts_with(|sign: char| sign.is_ascii_lowercase()))
                .collect();
            names.sort_unstable();
            let twice: Vec<&[&str]> = names.windows(2).filter(|two| two[0] == two[1]).collect();
            assert!(twice.is_empty(), "{language:?}: {twice:?}");
        }
    }

    #[test]
    fn counts_choose_the_plural() {
        let count = |n| Words(Language::En).with("results-found", &[("count", Argument::Count(n))]);
        assert_eq!(
            [count(0), count(1), count(3)],
            ["Nothing found", "One result", "3 results"]
        );
    }

    #[test]
    fn the_browser_chooses_the_language() {
        let cases = [
            (None, Language::En),
            (Some("de-DE,de;q=0.9,en;q=0.8"), Language::De),
            (Some("nl, fr;q=0.3, en;q=0.2"), Language::Fr),
            (Some("de;q=0, en;q=0.1"), Language::En),
            (Some("é,*;q=0.5"), Language::En),
        ];
        for (header, language) in cases {
            assert_eq!(Words::accepted(header).0, language, "{header:?}");
        }
    }
}
