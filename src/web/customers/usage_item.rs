//! One metered item: its running period with allowance and projection, the readings before it, and
//! who sends them.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::super::access::account::moment;
use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::telemetry;
use super::super::words::{Argument, Words};
use super::prices::{Priced, Speaker};
use super::readings::{quantity, written};
use super::usage_instance::{InstancePart, instance_part};
use super::usage_now::{Figure, figures, unit_of};
use super::usage_why::{Answer, Asked, Upto};
use super::{href, text};
use crate::access::Permission;
use crate::billing::calendar::Period;
use crate::billing::rating::Limit;
use crate::billing::{Percent, UnitPrice};
use crate::db::evidence_seen::SeenSource;
use crate::db::sources::PUSHED;
use crate::db::usage_alerts::UsageAlert;
use crate::telemetry::PayloadKind;
use crate::usecases::usage::running::ItemUse;
use crate::usecases::usage::{ItemSheet, of_item};
use crate::web::format;

#[derive(Template)]
#[template(path = "customers/usage-item.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    contract: String,
    usage_href: String,
    name: String,
    body: ItemBody,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// An item's use. Writes itself, on the pages of both sides.
#[derive(Template)]
#[template(path = "customers/usage-item-body.html")]
pub(in super::super) struct ItemBody {
    words: Words,
    price: Priced,
    /// The running period; none when the item does not run today.
    running: Option<RunningPart>,
    unit_head: String,
    instances: Vec<InstancePart>,
    sources: Vec<SourceRow>,
    /// When a threshold was reached, the same for machines, and what it was.
    alerts: Vec<(String, String, String)>,
}

/// The period that runs.
struct RunningPart {
    title: String,
    figures: Vec<Figure>,
    /// Why a figure is not there; empty when all are.
    note: String,
    /// Share of the allowance in words, the limit in words, and the width of the bar.
    used: Option<(String, String, String, &'static str)>,
    why: Vec<Answer>,
    /// Entered by hand: nothing is measured.
    by_hand: bool,
    nothing: bool,
}

/// A source of an instance.
struct SourceRow {
    name: String,
    /// Its own page; empty for whoever may not see that.
    href: String,
    how: String,
    instance: String,
    received: String,
    told: String,
}

/// `GET /usage/{contract}/{item}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path((number, item)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let found = of_item(&shared.app, &who.principal, (&number, &item)).await;
    let Some(sheet) = found.map_err(|error| Failed::of(words, error))? else {
        return Err(Failed::missing(words));
    };
    let name = sheet.item.item.name.get(words.0).to_owned();
    let title = words.with("running-title", &text("item", &name));
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Usage, title),
            sub: sub(words, &sheet),
            usage_href: href("/usage", &number),
            body: ItemBody::of(words, &sheet, who.principal.may(Permission::ReadSources)),
            contract: number,
            name,
            words,
        },
    )
}

/// Contract, customer and instances in a line.
pub(in super::super) fn sub(words: Words, sheet: &ItemSheet) -> String {
    let instances: Vec<&str> = sheet.instances().collect();
    let number = format::unbroken(&sheet.contract.number);
    let arguments = [
        ("number", Argument::Text(&number)),
        ("customer", Argument::Text(&sheet.customer)),
    ];
    let said = words.with("running-sub", &arguments);
    format!("{said} · {}", instances.join(", "))
}

