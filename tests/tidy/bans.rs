//! Words that may not stand in some part of the tree, each with what to use instead.

use crate::source;
use crate::tree::File;

/// A banned word: where it is banned, and what replaces it.
pub struct Ban {
    pub word: &'static str,
    pub instead: &'static str,
}

const fn ban(word: &'static str, instead: &'static str) -> Ban {
    Ban { word, instead }
}

/// The pure core knows no world around it.
const IMPURE: &[Ban] = &[
    ban(
        "sea_orm",
        "take the loaded facts as arguments; src/db reads them",
    ),
    ban("axum", "return a value; src/web answers requests"),
    ban(
        "tokio",
        "stay synchronous; the caller decides where this runs",
    ),
    ban("reqwest", "take the fetched facts as arguments"),
    ban(
        "std::env",
        "take the setting as an argument; src/config.rs reads it",
    ),
    ban("std::fs", "take the text as an argument"),
    ban("SystemTime", "take the instant as an argument"),
    ban("Instant", "take the instant as an argument"),
    ban(
        "::now(",
        "take the date or instant as an argument; App holds the clock",
    ),
    ban("now_v7", "take the id as an argument; the caller makes it"),
    ban("f32", "use Money, Quantity, UnitPrice, Percent or Ratio"),
    ban("f64", "use Money, Quantity, UnitPrice, Percent or Ratio"),
    ban(
        "async fn",
        "stay synchronous: a use case loads, calls, saves",
    ),
    ban(".await", "stay synchronous: a use case loads, calls, saves"),
    ban("println!", "return the text; src/cli prints"),
    ban("eprintln!", "return an error with a code"),
    ban(
        "tracing",
        "return an error with a code; the edge logs it once",
    ),
    ban("rand", "take the number as an argument"),
    ban("unsafe", "there is no need for it here"),
    ban(
        "unwrap_or(0)",
        "return an error: an unknown amount is never zero",
    ),
];

/// Left-overs of work in progress.
const LEFT_OVERS: &[Ban] = &[
    ban("dbg!", "remove it, or use tracing"),
    ban("todo!", "write the code, or return an error with a code"),
    ban(
        "unimplemented!",
        "write the code, or return an error with a code",
    ),
    ban("#[ignore", "make the test run, or delete it"),
];

/// Escapes from the lints. Test harnesses shared by several binaries may need an `allow`, with its
/// reason: what one binary leaves unused, another uses.
const ESCAPES: &[Ban] = &[
    ban("#[allow(", "use #[expect(lint, reason = \"why\")]"),
    ban("#![allow(", "use #![expect(lint, reason = \"why\")]"),
];

/// Marks in comments that nobody comes back to.
const MARKS: &[Ban] = &[
    ban("FIXME", "mend it now, or write it into docs/ROADMAP.md"),
    ban("XXX", "say what is meant, or write it into docs/ROADMAP.md"),
    ban("TODO", "do it now, or write it into docs/ROADMAP.md"),
    ban("HACK", "say why it is right, or mend it"),
];

/// Time is a parameter: one file reads the wall clock.
const CLOCK: &[Ban] = &[
    ban(
        "Utc::now(",
        "take the time as an argument; src/app.rs holds the clock",
    ),
    ban(
        "Local::now(",
        "take the time as an argument; src/app.rs holds the clock",
    ),
    ban(
        "SystemTime::now(",
        "take the time as an argument; src/app.rs holds the clock",
    ),
];

/// sea-orm keeps `Decimal` on SQLite as a float and reads it back changed, without an error.
const DECIMAL_IN_ROWS: &[Ban] = &[
    ban(
        "Decimal",
        "money is BIGINT minor units and currency; quantities are text newtypes",
    ),
    ban(
        "f64",
        "money is BIGINT minor units and currency; quantities are text newtypes",
    ),
    ban(
        "f32",
        "money is BIGINT minor units and currency; quantities are text newtypes",
    ),
];

const DECIMAL_COLUMNS: &[Ban] = &[
    ban(
        ".decimal(",
        "use big_integer() for minor units, text() for quantities and rates",
    ),
    ban(
        ".decimal_len(",
        "use big_integer() for minor units, text() for quantities and rates",
    ),
    ban(
        ".double(",
        "use big_integer() for minor units, text() for quantities and rates",
    ),
    ban(
        ".float(",
        "use big_integer() for minor units, text() for quantities and rates",
    ),
    ban(
        ".money(",
        "use big_integer() for minor units, text() for the currency",
    ),
    ban(
        ".money_len(",
        "use big_integer() for minor units, text() for the currency",
    ),
];

