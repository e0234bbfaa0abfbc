//! Billing runs: prepare, approve, issue.

mod change;
pub(super) mod list;
pub(super) mod run;

use std::collections::BTreeMap;

use super::access::account::moment;
use super::words::{Argument, Words};
use crate::access::{AccountId, Principal};
use crate::app::App;
use crate::billing::{Currency, Money};
use crate::db::proposals::{Done, Proposal, ProposalState};
use crate::usecases::Failure;
use crate::usecases::access::users;
use crate::usecases::bill::{Report, Row};
use crate::web::format;

/// Names of the people who did something to a run.
struct Names(BTreeMap<AccountId, String>);

impl Names {
    async fn of(app: &App, by: &Principal) -> Result<Self, Failure> {
        Ok(Self(users::names(app, by).await?))
    }

    /// "Ada, 4 January 2027, 09:00 UTC".
    fn done(&self, words: Words, done: Done) -> String {
        let name = self.0.get(&done.by).map_or("", String::as_str);
        format!("{name}, {}", moment(words, done.at))
    }
}

/// State as badge and words.
fn state(words: Words, proposal: &Proposal) -> (&'static str, String) {
    match &proposal.state {
        ProposalState::Prepared => ("due", words.say("run-state-prepared")),
        ProposalState::Approved { .. } => ("soon", words.say("run-state-approved")),
        ProposalState::Issuing { .. } => ("running", words.say("run-state-issuing")),
        ProposalState::Issued { .. } => ("good", words.say("run-state-issued")),
        ProposalState::Withdrawn { outcome, .. } if outcome == "changed" => {
            ("blocked", words.say("run-state-changed"))
        }
        ProposalState::Withdrawn { .. } => ("open", words.say("run-state-withdrawn")),
    }
}

/// Sums of the rows, one a currency: net, tax, gross.
pub(super) fn sums(rows: &[Row]) -> Option<BTreeMap<Currency, [Money; 3]>> {
    let mut sums: BTreeMap<Currency, [Money; 3]> = BTreeMap::new();
    for row in rows {
        let zero = Money::zero(row.gross.currency());
        let sum = sums.entry(row.gross.currency()).or_insert([zero; 3]);
        for (sum, one) in sum.iter_mut().zip([row.net, row.tax, row.gross]) {
            *sum = sum.plus(one).ok()?;
        }
    }
    Some(sums)
}

/// What a run is about, in a line: documents and their gross sums.
pub(super) fn summary(words: Words, report: &Report) -> (String, String) {
    let count = report.issued.len() as u64;
    let documents = words.with("run-documents", &[("count", Argument::Count(count))]);
    let gross: Vec<String> = sums(&report.issued)
        .unwrap_or_default()
        .into_iter()
        .map(|(currency, [.., gross])| format!("{} {currency}", format::amount(gross, words.0)))
        .collect();
    (documents, gross.join(" · "))
}