impl ItemBody {
    /// What the sheet of an item says; `leads` to the pages of its sources.
    pub(in super::super) fn of(words: Words, sheet: &ItemSheet, leads: bool) -> Self {
        let item = &sheet.item;
        let speaker = Speaker {
            words,
            currency: sheet.contract.currency,
        };
        let last = item.prices.last().map(|step| &step.model);
        let unit = unit_of(item);
        let (_, unit_text) = quantity(words, "2", unit);
        let instances = (1_u32..).zip(sheet.instances());
        Self {
            price: speaker.item(&item.item, last, item.item.quantity),
            running: sheet.running.as_ref().map(|one| running(speaker, one)),
            instances: instances
                .map(|(number, instance)| instance_part(words, sheet, (number, instance)))
                .collect(),
            unit_head: match unit_text.is_empty() {
                true => words.say("invoice-quantity"),
                false => unit_text,
            },
            sources: sheet
                .sources
                .iter()
                .map(|one| source(words, one, leads))
                .collect(),
            alerts: sheet
                .alerts
                .iter()
                .map(|one| alert(words, sheet, &one.alert))
                .collect(),
            words,
        }
    }

    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

fn running(speaker: Speaker, used: &ItemUse) -> RunningPart {
    let words = speaker.words;
    let period = format::span_in_words(used.at.window, words.0);
    let note = match (&used.so_far, &used.at_end) {
        (None, _) => words.say("running-before-open"),
        (_, None) if used.metered && used.any() => words.say("running-early"),
        _ => String::new(),
    };
    let asked = Asked::of(words, &used.item, speaker.currency);
    let mut why = Vec::new();
    for one in &used.instances {
        if let Some(projection) = &one.projection {
            why.push(asked.projection((&one.instance, used.at.window), projection));
        }
    }
    for (standing, upto) in [(&used.so_far, Upto::Now), (&used.at_end, Upto::End)] {
        why.extend(standing.as_ref().map(|one| asked.standing(one, upto)));
    }
    RunningPart {
        title: words.with("running-period", &text("period", &period)),
        figures: figures(words, used),
        used: share_used(words, used),
        nothing: used.metered && !used.any(),
        by_hand: !used.metered,
        note,
        why,
    }
}

/// How much of the allowance is used, for the bar; none without an allowance.
fn share_used(words: Words, used: &ItemUse) -> Option<(String, String, String, &'static str)> {
    let standing = used.so_far.as_ref()?;
    let included = standing.included;
    if included.is_zero() {
        return None;
    }
    let hundred = Decimal::from(100);
    let share = standing.used.decimal().checked_mul(hundred)?;
    let share = share.checked_div(included.decimal())?.trunc();
    let (figure, unit) = quantity(words, &included.to_string(), unit_of(&used.item));
    let limit = written(figure, &unit);
    let tone = match share {
        share if share >= hundred => "bad",
        share if share >= Decimal::from(75) => "warn",
        _ => "",
    };
    Some((
        format!("{}{}%", format::decimal(share, 0, words.0), format::NBSP),
        words.with("running-of", &text("quantity", &limit)),
        share.min(hundred).to_string(),
        tone,
    ))
}

fn source(words: Words, found: &SeenSource, leads: bool) -> SourceRow {
    let at = |at: Option<DateTime<Utc>>| {
        at.map_or_else(|| words.say("running-never"), |at| moment(words, at))
    };
    SourceRow {
        name: found.name.clone(),
        href: match leads {
            true => telemetry::href(&found.name),
            false => String::new(),
        },
        how: how(words, &found.kind),
        instance: found.instance.clone(),
        received: at(found.last_received),
        told: at(found.last_told),
    }
}

/// How a source reports, in words, by the code that is stored.
fn how(words: Words, code: &str) -> String {
    let Ok(kind) = PayloadKind::from_code(code) else {
        return match code {
            PUSHED => words.say("source-pushes"),
            _ => words.say("source-other"),
        };
    };
    match kind {
        PayloadKind::OtlpProtobuf
        | PayloadKind::OtlpJson
        | PayloadKind::RemoteWrite1
        | PayloadKind::RemoteWrite2 => words.say("source-pushes"),
        PayloadKind::CloudEvent
        | PayloadKind::CloudEventBatch
        | PayloadKind::CloudEventBinary
        | PayloadKind::MastodonReports => words.say("source-events"),
        PayloadKind::PrometheusText | PayloadKind::AdminMeasures | PayloadKind::MastodonFigures => {
            words.say("source-asked")
        }
        PayloadKind::UsageCsv | PayloadKind::UsageJson => words.say("source-file"),
    }
}

/// A threshold that was reached, in words.
fn alert(words: Words, sheet: &ItemSheet, alert: &UsageAlert) -> (String, String, String) {
    let threshold = alert.threshold.parse::<Percent>().ok();
    let share = threshold.map(|one| format::percent(one, words.0));
    let figure = |text: &str| match Limit::of(&alert.bound_kind) {
        Some(Limit::Budget) => {
            let amount = text.parse::<UnitPrice>().ok();
            let currency = sheet.contract.currency;
            let speaker = Speaker { words, currency };
            amount.map_or_else(|| text.to_owned(), |amount| speaker.money(amount))
        }
        _ => {
            let (figure, unit) = quantity(words, text, unit_of(&sheet.item));
            written(figure, &unit)
        }
    };
    let period = Period::new(alert.from, alert.to).ok();
    let period = period.map(|period| format::span_in_words(period, words.0));
    let (used, bound) = (figure(&alert.used), figure(&alert.bound));
    let arguments = [
        (
            "share",
            Argument::Text(share.as_deref().unwrap_or_default()),
        ),
        ("used", Argument::Text(&used)),
        ("bound", Argument::Text(&bound)),
        (
            "period",
            Argument::Text(period.as_deref().unwrap_or_default()),
        ),
    ];
    let said = match Limit::of(&alert.bound_kind) {
        Some(Limit::Budget) => words.with("alert-budget", &arguments),
        _ => words.with("alert-allowance", &arguments),
    };
    (
        moment(words, alert.recorded_at),
        alert.recorded_at.to_rfc3339(),
        said,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::party::Language;

    #[test]
    fn how_a_source_reports_is_told_in_words() {
        let codes = PayloadKind::ALL.map(PayloadKind::code);
        for code in codes.into_iter().chain([PUSHED]) {
            let said = [Language::De, Language::En, Language::Fr].map(|one| how(Words(one), code));
            let [german, english, french] = &said;
            assert!(german != english && english != french, "{code}: {said:?}");
            let other = Words(Language::En).say("source-other");
            assert!(
                !said.iter().any(|one| *one == other || one.contains(code)),
                "{said:?}"
            );
        }
        assert_eq!(how(Words(Language::De), "unheard-of"), "auf andere Weise");
    }
}
