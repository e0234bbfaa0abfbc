//! Availability of a period as an exact fraction.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::outage::touches;
use super::{
    ComponentRule, Exclusion, ExclusionKind, ExclusionMode, Objective, Outage, OutageCause,
    SlaError, UnmeasuredPolicy,
};
use crate::billing::Ratio;
use crate::billing::calendar::Period;
use crate::billing::span::{Span, SpanSet};

/// What an objective came to in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AvailabilityResult {
    /// The period, in the objective's zone.
    pub period: Period,
    /// Seconds in which the service was promised.
    pub agreed_seconds: i64,
    /// Seconds of those in which it was down.
    pub down_seconds: i64,
    /// Seconds of the period that were excluded.
    pub excluded_seconds: i64,
    /// Seconds of the period without any measurement.
    pub unmeasured_seconds: i64,
    /// (agreed − down) / agreed, exact; one when nothing was agreed.
    pub ratio: Ratio,
    /// Whether the promise was kept.
    pub met: bool,
    /// Outages that count, by identity, sorted.
    pub outages: BTreeSet<String>,
}

/// Measures one objective over a period.
///
/// Outages are united, excluded time is cut out of them, what is shorter than the minimum is
/// dropped, and the rest is cut to the period. The minimum looks at the whole outage, also where it
/// reaches beyond the period. `unmeasured` are the times for which there is no measurement at all.
///
/// # Errors
/// [`SlaError`] for spans that end before they start and for rules that name no components.
pub fn availability(
    period: Period,
    outages: &[Outage],
    exclusions: &[Exclusion],
    unmeasured: &SpanSet,
    objective: &Objective,
) -> Result<AvailabilityResult, SlaError> {
    let rules = &objective.rules;
    let span = |id: &str, start, end| {
        Span::new(start, end).map_err(|cause| SlaError::Span {
            id: id.to_owned(),
            cause,
        })
    };
    let instants = period.instants(rules.zone)?;
    let window = span(&objective.id, instants.start, instants.end)?;
    let excluded = excluded_time(objective, exclusions, window)?;
    let blind = unmeasured.clip(window);
    let counted: Vec<(&Outage, Span)> = outages
        .iter()
        .filter(|outage| counts(outage, objective))
        // What begins after the period is no fact of it, and an open outage has no end to compare.
        .filter(|outage| outage.start < window.end())
        .map(|outage| {
            let end = outage.end.unwrap_or(window.end());
            Ok((outage, span(&outage.id, outage.start, end)?))
        })
        .collect::<Result<_, SlaError>>()?;
    let mut down = down_time(objective, &counted)?;
    let mut agreed = SpanSet::union_of([window]);
    match rules.unmeasured {
        UnmeasuredPolicy::CountsAsUp => {}
        UnmeasuredPolicy::CountsAsDown => down = down.union(&blind),
        UnmeasuredPolicy::Excluded => agreed = agreed.subtract(&blind),
    }
    if rules.exclusion_mode == ExclusionMode::Remove {
        agreed = agreed.subtract(&excluded);
    }
    let down = long_enough(&down.subtract(&excluded), objective).intersect(&agreed);
    let (agreed_seconds, down_seconds) = (agreed.seconds(), down.seconds());
    let ratio = share(agreed_seconds, down_seconds)?;
    let target = rules.target.factor()?;
    let to_blame = counted
        .iter()
        .filter(|(_, span)| !down.clip(*span).is_empty());
    Ok(AvailabilityResult {
        period,
        agreed_seconds,
        down_seconds,
        excluded_seconds: excluded.clip(window).seconds(),
        unmeasured_seconds: blind.seconds(),
        ratio,
        met: ratio > target || (rules.inclusive && ratio == target),
        outages: to_blame.map(|(outage, _)| outage.id.clone()).collect(),
    })
}

fn share(agreed: i64, down: i64) -> Result<Ratio, SlaError> {
    if agreed == 0 {
        return Ok(Ratio::ONE);
    }
    let up = agreed.saturating_sub(down);
    Ok(Ratio::new(i128::from(up), i128::from(agreed))?)
}

