//! The work list: what needs somebody, in groups, with one action a row.

use super::super::access::encoded;
use super::super::customers::tax::lacking;
use super::super::runs::{summary, sums};
use super::super::words::{Argument, Words};
use super::open::late;
use crate::billing::outlook::{Age, OpenAmount, OpenAmounts};
use crate::billing::rating::Limit;
use crate::billing::{Money, Percent};
use crate::db::proposals::Proposal;
use crate::usecases::bill::Report;
use crate::usecases::outlook::{Agreed, Booked};
use crate::usecases::today::{ROWS, Work};
use crate::web::format;

/// One thing to do.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) what: String,
    pub(super) detail: String,
    /// Figure and currency; empty for none.
    pub(super) amount: (String, String),
    /// The same in another currency.
    pub(super) second: (String, String),
    pub(super) state: &'static str,
    pub(super) when: String,
    pub(super) action: String,
    /// Where the action leads; empty when there is no page for it.
    pub(super) href: String,
}

/// Things of one kind.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) label: String,
    pub(super) count: u64,
    pub(super) rows: Vec<Row>,
    /// Where the rest is listed, with its words; empty when all of it is shown.
    pub(super) more: (String, String),
}

/// Groups of one side of the house.
#[derive(Debug)]
pub(super) struct Area {
    /// Names it in the address of the page.
    pub(super) id: &'static str,
    pub(super) label: String,
    pub(super) count: u64,
    pub(super) groups: Vec<Group>,
}

/// What a list needs to write its rows.
pub(super) struct Written<'a> {
    pub(super) words: Words,
    pub(super) today: chrono::NaiveDate,
    pub(super) names: &'a std::collections::BTreeMap<u32, String>,
}

/// All that waits, by side of the house; what holds nothing is left out.
pub(super) fn areas(of: &Written<'_>, work: &Work, (blocks, lacks): (bool, bool)) -> Vec<Area> {
    let words = of.words;
    let mut money_in = vec![
        runs(
            of,
            words.say("home-approve"),
            &work.approve,
            words.say("home-review"),
        ),
        runs(
            of,
            words.say("home-issue"),
            &work.issue,
            words.say("home-open-run"),
        ),
    ];
    let mut contracts = Vec::new();
    if let Some(known) = &work.agreed {
        if work.prepare {
            money_in.push(due(of, &known.figure));
        }
        if blocks {
            contracts.push(blocked(of, &known.figure));
        }
        if lacks {
            contracts.push(lacking_customers(of, &known.figure));
        }
    }
    if let Some(known) = &work.booked {
        money_in.push(overdue(of, &known.figure));
    }
    let all = [
        ("money-in", words.say("home-money-in"), money_in),
        (
            "money-out",
            words.say("home-money-out"),
            vec![refunds(of, work), held(of, work)],
        ),
        ("contracts", words.say("home-contracts"), contracts),
        (
            "operations",
            words.say("home-operations"),
            vec![pending(of, work), used_up(of, work), failed(of, work)],
        ),
    ];
    let area = |(id, label, mut groups): (&'static str, String, Vec<Group>)| {
        groups.retain(|group| group.count > 0);
        Area {
            id,
            label,
            count: groups.iter().map(|group| group.count).sum(),
            groups,
        }
    };
    let all = all.into_iter().map(area);
    all.filter(|area| !area.groups.is_empty()).collect()
}

fn group(label: String, count: usize, rows: Vec<Row>) -> Group {
    Group {
        label,
        count: count as u64,
        rows,
        more: (String::new(), String::new()),
    }
}

impl Area {
    /// Its name and how much waits there, for the links above the list.
    pub(super) fn sum(&self) -> String {
        format!("{}\u{a0}{}", self.label, self.count)
    }

    pub(super) fn href(&self) -> String {
        format!("#{}", self.id)
    }
}

impl Group {
    /// Says how many are not shown, and where all of them are.
    fn listed_at(mut self, words: Words, href: &str) -> Self {
        let shown = self.rows.len() as u64;
        if self.count > shown {
            let rest = Argument::Count(self.count.saturating_sub(shown));
            self.more = (words.with("home-more", &[("count", rest)]), href.to_owned());
        }
        self
    }
}

fn amount(words: Words, money: Money) -> (String, String) {
    (format::amount(money, words.0), money.currency().to_string())
}

