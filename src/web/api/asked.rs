//! Parameters of the query: filters, limit and cursor, read strictly. A filter that is misspelt is
//! refused, for ignoring it would give all rows.

use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::http::Uri;
use chrono::NaiveDate;
use data_encoding::BASE64URL_NOPAD;

use super::refusal::{Refusal, Wrong};

/// Records on a page, unless `limit` says otherwise.
pub(super) const USUAL: u64 = 25;
/// Records on a page at most.
pub(super) const MOST: u64 = 100;
/// Longest text that a filter takes, in characters.
const LONGEST: usize = 200;

/// The parameters of a request, and what is wrong with them.
#[derive(Debug)]
pub(super) struct Asked {
    path: String,
    pairs: Vec<(String, String)>,
    wrong: Vec<Wrong>,
}

impl Asked {
    /// The parameters of an address, of which only these are known.
    pub(super) fn of(uri: &Uri, known: &[&str]) -> Self {
        let query = uri.query().unwrap_or_default();
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let mut wrong = Vec::new();
        for (at, (name, value)) in pairs.iter().enumerate() {
            let earlier = pairs.iter().take(at);
            if !known.contains(&name.as_str()) {
                wrong.push(Wrong::parameter(name, "there is no such parameter here"));
            } else if earlier.clone().any(|(other, _)| other == name) {
                wrong.push(Wrong::parameter(name, "it is given twice"));
            } else if value.is_empty() || value.chars().count() > LONGEST {
                let text = format!("1 to {LONGEST} characters are expected");
                wrong.push(Wrong::parameter(name, text));
            } else if value
                .chars()
                .any(|sign| sign.is_control() || sign == '\u{fffd}')
            {
                wrong.push(Wrong::parameter(name, "it holds what is no text"));
            }
        }
        Self {
            path: uri.path().to_owned(),
            pairs,
            wrong,
        }
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let found = self.pairs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    }

    /// A value by its code.
    pub(super) fn one_of<T: Copy>(&mut self, name: &str, codes: &[(&str, T)]) -> Option<T> {
        let given = self.text(name)?;
        let found = codes.iter().find(|(code, _)| *code == given);
        if found.is_none() {
            let codes: Vec<&str> = codes.iter().map(|(code, _)| *code).collect();
            let text = format!("one of {} is expected", codes.join(", "));
            self.wrong.push(Wrong::parameter(name, text));
        }
        found.map(|(_, value)| *value)
    }

    /// A text of a certain form.
    pub(super) fn matching(
        &mut self,
        name: &str,
        expected: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let given = self.text(name)?;
        if !fits(&given) {
            self.wrong.push(Wrong::parameter(name, expected));
        }
        Some(given)
    }

    /// A day.
    pub(super) fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let given = self.text(name)?;
        let day = plain_day(&given);
        if day.is_none() {
            let text = "a day is expected, such as 2027-01-31";
            self.wrong.push(Wrong::parameter(name, text));
        }
        day
    }

    /// A whole number within bounds.
    pub(super) fn number<N>(&mut self, name: &str, bounds: RangeInclusive<N>) -> Option<N>
    where
        N: FromStr + PartialOrd + std::fmt::Display,
    {
        let given = self.text(name)?;
        let digits = given.bytes().all(|sign| sign.is_ascii_digit());
        let number = given.parse().ok().filter(|_| digits);
        let number = number.filter(|number| bounds.contains(number));
        if number.is_none() {
            let (least, most) = bounds.into_inner();
            let text = format!("a number from {least} to {most} is expected");
            self.wrong.push(Wrong::parameter(name, text));
        }
        number
    }

    /// How many records the page may hold.
    pub(super) fn limit(&mut self) -> u64 {
        self.number("limit", 1..=MOST).unwrap_or(USUAL)
    }

    /// Where the page begins, as the link to it has it, when it is one of this list.
    pub(super) fn cursor<K>(&mut self, list: &str, read: impl Fn(&str) -> Option<K>) -> Option<K> {
        let given = self.text("cursor")?;
        let bytes = BASE64URL_NOPAD.decode(given.as_bytes()).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let text = text.filter(|text| !text.chars().any(char::is_control));
        let own = text.as_deref().and_then(|text| text.strip_prefix(list));
        let key = own.and_then(|text| text.strip_prefix(':')).and_then(read);
        if key.is_none() {
            let text = "it is no cursor of this list; take it from `next`";
            self.wrong.push(Wrong::parameter("cursor", text));
        }
        key
    }

    /// The address of the page that begins behind a key: the same filters, another cursor.
    pub(super) fn behind(&self, list: &str, key: &str) -> String {
        let cursor = BASE64URL_NOPAD.encode(format!("{list}:{key}").as_bytes());
        let others = self.pairs.iter().filter(|(name, _)| name != "cursor");
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair("cursor", &cursor)
            .finish();
        format!("{}?{query}", self.path)
    }

    /// Refuses the request when anything was wrong with its parameters.
    pub(super) fn done(&mut self) -> Result<(), Refusal> {
        if self.wrong.is_empty() {
            return Ok(());
        }
        let many = self.wrong.len();
        let text = format!("{many} of the parameters cannot be taken");
        Err(Refusal::new("api.query", text).with(std::mem::take(&mut self.wrong)))
    }
}

