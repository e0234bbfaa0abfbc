//! Why a quantity or amount of the running period: the tree the engine wrote, as the page has it.

use super::super::parts::Step;
use super::super::words::{Argument, Words};
use crate::billing::derivation::{Derivation, Source, SourceKind};
use crate::web::format;

/// Requests of evidence that are shown one by one; of more, the first ones and a count.
const SHOWN: usize = 6;

/// A derivation as the tree of the page.
pub(super) fn step(words: Words, derivation: &Derivation) -> Step {
    let Derivation {
        what,
        value,
        source,
        because,
    } = derivation;
    let evidence = |one: &&Derivation| {
        let of = |source: &Source| source.kind == SourceKind::Evidence;
        one.source.as_ref().is_some_and(of)
    };
    let many = because.iter().filter(evidence).count() > 2 * SHOWN;
    let limit = if many { SHOWN } else { because.len() };
    let mut parts: Vec<Step> = because
        .iter()
        .take(limit)
        .map(|one| step(words, one))
        .collect();
    if many {
        let rest = because.len().saturating_sub(limit) as u64;
        parts.push(Step {
            what: words.with("more-requests", &[("count", Argument::Count(rest))]),
            ..Step::default()
        });
    }
    Step {
        what: what.clone(),
        value: value.clone(),
        source: source
            .as_ref()
            .map(|one| named(words, one))
            .unwrap_or_default(),
        source_href: String::new(),
        because: String::new(),
        parts,
    }
}

fn named(words: Words, source: &Source) -> String {
    let kind = match source.kind {
        SourceKind::Contract => words.say("source-contract"),
        SourceKind::Amendment => words.say("source-amendment"),
        SourceKind::Adjustment => words.say("source-adjustment"),
        SourceKind::Reading => words.say("source-reading"),
        SourceKind::ServiceLevel => words.say("source-service-level"),
        SourceKind::TaxEvidence => words.say("source-tax-evidence"),
        SourceKind::Evidence => words.say("source-evidence"),
        SourceKind::BilledLine => words.say("source-billed-line"),
    };
    let id = match source.kind {
        SourceKind::Evidence => format::short_hash(&source.id),
        _ => source.id.clone(),
    };
    format!("{kind} {id}")
}