/// The same inside SQL text, in any case.
const DECIMAL_SQL: &[Ban] = &[
    ban("decimal", "use BIGINT minor units, or TEXT"),
    ban("numeric", "use BIGINT minor units, or TEXT"),
    ban("real", "use BIGINT minor units, or TEXT"),
    ban("double", "use BIGINT minor units, or TEXT"),
    ban("float", "use BIGINT minor units, or TEXT"),
];

const ORM: &[Ban] = &[ban(
    "sea_orm",
    "call a repository of src/db: the ORM stays there",
)];

/// A scope over everything is the program's own: a request has a principal, whose scope counts.
const EVERYTHING: &[Ban] = &[
    ban("of_program", "say Program::itself(), where nobody asks"),
    ban(
        "Program::itself",
        "take the scope of what was granted to the principal, in a use case",
    ),
];

/// Where the program acts by itself: the biller and what it checks, jobs, the command line, what
/// is worked out once for everybody. Whoever adds a file says what acts there without a principal.
const PROGRAM: &[&str] = &[
    "src/access/scope.rs",
    "src/cli/",
    "src/demo/",
    "src/jobs/",
    "src/usecases/alerts.rs",
    "src/usecases/backup.rs",
    "src/usecases/bill/",
    // By the command line; a request's scope is handed on.
    "src/usecases/cancel_invoice.rs",
    "src/usecases/close_readings.rs",
    // Every document into a folder, and links that the server signed.
    "src/usecases/documents.rs",
    "src/usecases/explain.rs",
    "src/usecases/facts.rs",
    "src/usecases/import.rs",
    "src/usecases/mail/",
    "src/usecases/outlook/",
    // What the gateway tells is booked, whoever made it be asked.
    "src/usecases/payments/booking.rs",
    "src/usecases/payments/observe.rs",
    "src/usecases/payments/refund.rs",
    "src/usecases/payments/webhook.rs",
    "src/usecases/usage/running.rs",
    "src/usecases/verify/",
    // Alerts that a job sends.
    "src/usecases/webhooks.rs",
];

/// All bans that a file breaks, one line each.
pub fn findings(file: &File) -> Vec<String> {
    if !file.is_rust() {
        return Vec::new();
    }
    let code = source::code(&file.text);
    let shipped = source::shipped(&file.text);
    let comments = source::only(&file.text, &[source::Part::Comment]);
    let texts = source::only(&file.text, &[source::Part::Text]).to_lowercase();
    let product = file.under("src/") && !file.path.ends_with("/tests.rs");
    let mut out = Vec::new();
    let mut look = |applies: bool, bans: &[Ban], view: &str| {
        if applies {
            out.extend(hits(&file.path, view, bans));
        }
    };
    look(
        (file.under("src/billing/") || file.under("src/access/")) && product,
        IMPURE,
        &shipped,
    );
    look(true, LEFT_OVERS, &code);
    look(
        file.under("src/") || file.under("migrations/"),
        ESCAPES,
        &code,
    );
    look(true, MARKS, &comments);
    look(product && file.path != "src/app.rs", CLOCK, &shipped);
    look(
        product && !file.under("src/db/") && !file.under("src/db.rs"),
        ORM,
        &shipped,
    );
    look(
        product && !PROGRAM.iter().any(|place| file.under(place)),
        EVERYTHING,
        &shipped,
    );
    look(file.under("src/db/entities"), DECIMAL_IN_ROWS, &shipped);
    look(file.under("migrations/"), DECIMAL_COLUMNS, &code);
    look(file.under("migrations/"), DECIMAL_SQL, &texts);
    out.extend(reasons(&file.path, &code));
    out
}

/// Lines of `view` that hold a banned word.
pub fn hits(path: &str, view: &str, bans: &[Ban]) -> Vec<String> {
    let mut out = Vec::new();
    for (n, line) in view.lines().enumerate() {
        for ban in bans.iter().filter(|ban| source::has_word(line, ban.word)) {
            let line_no = n + 1;
            out.push(format!(
                "{path}:{line_no}: `{}` is banned: {}",
                ban.word, ban.instead
            ));
        }
    }
    out
}

