//! Fields of a long form as data: what a page shows, keeps when it refuses, and compares.
//!
//! The name of a field is the path of its fact in the book format, so that what the core finds
//! wrong finds its field.

use std::collections::BTreeMap;

use super::format;
use super::words::Words;

/// How a field is filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// One line; the type of the input.
    #[default]
    Line,
    /// One line, read in groups of four.
    Fours,
    Date,
    Email,
    /// Several lines.
    Area,
    /// One of these: value and label.
    Choice(Vec<(String, String)>),
    /// Yes or no.
    Tick,
    /// Any of these: value and label.
    Ticks(Vec<(String, String)>),
}

/// One field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    /// The word for "optional"; empty where an answer is needed.
    pub(super) mark: String,
    pub(super) short: bool,
    pub(super) kind: Kind,
    pub(super) values: Vec<String>,
    pub(super) error: String,
}

/// Fields that belong together, under a heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) fields: Vec<Field>,
}

/// What is wrong, by the name of the field, in the order it was found.
pub(super) type Wrong = Vec<(String, String)>;

/// The values of a form by the names of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Values(BTreeMap<String, Vec<String>>);

impl Values {
    /// Sets the only value of a field.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), vec![value.into()]);
    }

    /// Sets a value that may not be there.
    pub(super) fn maybe(&mut self, name: &str, value: Option<impl Into<String>>) {
        self.set(name, value.map(Into::into).unwrap_or_default());
    }

    /// Adds one of several values.
    pub(super) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0
            .entry(name.to_owned())
            .or_default()
            .push(value.into());
    }

    /// The first value, without blanks around it.
    pub(super) fn one(&self, name: &str) -> &str {
        let first = self.0.get(name).and_then(|values| values.first());
        first.map_or("", |value| value.trim())
    }

    /// The first value; none when it is blank.
    pub(super) fn some(&self, name: &str) -> Option<String> {
        let value = self.one(name);
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// An identifier as people group it, without its blanks.
    pub(super) fn id(&self, name: &str) -> Option<String> {
        let id: String = self.one(name).split_whitespace().collect();
        (!id.is_empty()).then_some(id)
    }

    pub(super) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The lines of a field that are not blank.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.one(name).lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

impl FromIterator<(String, String)> for Values {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(sent: I) -> Self {
        let mut values = Self::default();
        for (name, value) in sent {
            values.add(&name, value);
        }
        values
    }
}

impl Field {
    pub(super) fn new(name: &'static str, label: String) -> Self {
        Self {
            name,
            label,
            ..Self::default()
        }
    }

    pub(super) fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    pub(super) fn hint(self, hint: String) -> Self {
        Self { hint, ..self }
    }

    /// `mark` is the word for "optional".
    pub(super) fn optional(self, mark: &str) -> Self {
        let mark = mark.to_owned();
        Self { mark, ..self }
    }

    pub(super) fn short(self) -> Self {
        let short = true;
        Self { short, ..self }
    }

    /// The type of the input.
    pub(super) fn input(&self) -> &'static str {
        match self.kind {
            Kind::Date => "date",
            Kind::Email => "email",
            _ => "text",
        }
    }

    pub(super) fn class(&self) -> &'static str {
        if self.short { "short" } else { "" }
    }

    pub(super) fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    pub(super) fn holds(&self, value: &str) -> bool {
        self.values.iter().any(|own| own == value)
    }

    /// Does it hold what it does not offer? Nothing that was typed is lost.
    pub(super) fn is_unknown(&self) -> bool {
        let value = self.value();
        match &self.kind {
            Kind::Choice(options) => {
                !value.is_empty() && !options.iter().any(|(code, _)| code == value)
            }
            _ => false,
        }
    }

    /// What the field says, as a reader sees it.
    pub(super) fn said(&self, (yes, no): (&str, &str)) -> Vec<String> {
        let label = |options: &[(String, String)], value: &String| {
            let known = options.iter().find(|(code, _)| code == value);
            known.map_or_else(|| value.clone(), |(_, label)| label.clone())
        };
        match &self.kind {
            Kind::Tick if self.value() == "yes" => vec![yes.to_owned()],
            Kind::Tick => vec![no.to_owned()],
            Kind::Choice(options) | Kind::Ticks(options) => {
                self.values.iter().map(|one| label(options, one)).collect()
            }
            // A line may part between the groups.
            Kind::Fours => vec![format::fours(self.value()).replace(format::NBSP, " ")],
            _ => self.value().lines().map(str::to_owned).collect(),
        }
    }
}

impl Group {
    pub(super) fn new(id: &'static str, title: String, fields: Vec<Field>) -> Self {
        Self {
            id,
            title,
            text: String::new(),
            fields,
        }
    }

    pub(super) fn text(self, text: String) -> Self {
        Self { text, ..self }
    }
}

/// Fills a form in, and puts what is wrong at its field.
pub(super) fn filled(mut groups: Vec<Group>, values: &Values, wrong: &Wrong) -> Vec<Group> {
    for field in groups.iter_mut().flat_map(|group| &mut group.fields) {
        field.values = values.all(field.name).to_vec();
        let own = wrong.iter().find(|(name, _)| name == field.name);
        field.error = own.map(|(_, text)| text.clone()).unwrap_or_default();
    }
    groups
}

