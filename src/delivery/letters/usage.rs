//! The letter that says how far the use of a period has come.

use super::{House, Letter, tag};
use crate::billing::party::Language;

/// What an alert names, each as text in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The item.
    pub item: String,
    /// Where it is used: instances, or the contract's number where there are several.
    pub place: String,
    /// The usage period.
    pub period: String,
    /// The threshold, with its sign.
    pub threshold: String,
    /// The quantity or amount so far, with its unit.
    pub used: String,
    /// The allowance or budget, with its unit.
    pub bound: String,
    /// True for a budget, false for an allowance.
    pub budget: bool,
    /// Where the use is shown, from a slash on.
    pub path: String,
}

/// Tells that a threshold was reached.
#[must_use]
pub fn usage_alert(language: Language, house: &House, reached: &Reached) -> Letter {
    let Reached {
        item,
        place,
        period,
        threshold,
        used,
        bound,
        budget,
        path,
    } = reached;
    let (subject, before, label, after) = match language {
        Language::De => (
            format!("{item}: {threshold} erreicht ({place})"),
            match budget {
                true => format!(
                    "{item} bei {place}: Bisher sind {used} netto angefallen, das Budget für \
                     {period} beträgt {bound}."
                ),
                false => format!(
                    "{item} bei {place}: Bisher sind {used} genutzt, enthalten sind für {period} \
                     {bound}."
                ),
            },
            "Nutzung ansehen",
            "Der Dienst läuft weiter. Was über das Enthaltene hinausgeht, wird nach dem Vertrag \
             abgerechnet. Zu dieser Schwelle schreiben wir für diesen Zeitraum nicht noch einmal.",
        ),
        Language::En => (
            format!("{item}: {threshold} reached ({place})"),
            match budget {
                true => format!(
                    "{item} at {place}: {used} net so far, of a budget of {bound} for {period}."
                ),
                false => format!(
                    "{item} at {place}: {used} used so far, of {bound} that are included for \
                     {period}."
                ),
            },
            "See the use",
            "The service goes on. What goes beyond what is included is billed by the contract. We \
             do not write about this threshold again in this period.",
        ),
        Language::Fr => (
            format!("{item} : {threshold} atteints ({place})"),
            match budget {
                true => format!(
                    "{item}, {place} : {used} hors taxes à ce jour, pour un budget de {bound} sur \
                     {period}."
                ),
                false => format!(
                    "{item}, {place} : {used} utilisés à ce jour, sur {bound} compris pour \
                     {period}."
                ),
            },
            "Voir l’usage",
            "Le service continue. Ce qui dépasse ce qui est compris est facturé selon le contrat. \
             Nous n’écrirons plus au sujet de ce seuil pour cette période.",
        ),
    };
    Letter {
        subject,
        language: tag(language),
        before: vec![before],
        link: Some((label.to_owned(), format!("{}{path}", house.site))),
        after: vec![after.to_owned()],
        closing: house.closing(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_says_how_much_of_what_in_every_language() {
        let house = House {
            name: "Herdbook".to_owned(),
            site: "https://billing.example.org".to_owned(),
            ask: String::new(),
        };
        let mut reached = Reached {
            item: "Storage".to_owned(),
            place: "social.example".to_owned(),
            period: "June 2026".to_owned(),
            threshold: "90 %".to_owned(),
            used: "90 GB".to_owned(),
            bound: "100 GB".to_owned(),
            budget: false,
            path: "/portal/usage/C-1/storage".to_owned(),
        };
        for language in [Language::De, Language::En, Language::Fr] {
            for budget in [false, true] {
                reached.budget = budget;
                let letter = usage_alert(language, &house, &reached);
                let text = letter.plain();
                for said in ["90 GB", "100 GB", "June 2026", "social.example"] {
                    assert!(text.contains(said), "{said}: {text}");
                }
                assert!(text.contains("https://billing.example.org/portal/usage/C-1/storage"));
                assert!(letter.subject.contains("90 %") && !letter.subject.contains('\n'));
            }
        }
    }
}
