//! Facts about answers: equations come out at the amount, and nothing in them is left untranslated.

use super::*;
use crate::billing::calendar::Interval;
use crate::billing::derivation::SourceKind;
use crate::billing::invoice::LineBasis;
use crate::billing::party::Language;
use crate::billing::{Quantity, Ratio};
use crate::documents::format::NBSP;
use crate::documents::samples;

const ALL: [Language; 3] = [Language::De, Language::En, Language::Fr];

fn frozen() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 8, 1).expect("a day")
}

fn asked<'a>(language: Language, view: &'a Invoice, pages: &'a Pages) -> Asked<'a> {
    Asked {
        words: Words(language),
        view,
        pages,
        frozen: frozen(),
    }
}

/// Terms in one line, as they are read.
fn read(terms: &[Term]) -> String {
    let one = |term: &Term| {
        let value = match term.under.is_empty() {
            true => term.value.clone(),
            false => format!("{}/{}", term.value, term.under),
        };
        format!("{} {value}", term.sign).trim().to_owned()
    };
    let all: Vec<String> = terms.iter().map(one).collect();
    all.join(" ").replace(NBSP, " ")
}

/// The second line of the French sample, with the derivation that rating gives it.
fn storage() -> Invoice {
    let mut view = samples::invoice("fr").expect("the sample");
    let evidence = ["0232", "af3d", "6fbb"].map(|start| format!("{start:0<64}"));
    let reading = Derivation::fact(
        "reading of media_storage at social.example, 2026-07-01..2026-07-31, revision 1",
        "638 E34 (coverage 1487/1488)",
    )
    .from(
        SourceKind::Reading,
        "social.example/media_storage/2026-07-01..2026-07-31/1",
    )
    .because(
        evidence.map(|hash| Derivation::fact("evidence", "").from(SourceKind::Evidence, hash)),
    );
    let price = Derivation::fact("price of one", "0.2 EUR")
        .from(SourceKind::Contract, "C-10003")
        .because([Derivation::fact("set by amendment A-1", "")]);
    view.lines[1].derivation =
        Derivation::fact("media-storage, 2026-07-01..2026-07-31, tier 1", "20.00 EUR").because([
            Derivation::fact("quantity above the allowance", "100 E34").because([reading]),
            price,
        ]);
    view
}

#[test]
fn use_above_an_allowance_is_two_equations() {
    let (view, pages) = (storage(), Pages::default());
    let answers = ALL.map(|language| {
        let why = of_line(asked(language, &view, &pages), &view.lines[1]);
        let read: Vec<String> = why.equations.iter().map(|terms| read(terms)).collect();
        read.join("; ")
    });
    assert_eq!(
        answers,
        [
            "638 GB − 500 GB = 138 GB → 100 GB; 100 GB × 0,20 = 20,00",
            "638 GB − 500 GB = 138 GB → 100 GB; 100 GB × 0.20 = 20.00",
            "638 Go − 500 Go = 138 Go → 100 Go; 100 Go × 0,20 = 20,00",
        ]
    );
}

#[test]
fn each_figure_is_proved_in_the_language_of_the_reader() {
    let view = storage();
    let pages = Pages {
        contract: "/contracts/C".to_owned(),
        usage: "/usage/C".to_owned(),
        invoices: "/invoices/",
    };
    for language in ALL {
        let why = of_line(asked(language, &view, &pages), &view.lines[1]);
        let labels: Vec<&str> = why.proof.iter().map(|one| one.label.as_str()).collect();
        let words = Words(language);
        let expected = [
            words.say("source-reading"),
            words.say("source-contract"),
            words.say("why-price-item"),
            words.say("why-rounding"),
            words.say("why-tax"),
            words.say("why-decision"),
        ];
        assert_eq!(labels, expected);
        let said: Vec<String> = why
            .proof
            .iter()
            .map(|one| format!("{} {}", one.text, one.detail))
            .collect();
        let said = said.join("\n");
        for raw in [
            "E34",
            "media_storage",
            "2026-07",
            "..",
            "coverage 1",
            "set by",
        ] {
            assert!(!said.contains(raw), "{raw}: {said}");
        }
        assert_eq!(why.proof[0].href, "/usage/C");
        let (line, list) = why.proof[0].more.as_ref().expect("the reports");
        assert!(line.starts_with('3') && list.len() == 3, "{line}");
    }
    let english = of_line(asked(Language::En, &view, &pages), &view.lines[1]);
    let reading = &english.proof[0];
    assert_eq!(
        reading.text.replace(NBSP, " "),
        "638 GB on social.example, 1–\u{2060}31 July 2026"
    );
    // Rounded down: a report that is missing never looks as if it were there.
    assert_eq!(
        reading.detail.replace(NBSP, " "),
        "Coverage 99.93 %, revision 1"
    );
}