fn counts(outage: &Outage, objective: &Objective) -> bool {
    let by_cause = match outage.cause {
        OutageCause::Provider => true,
        OutageCause::ThirdParty => objective.rules.third_party_counts,
        OutageCause::Customer | OutageCause::Maintenance | OutageCause::ForceMajeure => false,
    };
    by_cause && touches(&outage.components, &objective.rules.components)
}

/// When the service was down, before exclusions and the minimum.
fn down_time(objective: &Objective, counted: &[(&Outage, Span)]) -> Result<SpanSet, SlaError> {
    let rules = &objective.rules;
    if rules.component_rule == ComponentRule::Any {
        return Ok(SpanSet::union_of(counted.iter().map(|(_, span)| *span)));
    }
    let of = |component: &String| {
        let hit = counted.iter().filter(|(outage, _)| {
            outage.components.is_empty() || outage.components.contains(component)
        });
        SpanSet::union_of(hit.map(|(_, span)| *span))
    };
    rules
        .components
        .iter()
        .map(of)
        .reduce(|all, one| all.intersect(&one))
        .ok_or_else(|| SlaError::NoComponents {
            objective: objective.id.clone(),
        })
}

/// What does not count against the objective. An exclusion about any of its components holds for
/// the whole objective.
fn excluded_time(
    objective: &Objective,
    exclusions: &[Exclusion],
    window: Span,
) -> Result<SpanSet, SlaError> {
    let rules = &objective.rules;
    let notice = TimeDelta::hours(i64::from(rules.maintenance_notice_hours));
    let (mut maintenance, mut other) = (Vec::new(), Vec::new());
    for exclusion in exclusions {
        if !touches(&exclusion.components, &rules.components) {
            continue;
        }
        let span = Span::new(exclusion.start, exclusion.end).map_err(|cause| SlaError::Span {
            id: exclusion.id.clone(),
            cause,
        })?;
        match exclusion.kind {
            ExclusionKind::Maintenance { announced_at } => {
                let in_time = announced_at
                    .checked_add_signed(notice)
                    .is_some_and(|earliest| earliest <= exclusion.start);
                maintenance.extend(in_time.then_some(span));
            }
            ExclusionKind::ForceMajeure | ExclusionKind::CustomerCaused | ExclusionKind::Agreed => {
                other.push(span);
            }
        }
    }
    let mut allowed = SpanSet::union_of(maintenance);
    if let Some(limit) = rules.maintenance_allowance_seconds {
        allowed = earliest(&allowed.clip(window), i64::from(limit));
    }
    Ok(allowed.union(&SpanSet::union_of(other)))
}

/// The earliest seconds of a set, up to a limit.
fn earliest(set: &SpanSet, limit: i64) -> SpanSet {
    let mut left = limit;
    let mut kept = Vec::new();
    for span in set.spans() {
        let end = span
            .start()
            .checked_add_signed(TimeDelta::seconds(left.max(0)));
        let end = end.map_or(span.end(), |end| end.min(span.end()));
        kept.extend(Span::new(span.start(), end).ok());
        left = left.saturating_sub(span.seconds());
    }
    SpanSet::union_of(kept)
}

/// Drops outages shorter than the minimum; outages close together are one.
fn long_enough(down: &SpanSet, objective: &Objective) -> SpanSet {
    let minimum = i64::from(objective.rules.minimum_outage_seconds);
    let gap = i64::from(objective.rules.merge_gap_seconds);
    let mut groups: Vec<Vec<Span>> = Vec::new();
    for span in down.spans() {
        let near = |last: &Span| Span::new(last.end(), span.start()).map_or(0, |g| g.seconds());
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| near(last) <= gap) => group.push(*span),
            _ => groups.push(vec![*span]),
        }
    }
    let long = |group: &Vec<Span>| SpanSet::union_of(group.iter().copied()).seconds() >= minimum;
    SpanSet::union_of(groups.into_iter().filter(long).flatten())
}