fn runs(of: &Written<'_>, label: String, found: &[Proposal], action: String) -> Group {
    let words = of.words;
    let row = |run: &Proposal| {
        let report: Report = serde_json::from_str(&run.body).unwrap_or_default();
        let (documents, _) = summary(words, &report);
        let held = report.blocked.len() as u64;
        let held = words.with("home-held-back", &[("count", Argument::Count(held))]);
        let gross = sums(&report.issued).unwrap_or_default().into_values();
        let mut gross = gross.map(|[.., one]| amount(words, one));
        let day = format::date(run.as_of, words.0);
        let since = format::date(run.prepared.at.date_naive(), words.0);
        let waits = run.prepared.at.date_naive() < of.today;
        Row {
            what: words.with("run-of", &[("day", Argument::Text(&day))]),
            detail: format!("{documents}. {held}"),
            amount: gross.next().unwrap_or_default(),
            second: gross.next().unwrap_or_default(),
            state: "soon",
            when: match waits {
                true => words.with("home-since", &[("day", Argument::Text(&since))]),
                false => words.say("home-today"),
            },
            action: action.clone(),
            href: format!("/runs/{}", run.id),
        }
    };
    group(label, found.len(), found.iter().map(row).collect())
}

fn due(of: &Written<'_>, figure: &Agreed) -> Group {
    let words = of.words;
    let parts = figure.due.values().flat_map(|due| &due.parts);
    let count = parts.clone().count();
    let since = parts.map(|part| part.since).min();
    let label = words.say("home-due");
    let Some(since) = since else {
        return group(label, 0, Vec::new());
    };
    let since = format::date(since, words.0);
    let mut amounts = figure.due.values().map(|due| amount(words, due.amount));
    let row = Row {
        what: words.with(
            "home-due-contracts",
            &[("count", Argument::Count(count as u64))],
        ),
        detail: words.say("home-due-text"),
        amount: amounts.next().unwrap_or_default(),
        second: amounts.next().unwrap_or_default(),
        state: "due",
        when: words.with("home-since", &[("day", Argument::Text(&since))]),
        action: words.say("home-prepare"),
        href: "/runs#prepare".to_owned(),
    };
    group(label, 1, vec![row])
}

fn blocked(of: &Written<'_>, figure: &Agreed) -> Group {
    let words = of.words;
    let rows = figure.blocked.iter().take(ROWS).map(|one| Row {
        what: one.contract.clone(),
        detail: one.reason.clone(),
        state: "blocked",
        when: words.say("home-blocked-state"),
        action: words.say("home-open-contract"),
        href: format!("/contracts/{}", encoded(&one.contract)),
        ..Row::default()
    });
    let label = words.say("home-blocked");
    group(label, figure.blocked.len(), rows.collect()).listed_at(words, "/runs")
}

/// What is overdue in one currency, the oldest first.
fn late_of(open: &OpenAmounts) -> impl Iterator<Item = &OpenAmount> {
    let ages = open.by_age.iter().rev();
    let late = ages.filter(|(age, _)| **age != Age::NotDue);
    late.flat_map(|(_, sum)| &sum.parts)
}

/// The rows of what is overdue: the oldest first, whatever their currency.
pub(super) fn late_ones(figure: &Booked) -> Vec<&OpenAmount> {
    let currencies = figure.open.values();
    let mut oldest: Vec<_> = currencies
        .flat_map(|open| late_of(open).take(ROWS))
        .collect();
    oldest.sort_by(|a, b| (a.due, &a.number).cmp(&(b.due, &b.number)));
    oldest.truncate(ROWS);
    oldest
}

fn overdue(of: &Written<'_>, figure: &Booked) -> Group {
    let words = of.words;
    let rows = late_ones(figure).into_iter().map(|one| {
        let (state, when) = late(words, one.overdue_days);
        Row {
            what: one.number.clone(),
            detail: of.names.get(&one.customer).cloned().unwrap_or_default(),
            amount: amount(words, one.amount),
            state,
            when,
            action: words.say("home-open-invoice"),
            href: format!("/invoices/{}", encoded(&one.number)),
            ..Row::default()
        }
    });
    let rows: Vec<Row> = rows.collect();
    let count = figure.open.values().flat_map(late_of).count();
    group(words.say("home-overdue"), count, rows).listed_at(words, "/outlook/open")
}

fn refunds(of: &Written<'_>, work: &Work) -> Group {
    let found = work.approve_refunds.iter();
    let rows = found.take(ROWS).map(|one| {
        let paid = (one.customer, one.invoice.as_deref(), one.since);
        Row {
            action: of.words.say("home-review"),
            ..payment(of, paid, one.amount)
        }
    });
    let label = of.words.say("home-refunds");
    group(label, work.approve_refunds.len(), rows.collect()).listed_at(of.words, "/invoices")
}