/// A day as `YYYY-MM-DD` and in no other form.
pub(super) fn plain_day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.parse().ok()?;
    (crate::db::day(day) == text).then_some(day)
}

/// The id that the text of a cursor is.
pub(super) fn id(text: &str) -> Option<i64> {
    text.parse().ok().filter(|id| *id > 0)
}

/// A number or name out of the address, when it can be one: nothing else is looked up.
pub(super) fn name(text: &str) -> Option<&str> {
    let sign = |sign: char| sign.is_alphanumeric() || "-_./ ".contains(sign);
    let fits = !text.is_empty() && text.chars().count() <= 64 && text.chars().all(sign);
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        let uri = format!("/api/v1/things?{query}").parse().unwrap();
        Asked::of(&uri, &["q", "state", "day", "limit", "cursor"])
    }

    #[test]
    fn each_fault_is_named_and_the_rest_is_read() {
        let long = format!("q={}", "a".repeat(201));
        for (query, parameter) in [
            ("colour=red", "colour"),
            ("q=a&q=b", "q"),
            ("q=", "q"),
            ("q=%00", "q"),
            ("q=%FF", "q"),
            (long.as_str(), "q"),
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=%2B1", "limit"),
            ("limit=1.0", "limit"),
            ("state=lost", "state"),
            ("day=2027-02-30", "day"),
            ("day=%2B2027-02-03", "day"),
            ("cursor=x", "cursor"),
            ("cursor=b3RoZXI6MQ", "cursor"),
        ] {
            let mut asked = asked(query);
            asked.limit();
            asked.one_of("state", &[("open", 1)]);
            asked.day("day");
            asked.cursor("things", id);
            let wrong = std::mem::take(&mut asked.wrong);
            let named: Vec<_> = wrong
                .iter()
                .filter_map(|one| one.parameter.clone())
                .collect();
            assert_eq!(named, [parameter], "{query}");
        }
        let mut good = asked("q=M%C3%BCnchen&state=open&day=2027-02-28&limit=100");
        assert_eq!(good.text("q").as_deref(), Some("München"));
        assert_eq!(good.one_of("state", &[("open", 7)]), Some(7));
        assert_eq!(good.limit(), 100);
        assert!(good.day("day").is_some() && good.done().is_ok());
        assert_eq!(asked("").limit(), USUAL);
    }

    #[test]
    fn a_cursor_leads_to_its_own_list_with_the_same_filters() {
        let first = asked("q=a%20b&limit=5");
        let next = first.behind("things", "17");
        let (_, query) = next.split_once('?').unwrap();
        let mut second = asked(query);
        assert_eq!(second.cursor("things", id), Some(17));
        assert_eq!(second.text("q").as_deref(), Some("a b"));
        assert_eq!(second.limit(), 5);
        assert!(second.done().is_ok());
        assert_eq!(
            second.behind("things", "17"),
            next,
            "the old cursor is replaced"
        );
    }

    #[test]
    fn only_what_can_be_a_number_is_looked_up() {
        for good in ["10001", "RE-2026-00001", "C-1", "A/7", "Große Straße"] {
            assert_eq!(name(good), Some(good));
        }
        for bad in ["", "a\0b", "<b>", "a%b", &"a".repeat(65)] {
            assert_eq!(name(bad), None, "{bad:?}");
        }
    }
}
