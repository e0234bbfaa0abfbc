//! Names of countries on pages: what a reader chooses from, and what stands for the code.

use std::sync::LazyLock;

use icu::collator::Collator;
use icu::collator::options::CollatorOptions;
use icu::locale::{Locale, locale};

use super::fields::Kind;
use super::words::Words;
use crate::billing::party::Language;
use crate::documents::view::country_name;

/// Code and names in German, English and French.
const TABLE: &str = include_str!("countries.tsv");

const LANGUAGES: [Language; 3] = [Language::De, Language::En, Language::Fr];

/// Code and name.
type Country = (&'static str, &'static str);

/// The countries of a language, in the order of its alphabet.
static COUNTRIES: LazyLock<Vec<(Language, Vec<Country>)>> = LazyLock::new(|| {
    let of = |language| (language, ordered(language));
    LANGUAGES.into_iter().map(of).collect()
});

fn ordered(language: Language) -> Vec<Country> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let mut all: Vec<Country> = lines.filter_map(|line| named(line, language)).collect();
    let locale: Locale = match language {
        Language::De => locale!("de"),
        Language::En => locale!("en-GB"),
        Language::Fr => locale!("fr"),
    };
    match Collator::try_new((&locale).into(), CollatorOptions::default()) {
        Ok(collator) => all.sort_by(|a, b| collator.compare(a.1, b.1)),
        Err(_) => all.sort_by_key(|(_, name)| *name),
    }
    all
}

fn named(line: &'static str, language: Language) -> Option<Country> {
    let mut parts = line.split('\t');
    let code = parts.next()?;
    let own = match language {
        Language::De => parts.next(),
        Language::En => parts.nth(1),
        Language::Fr => parts.nth(2),
    }?;
    // Documents have names for some of them: a country has one name everywhere.
    Some(match country_name(code, language) {
        known if known != code => (code, known),
        _ => (code, own),
    })
}

fn all(words: Words) -> &'static [Country] {
    let own = COUNTRIES.iter().find(|(language, _)| *language == words.0);
    own.map_or(&[], |(_, all)| all)
}

/// The name of a country in the reader's language; its code where it has none here.
pub(super) fn name(words: Words, code: &str) -> String {
    let found = all(words).iter().find(|(own, _)| *own == code);
    found.map_or(code, |(_, name)| name).to_owned()
}

/// A field that offers all countries by their names, none of them at first.
pub(super) fn choice(words: Words) -> Kind {
    let nothing = (String::new(), words.say("customer-country-choose"));
    let own = all(words)
        .iter()
        .map(|(code, name)| ((*code).to_owned(), (*name).to_owned()));
    Kind::Choice([nothing].into_iter().chain(own).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_in_every_language() {
        for language in LANGUAGES {
            let all = all(Words(language));
            assert_eq!(all.len(), 250);
            for (code, name) in all {
                assert!(code.len() == 2 && code.bytes().all(|sign| sign.is_ascii_uppercase()));
                assert!(!name.trim().is_empty() && name != code, "{code}");
            }
        }
    }

    #[test]
    fn they_stand_in_the_order_of_the_alphabet() {
        let place = |language, code| {
            let all = all(Words(language));
            all.iter().position(|(own, _)| *own == code).unwrap()
        };
        // "Ägypten" stands among those with A, "Österreich" among those with O.
        assert!(place(Language::De, "EG") < place(Language::De, "BE"));
        assert!(place(Language::De, "AT") < place(Language::De, "PL"));
        // "Égypte" stands among those with E.
        assert!(place(Language::Fr, "EG") < place(Language::Fr, "FR"));
    }

    #[test]
    fn a_name_is_that_of_documents_and_a_code_without_one_stays() {
        let words = Words(Language::De);
        assert_eq!(name(words, "AT"), "Österreich");
        assert_eq!(name(words, "KE"), "Kenia");
        assert_eq!(name(words, "ZZ"), "ZZ");
        let french = Words(Language::Fr);
        assert_eq!(name(french, "VA"), country_name("VA", Language::Fr));
    }
}