/// What is wrong as the summary above the form says it: the name of the field, its label with the
/// text.
pub(super) fn summary(words: Words, groups: &[Group], wrong: &Wrong) -> Vec<(String, String)> {
    let fields = || groups.iter().flat_map(|group| &group.fields);
    let said = |(name, text): &(String, String)| {
        let label = fields().find(|field| field.name == name);
        match label {
            Some(field) => (name.clone(), words.labelled(&field.label, text)),
            None => (name.clone(), text.clone()),
        }
    };
    wrong.iter().map(said).collect()
}

/// A fact that two states say differently.
pub(super) struct Difference {
    pub(super) label: String,
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
    /// What the reader typed for it, beside what somebody else changed.
    pub(super) typed: Vec<String>,
}

/// The facts that differ, in the order of the form. Blank fields say nothing.
pub(super) fn differences(
    form: &[Group],
    (before, after): (&Values, &Values),
    yes_no: (&str, &str),
) -> Vec<Difference> {
    let none = Wrong::new();
    let fields = |values| {
        let groups = filled(form.to_vec(), values, &none);
        groups.into_iter().flat_map(|group| group.fields)
    };
    let both = fields(before).zip(fields(after));
    both.map(|(before, after)| Difference {
        before: told(&before, yes_no),
        after: told(&after, yes_no),
        label: after.label,
        typed: Vec::new(),
    })
    .filter(|one| one.before != one.after)
    .collect()
}

/// What a field says, without blank lines.
fn told(field: &Field, yes_no: (&str, &str)) -> Vec<String> {
    let said = field.said(yes_no).into_iter();
    said.filter(|line| !line.trim().is_empty()).collect()
}

/// Facts that somebody else changed, each with what the filled form says of it; what the form does
/// not ask for nobody can have changed with it. Where the state the form was made from is not
/// `known`, only facts are left that the reader would change.
pub(super) fn beside(
    changes: Vec<Difference>,
    groups: &[Group],
    (known, yes_no): (bool, (&str, &str)),
) -> Vec<Difference> {
    let fields = || groups.iter().flat_map(|group| &group.fields);
    let filled = changes.into_iter().filter_map(|mut change| {
        let own = fields().find(|field| field.label == change.label)?;
        change.typed = told(own, yes_no);
        Some(change)
    });
    filled
        .filter(|change| known || change.typed != change.after)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::party::Language;

    fn form() -> Vec<Group> {
        let kinds = vec![("a".to_owned(), "First".to_owned())];
        vec![Group::new(
            "facts",
            "Facts".to_owned(),
            vec![
                Field::new("name", "Name".to_owned()),
                Field::new("kind", "Kind".to_owned()).of(Kind::Choice(kinds)),
                Field::new("order", "Order".to_owned()).of(Kind::Tick),
            ],
        )]
    }

    fn values(pairs: &[(&str, &str)]) -> Values {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn what_is_wrong_stands_at_its_field_and_in_the_summary() {
        let wrong = vec![("name".to_owned(), "is missing".to_owned())];
        let typed = values(&[("name", " "), ("kind", "a")]);
        let groups = filled(form(), &typed, &wrong);
        assert_eq!(groups[0].fields[0].error, "is missing");
        assert_eq!(groups[0].fields[1].error, "");
        let said = summary(Words(Language::En), &groups, &wrong);
        assert_eq!(said, [("name".to_owned(), "Name: is missing".to_owned())]);
    }

    #[test]
    fn differences_are_said_as_readers_see_them() {
        let before = values(&[("name", "One"), ("kind", "a")]);
        let after = values(&[("name", "One"), ("kind", "b"), ("order", "yes")]);
        let found = differences(&form(), (&before, &after), ("yes", "no"));
        let found: Vec<_> = found
            .into_iter()
            .map(|one| (one.label, one.before, one.after))
            .collect();
        let line = |text: &str| vec![text.to_owned()];
        let expected = [
            ("Kind".to_owned(), line("First"), line("b")),
            ("Order".to_owned(), line("no"), line("yes")),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_somebody_else_changed_stands_beside_what_was_typed() {
        let before = values(&[("name", "One"), ("kind", "a")]);
        let now = values(&[("name", "Two"), ("kind", "a")]);
        let typed = filled(
            form(),
            &values(&[("name", "Three"), ("kind", "a")]),
            &Wrong::new(),
        );
        let with = |before: &Values, known| {
            let changes = differences(&form(), (before, &now), ("yes", "no"));
            let found = beside(changes, &typed, (known, ("yes", "no"))).into_iter();
            let said = found.map(|one| {
                let versions = [one.before, one.after, one.typed];
                versions.map(|lines| lines.join("/")).join(" ")
            });
            said.collect::<Vec<_>>()
        };
        assert_eq!(with(&before, true), ["One Two Three"]);
        assert_eq!(with(&Values::default(), false), [" Two Three"]);
    }

    #[test]
    fn what_the_form_does_not_ask_for_is_not_set_beside_it() {
        let asked = filled(form(), &values(&[("name", "Three")]), &Wrong::new());
        let numbered = vec![Field::new("number", "Number".to_owned())];
        let numbered = [form(), vec![Group::new("more", String::new(), numbered)]].concat();
        let now = values(&[("name", "Two"), ("number", "10003")]);
        let changes = differences(&numbered, (&Values::default(), &now), ("yes", "no"));
        let found = beside(changes, &asked, (false, ("yes", "no"))).into_iter();
        let labels: Vec<String> = found.map(|one| one.label).collect();
        assert_eq!(labels, ["Name"]);
    }
}