fn held(of: &Written<'_>, work: &Work) -> Group {
    let found = work.give_back.first.iter();
    let rows = found.map(|one| {
        let paid = (one.customer, one.invoice.as_deref(), one.received_on);
        payment(of, paid, one.amount)
    });
    let rows: Vec<Row> = rows.collect();
    let mut group = group(of.words.say("home-held"), rows.len(), rows);
    group.count = work.give_back.count;
    group.listed_at(of.words, "/invoices")
}

/// Money of a payment that waits, with the invoice it was meant for.
fn payment(
    of: &Written<'_>,
    (customer, invoice, since): (u32, Option<&str>, chrono::NaiveDate),
    money: Money,
) -> Row {
    let words = of.words;
    let since = format::date(since, words.0);
    let name = of.names.get(&customer).cloned();
    let name = name.unwrap_or_else(|| customer.to_string());
    Row {
        what: invoice.map_or_else(|| name.clone(), str::to_owned),
        detail: name,
        amount: amount(words, money),
        state: "due",
        when: words.with("home-since", &[("day", Argument::Text(&since))]),
        action: words.say("home-open-invoice"),
        href: match invoice {
            Some(number) => format!("/invoices/{}#payments", encoded(number)),
            None => String::new(),
        },
        ..Row::default()
    }
}

fn pending(of: &Written<'_>, work: &Work) -> Group {
    let words = of.words;
    let rows = work.pending.first.iter().map(|one| Row {
        what: one.number.clone(),
        detail: words.with(
            "home-pending-text",
            &[("contract", Argument::Text(&one.contract))],
        ),
        state: "due",
        when: words.say("home-pending-state"),
        action: words.say("home-open-invoice"),
        href: format!("/invoices/{}", encoded(&one.number)),
        ..Row::default()
    });
    let rows: Vec<Row> = rows.collect();
    let mut group = group(words.say("home-pending"), rows.len(), rows);
    group.count = work.pending.count;
    group.listed_at(words, "/invoices")
}

/// Allowances and budgets that are nearly or wholly used up.
fn used_up(of: &Written<'_>, work: &Work) -> Group {
    let words = of.words;
    let rows = work.alerts.iter().take(ROWS).map(|told| {
        let alert = &told.alert.alert;
        let name = told.item().map(|item| item.name.get(words.0));
        let threshold = alert.threshold.parse::<Percent>().ok();
        let full = threshold.is_some_and(|one| one >= Percent::whole(100));
        let share = threshold.map(|one| format::percent(one, words.0));
        let share = share.unwrap_or_default();
        let arguments = [("share", Argument::Text(&share))];
        let reached = match Limit::of(&alert.bound_kind) {
            Some(Limit::Budget) => words.with("alert-of-budget", &arguments),
            _ => words.with("alert-of-allowance", &arguments),
        };
        Row {
            what: name.unwrap_or(&alert.item).to_owned(),
            detail: format!("{} · {}", alert.contract, told.contract.title),
            state: if full { "overdue" } else { "soon" },
            when: reached,
            action: words.say("alert-open"),
            href: format!(
                "/usage/{}/{}",
                encoded(&alert.contract),
                encoded(&alert.item)
            ),
            ..Row::default()
        }
    });
    let label = words.say("alert-group");
    group(label, work.alerts.len(), rows.collect()).listed_at(words, "/usage")
}

fn failed(of: &Written<'_>, work: &Work) -> Group {
    let words = of.words;
    let rows = work.failed.first.iter().map(|job| Row {
        what: format!("{} {}", job.kind, job.key),
        detail: job.error.clone(),
        state: "overdue",
        when: words.with("home-tries", &[("count", Argument::Count(job.attempts))]),
        action: words.say("home-open"),
        href: match job.kind == crate::usecases::billing_run::JOB {
            true => format!("/runs/{}", encoded(&job.key)),
            false => String::new(),
        },
        ..Row::default()
    });
    let rows: Vec<Row> = rows.collect();
    let mut group = group(words.say("home-failed"), rows.len(), rows);
    group.count = work.failed.count;
    group.listed_at(words, "")
}

fn lacking_customers(of: &Written<'_>, figure: &Agreed) -> Group {
    let words = of.words;
    let rows = figure.lacking.iter().take(ROWS).map(|one| Row {
        what: one.name.clone(),
        detail: lacking(words, &one.contract, &one.lack),
        state: "blocked",
        when: words.say("home-lacking-state"),
        action: words.say("home-open-customer"),
        href: format!("/customers/{}", one.customer),
        ..Row::default()
    });
    let label = words.say("home-lacking");
    group(label, figure.lacking.len(), rows.collect()).listed_at(words, "/customers")
}