#[test]
fn equations_come_out_at_the_amount_of_their_line() {
    let pages = Pages::default();
    for name in ["de", "en", "fr", "us"] {
        let view = samples::invoice(name).expect("the sample");
        for (language, line) in ALL
            .iter()
            .flat_map(|one| view.lines.iter().map(|l| (*one, l)))
        {
            let why = of_line(asked(language, &view, &pages), line);
            let last = why.equations.last().and_then(|terms| terms.last());
            let last = last.expect("a result");
            assert!(last.result, "{name} {}", line.position);
            let net = crate::web::format::amount(line.net, language);
            assert_eq!(last.value, net, "{name} {}", line.position);
        }
    }
    let part = samples::invoice("us").expect("the sample");
    let why = of_line(asked(Language::En, &part, &pages), &part.lines[0]);
    assert_eq!(read(&why.equations[0]), "900.00 × 7/10 = 630.00");
}

#[test]
fn what_does_not_come_out_is_not_shown_as_a_calculation() {
    let mut view = samples::invoice("us").expect("the sample");
    let pages = Pages::default();
    // Cut at two days, each part rounded by itself: the factors miss the amount by a cent.
    view.lines[0].net = Money::new(63_001, Currency::USD);
    let why = of_line(asked(Language::En, &view, &pages), &view.lines[0]);
    assert_eq!(read(&why.equations[0]), "630.01");
    view.lines[0].net = Money::new(30_000, Currency::USD);
    view.lines[0].basis = LineBasis::Time {
        per: Interval::Month,
        fraction: Ratio::new(1, 3).expect("a share"),
        count: Quantity::whole(1),
    };
    let why = of_line(asked(Language::En, &view, &pages), &view.lines[0]);
    assert_eq!(read(&why.equations[0]), "900.00 × 1/3 = 300.00");
}

#[test]
fn a_credit_is_a_share_of_the_fee() {
    let view = samples::invoice("en").expect("the sample");
    let pages = Pages::default();
    let amount = Money::new(32_741, Currency::EUR);
    let because = |percent: &str| {
        Derivation::fact("Service credit", "327.41 EUR").because([
            Derivation::fact("availability", "99.4198 %").because([
                Derivation::fact("agreed time", "2678400 s"),
                Derivation::fact("down", "15540 s"),
            ]),
            Derivation::fact("credit in per cent of the month's fee", percent),
            Derivation::fact("fee of the month", "3274.11 EUR"),
        ])
    };
    let shown = SumView {
        label: "Service credit".to_owned(),
        notes: vec!["99.42 % reached, 99.90 % agreed".to_owned()],
        amount: "−327.41".to_owned(),
    };
    let asked = asked(Language::En, &view, &pages);
    let why = of_allowance(asked, (&because("10 %"), None, amount), &shown);
    assert_eq!(
        read(&why.equations[0]),
        "3,274.11 × 10 % = 327.411 → 327.41"
    );
    assert_eq!(
        why.proof[0].detail,
        "15,540 of 2,678,400 agreed seconds down"
    );
    // Without the two figures nothing is worked out.
    let why = of_allowance(asked, (&Derivation::fact("x", "y"), None, amount), &shown);
    assert_eq!(read(&why.equations[0]), "327.41");
}
