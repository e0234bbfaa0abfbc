//! Every step in every language.

use super::*;
use crate::billing::party::Language;

fn period() -> Period {
    let day = |text: &str| text.parse().expect("a day");
    Period::new(day("2026-06-01"), day("2026-07-01")).expect("a month")
}

fn asked(language: Language) -> Asked {
    Asked {
        words: Words(language),
        unit: Some(Unit::Gigabyte),
        currency: Currency::EUR,
    }
}

fn share() -> Ratio {
    Ratio::new(2_930_093, 167_400_000).expect("a share")
}

fn quantity() -> Quantity {
    "1989.885041648".parse().expect("a quantity")
}

/// The steps that count.
fn of_use() -> Vec<Fact> {
    let read = |revision| Fact::Read {
        instance: "social.example".to_owned(),
        quantity: quantity(),
        coverage: share(),
        revision,
    };
    vec![
        Fact::Used {
            quantity: quantity(),
        },
        read(None),
        read(Some(2)),
        Fact::Steps {
            size: Quantity::whole(10),
        },
        Fact::Bound {
            tolerance: "2.5".parse().expect("a percentage"),
            quantity: quantity(),
        },
        Fact::Included {
            quantity: Quantity::whole(500),
            contract: "C-10003".to_owned(),
        },
        Fact::Part {
            whole: Quantity::whole(500),
            share: share(),
        },
        Fact::RolledOver {
            before: period(),
            quantity: quantity(),
        },
        Fact::Above {
            quantity: quantity(),
        },
    ]
}

/// The steps that cost.
fn of_money() -> Vec<Fact> {
    let eur = |text| Money::parse(text, Currency::EUR).expect("an amount");
    let contract = || "C-10003".to_owned();
    let priced = |tier, unit| Fact::Priced {
        tier,
        quantity: quantity(),
        unit,
        price: "0.2".parse().expect("a price"),
        amount: eur("397.98"),
        contract: contract(),
    };
    vec![
        Fact::Amount {
            window: period(),
            amount: eur("0.00"),
        },
        priced(Some(1), Unit::Gigabyte),
        priced(None, Unit::Package),
        priced(None, Unit::LumpSum),
        Fact::Most { taken: eur("3.00") },
        Fact::Least {
            amount: eur("15.00"),
            contract: contract(),
        },
    ]
}

/// Every step that there is; a new one does not compile before it is here.
fn facts() -> Vec<Fact> {
    let all = [of_use(), of_money()].concat();
    for fact in &all {
        match fact {
            Fact::Amount { .. }
            | Fact::Used { .. }
            | Fact::Read { .. }
            | Fact::Steps { .. }
            | Fact::Bound { .. }
            | Fact::Included { .. }
            | Fact::Part { .. }
            | Fact::RolledOver { .. }
            | Fact::Above { .. }
            | Fact::Priced { .. }
            | Fact::Most { .. }
            | Fact::Least { .. } => {}
        }
    }
    all
}

fn projections() -> Vec<Projection> {
    let courses = [
        Course::Grows,
        Course::Holds,
        Course::OnlyRises,
        Course::OnlyFalls,
    ];
    let of = |(course, at_end)| Projection {
        so_far: quantity(),
        at_end,
        measured: share(),
        remaining: share(),
        course,
    };
    let known = courses.map(|course| (course, Some(quantity())));
    known
        .into_iter()
        .chain([(Course::Grows, None)])
        .map(of)
        .collect()
}

/// What a tree says, each step as name, value, and what stands below.
fn lines(root: &Step) -> Vec<[String; 3]> {
    let below = format!("{} {}", root.because, root.source);
    let mut found = vec![[
        root.what.clone(),
        root.value.clone(),
        below.trim().to_owned(),
    ]];
    found.extend(root.parts.iter().flat_map(lines));
    found
}

/// All that any tree can say in a language.
fn said(language: Language) -> Vec<[String; 3]> {
    let asked = asked(language);
    let facts = facts();
    let steps = [Upto::Now, Upto::End].into_iter().flat_map(|upto| {
        let step = |fact: &Fact| asked.reason(&fact.clone().alone(), upto);
        facts.iter().map(step).collect::<Vec<_>>()
    });
    let projected = projections();
    let projected = projected.iter().map(|one| {
        let answer = asked.projection(("social.example", period()), one);
        Step {
            parts: vec![answer.root],
            what: answer.question,
            ..Step::default()
        }
    });
    let all: Vec<Step> = steps.chain(projected).collect();
    all.iter().flat_map(lines).collect()
}

#[test]
fn no_step_is_in_the_words_of_another_language_or_of_the_program() {
    let english = said(Language::En);
    for language in [Language::De, Language::Fr] {
        let own = said(language);
        assert_eq!(own.len(), english.len());
        for (own, english) in own.iter().zip(&english) {
            let figures = english[0].starts_with(|sign: char| sign.is_ascii_digit());
            assert!(figures || own[0] != english[0], "{own:?}");
            assert!(own[2].is_empty() || own[2] != english[2], "{own:?}");
        }
        let all = own.concat().join("\n").to_lowercase();
        let words: Vec<&str> = all.split(|sign: char| !sign.is_alphabetic()).collect();
        for word in [
            "the",
            "of",
            "is",
            "measured",
            "included",
            "reading",
            "revision",
            "coverage",
            "period",
            "projected",
            "so",
            "far",
            "level",
            "early",
            "say",
            "used",
            "agreed",
            "least",
        ] {
            assert!(!words.contains(&word), "{word}: {all}");
        }
    }
}

#[test]
fn figures_are_rounded_and_nothing_is_a_code() {
    for language in [Language::De, Language::En, Language::Fr] {
        for [what, value, below] in said(language) {
            for text in [&what, &value, &below] {
                for raw in [
                    "041648",
                    "4294967295",
                    "2930093",
                    "E34",
                    "..",
                    "reason-",
                    "running-",
                ] {
                    assert!(!text.contains(raw), "{raw}: {text}");
                }
            }
            assert!(!what.is_empty(), "{value}");
        }
    }
}

#[test]
fn exact_values_stand_beside_those_for_reading() {
    let answer = asked(Language::De).projection(("social.example", period()), &projections()[0]);
    let exact: Vec<(&str, String)> = answer
        .exact
        .iter()
        .map(|(what, value)| (what.as_str(), value.replace(NBSP, " ")))
        .collect();
    let fraction = || "2.930.093 / 167.400.000".to_owned();
    let whole = || "1.989,885041648 GB".to_owned();
    assert_eq!(
        exact,
        [
            ("Voraussichtlich am Ende von Juni 2026", whole()),
            ("Bisher genutzt", whole()),
            ("Gemessener Anteil des Zeitraums", fraction()),
            ("Anteil, der noch kommt", fraction()),
        ]
    );
    let values: Vec<String> = lines(&answer.root)
        .iter()
        .map(|[_, value, _]| value.replace(NBSP, " "))
        .collect();
    assert_eq!(values, ["1.989,885 GB", "1.989,885 GB", "1,75 %", "1,75 %"]);
    let even = asked(Language::De).reason(
        &Fact::Used {
            quantity: Quantity::whole(5),
        }
        .alone(),
        Upto::Now,
    );
    assert_eq!(
        (even.exact.as_str(), even.value.as_str()),
        ("", "5\u{a0}GB")
    );
}