/// Whoever excepts a lint says why.
fn reasons(path: &str, code: &str) -> Vec<String> {
    let mut out = Vec::new();
    let starts = ["[expect(", "[allow("].map(|start| code.match_indices(start));
    for (at, _) in starts.into_iter().flatten() {
        let attribute = &code[at..at + source::item_len(&code[at..]).min(code.len() - at)];
        let end = attribute.find(")]").unwrap_or(attribute.len());
        if !source::has_word(&attribute[..end], "reason") {
            let line_no = code[..at].matches('\n').count() + 1;
            out.push(format!(
                "{path}:{line_no}: an excepted lint needs `reason = \"why\"`"
            ));
        }
    }
    out
}

fn broken(path: &str, text: &str) -> Vec<String> {
    findings(&File {
        path: path.to_owned(),
        text: text.to_owned(),
    })
}

#[test]
fn each_impure_word_is_found_in_the_core_and_only_there() {
    for ban in IMPURE {
        let line = format!("fn f() {{ {} }}\n", ban.word);
        let found = broken("src/billing/money.rs", &line);
        assert!(
            found.iter().any(|f| f.contains(&format!("`{}`", ban.word))),
            "{line}"
        );
    }
    assert!(broken("src/forecast/mod.rs", "fn f(x: f64) {}").is_empty());
    assert!(
        broken(
            "src/billing/usage.rs",
            "// no f64 here\nconst S: &str = \"f64\";"
        )
        .is_empty()
    );
}

#[test]
fn left_overs_are_found_everywhere() {
    for word in ["dbg!(x)", "todo!()", "unimplemented!()", "#[ignore]"] {
        assert_eq!(broken("src/cli/bill.rs", word).len(), 1, "{word}");
        assert_eq!(broken("tests/bill.rs", word).len(), 1, "{word}");
    }
    let mark = ["// FIX", "ME later"].concat();
    assert_eq!(broken("src/cli/bill.rs", &mark).len(), 1);
}

#[test]
fn an_excepted_lint_carries_its_reason() {
    let allowed = "#![allow(dead_code, reason = \"shared\")]";
    assert!(broken("tests/common/mod.rs", allowed).is_empty());
    assert_eq!(
        broken("tests/common/mod.rs", "#![allow(dead_code)]").len(),
        1
    );
    assert_eq!(broken("src/db/mod.rs", allowed).len(), 1);
    assert_eq!(
        broken("src/a.rs", "#[expect(dead_code)]\nfn f() {}").len(),
        1
    );
    let good = "#[expect(\n    dead_code,\n    reason = \"used by the \\\n one\"\n)]\nfn f() {}";
    assert_eq!(broken("src/a.rs", good), Vec::<String>::new());
}

#[test]
fn the_clock_is_read_in_one_file() {
    assert_eq!(broken("src/cli/bill.rs", "let t = Utc::now();").len(), 1);
    assert!(broken("src/app.rs", "let t = Utc::now();").is_empty());
    assert!(
        broken(
            "src/cli/bill.rs",
            "#[cfg(test)]\nmod tests { fn f() { Utc::now() } }"
        )
        .is_empty()
    );
}

#[test]
fn decimals_stay_out_of_rows_and_columns() {
    assert_eq!(
        broken("src/db/entities/price.rs", "pub rate: Decimal,").len(),
        1
    );
    assert!(broken("src/billing/decimal.rs", "pub struct Rate(Decimal);").is_empty());
    assert_eq!(
        broken("migrations/src/m1.rs", "ColumnDef::new(X).decimal()").len(),
        1
    );
    assert_eq!(
        broken("migrations/src/m1.rs", "\"amount DOUBLE PRECISION\"").len(),
        1
    );
    assert!(broken("migrations/src/m1.rs", "\"amount_minor BIGINT\" // already").is_empty());
}

#[test]
fn the_orm_stays_in_its_folder() {
    assert_eq!(broken("src/usecases/bill.rs", "use sea_orm::Set;").len(), 1);
    assert!(broken("src/db/invoice.rs", "use sea_orm::Set;").is_empty());
}

#[test]
fn a_request_has_no_scope_over_everything() {
    for line in ["Scope::of_program()", "page(on, Program::itself(), 7)"] {
        for path in [
            "src/web/runs/mod.rs",
            "src/db/invoices/list.rs",
            "src/usecases/today.rs",
        ] {
            assert_eq!(broken(path, line).len(), 1, "{path} {line}");
        }
    }
    let line = "let all = Program::itself();";
    for own in [
        "src/usecases/bill/mod.rs",
        "src/cli/bill.rs",
        "src/jobs/mod.rs",
        "tests/store.rs",
    ] {
        assert!(broken(own, line).is_empty(), "{own}");
    }
}
