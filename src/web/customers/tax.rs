//! How a customer is taxed and what it lacks, in words.

use super::super::words::Words;
use super::{day, text};
use crate::billing::biller::{BillingError, Missing};
use crate::billing::party::{Customer, Proof};
use crate::billing::tax::{
    ServiceNature, TaxBlocked, TaxCategory, TaxTreatment, VIES_RECHECK_DAYS, ViesStanding,
    vies_standing,
};
use crate::usecases::customers::{CustomerSheet, TaxToday};
use crate::web::format;
use chrono::NaiveDate;

/// How one kind of service is taxed.
pub(super) struct Treatment {
    pub(super) nature: String,
    pub(super) sold: String,
    pub(super) treatment: String,
    pub(super) code: String,
    pub(super) reason: String,
    pub(super) blocked: bool,
}

/// A piece of evidence, and whether it holds.
pub(super) struct Evidence {
    pub(super) what: String,
    pub(super) title: String,
    pub(super) reference: String,
    pub(super) valid: String,
    pub(super) state: &'static str,
    pub(super) state_text: String,
    pub(super) hash: String,
}

/// How each kind of service is taxed.
pub(super) fn treatments(words: Words, sheet: &CustomerSheet) -> Vec<Treatment> {
    let one = |tax: &TaxToday| {
        let nature = match tax.nature {
            ServiceNature::Automated => words.say("customer-nature-automated"),
            ServiceNature::Human => words.say("customer-nature-human"),
        };
        let sold = match tax.sold {
            true => words.say("customer-nature-sold"),
            false => words.say("customer-nature-not-sold"),
        };
        match &tax.decision {
            Ok(treatment) => Treatment {
                nature,
                sold,
                treatment: treated(words, treatment),
                code: treatment.exemption_code.clone().unwrap_or_default(),
                reason: treatment
                    .reason
                    .as_ref()
                    .map(|reason| reason.get(words.0).to_owned())
                    .unwrap_or_default(),
                blocked: false,
            },
            Err(why) => Treatment {
                nature,
                sold,
                treatment: words.say("customer-tax-blocked"),
                code: String::new(),
                reason: blocked(words, why),
                blocked: true,
            },
        }
    };
    sheet.tax.iter().map(one).collect()
}

fn treated(words: Words, treatment: &TaxTreatment) -> String {
    match treatment.category {
        TaxCategory::S => {
            let rate = treatment.rate.map(|rate| format::percent(rate, words.0));
            words.with(
                "customer-tax-rate",
                &text("rate", &rate.unwrap_or_default()),
            )
        }
        TaxCategory::AE => words.say("customer-tax-reverse"),
        TaxCategory::E => words.say("customer-tax-exempt"),
        TaxCategory::O => words.say("customer-tax-outside"),
    }
}

/// Why a line cannot be taxed.
fn blocked(words: Words, why: &TaxBlocked) -> String {
    match why {
        TaxBlocked::SellerCountry { .. } => words.say("customer-lack-seller-country"),
        TaxBlocked::SellerVatId { .. } => words.say("customer-lack-seller-vat-id"),
        TaxBlocked::SellerTaxNumber { .. } => words.say("customer-lack-seller-tax-number"),
        TaxBlocked::SmallBusinessAbroad { .. } => words.say("customer-lack-small-business"),
        TaxBlocked::ExemptionEvidence { on, .. } => {
            let on = day(words, *on);
            words.with("customer-lack-exemption", &text("day", &on))
        }
        TaxBlocked::VatIdMissing { .. } => words.say("customer-lack-vat-id"),
        TaxBlocked::VatIdCountry { vat_id, .. } => {
            words.with("customer-lack-vat-id-country", &text("id", vat_id))
        }
        TaxBlocked::ViesMissing { vat_id, .. } => {
            words.with("customer-lack-vies", &text("id", vat_id))
        }
        TaxBlocked::ViesInvalid {
            vat_id, checked_on, ..
        } => {
            let on = day(words, *checked_on);
            let arguments = [text("id", vat_id), text("day", &on)].concat();
            words.with("customer-lack-vies-invalid", &arguments)
        }
        TaxBlocked::ViesRecheck { checked_on, .. } => {
            let on = day(words, *checked_on);
            words.with("customer-lack-vies-old", &text("day", &on))
        }
        TaxBlocked::ViesExpired { checked_on, .. } => {
            let on = day(words, *checked_on);
            words.with("customer-lack-vies-expired", &text("day", &on))
        }
        TaxBlocked::OneStopShop { .. } => words.say("customer-lack-one-stop-shop"),
        TaxBlocked::BusinessEvidence { on, .. } => {
            let on = day(words, *on);
            words.with("customer-lack-business", &text("day", &on))
        }
        TaxBlocked::UkRegistration { .. } => words.say("customer-lack-uk"),
        TaxBlocked::RulingNeeded { .. } => words.say("customer-lack-ruling"),
        TaxBlocked::Rate(_) => words.say("customer-lack-rate"),
    }
}

/// What keeps a customer from being billed: first what tax asks for, then what documents do.
pub(super) fn lacks(words: Words, sheet: &CustomerSheet) -> Vec<String> {
    lacking_in(words, &sheet.tax, &sheet.lacks)
}

/// The same, of how a customer is taxed and of what its documents lack.
pub(super) fn lacking_in(
    words: Words,
    tax: &[TaxToday],
    lacks: &[(String, BillingError)],
) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    let sold = tax.iter().filter(|tax| tax.sold);
    let tax = sold.filter_map(|tax| tax.decision.as_ref().err());
    let documents = lacks.iter();
    let all = tax
        .map(|why| blocked(words, why))
        .chain(documents.map(|(contract, lack)| lacking(words, contract, lack)));
    for text in all {
        if !said.contains(&text) {
            said.push(text);
        }
    }
    said
}

/// What a document cannot do without.
pub(in super::super) fn lacking(words: Words, contract: &str, lack: &BillingError) -> String {
    match lack {
        BillingError::Missing(Missing::LeitwegId { .. }) => words.say("customer-lack-leitweg"),
        BillingError::Missing(Missing::Siret { .. }) => words.say("customer-lack-siret"),
        BillingError::Missing(Missing::Endpoint { .. }) => words.say("customer-lack-endpoint"),
        BillingError::Missing(Missing::PurchaseOrder { .. }) => {
            words.with("customer-lack-order", &text("contract", contract))
        }
        BillingError::Tax(why) => blocked(words, why),
        other => {
            let code = other.code();
            let id = |prefix: &str| code.starts_with(prefix);
            match () {
                () if id("routing.leitweg") => words.say("customer-lack-leitweg-wrong"),
                () if id("routing.sire") => words.say("customer-lack-siret-wrong"),
                () if id("routing.peppol") => words.say("customer-lack-endpoint-wrong"),
                () if id("routing.vat") => words.say("customer-lack-vat-id-wrong"),
                () => words.with("customer-lack-other", &text("code", code)),
            }
        }
    }
}

/// All evidence on file, newest answers of VIES first.
pub(super) fn evidence(words: Words, customer: &Customer, today: NaiveDate) -> Vec<Evidence> {
    let proofs = [
        (
            words.say("customer-evidence-exemption"),
            &customer.evidence.exemption,
        ),
        (
            words.say("customer-evidence-business"),
            &customer.evidence.business,
        ),
    ];
    let mut all: Vec<Evidence> = proofs
        .into_iter()
        .filter_map(|(what, proof)| Some(proof_of(words, what, proof.as_ref()?, today)))
        .collect();
    let standing = customer
        .vat_id
        .as_ref()
        .map(|id| vies_standing(&customer.evidence.vies, id, today));
    let mut answers: Vec<_> = customer.evidence.vies.iter().collect();
    answers.sort_by_key(|answer| std::cmp::Reverse(answer.checked_on));
    for answer in answers {
        let decides = match standing {
            Some(ViesStanding::Valid { checked_on, .. } | ViesStanding::Invalid { checked_on }) => {
                checked_on == answer.checked_on
            }
            _ => false,
        };
        let age = today.signed_duration_since(answer.checked_on).num_days();
        let (state, state_text) = match (answer.valid, decides) {
            (false, _) => ("overdue", words.say("customer-vies-invalid")),
            (true, true) if age > VIES_RECHECK_DAYS => ("soon", words.say("customer-vies-old")),
            (true, true) => ("good", words.say("customer-vies-holds")),
            (true, false) => ("open", words.say("customer-vies-valid")),
        };
        all.push(Evidence {
            what: words.say("customer-evidence-vies"),
            title: answer.vat_id.clone(),
            reference: answer.request_id.clone(),
            valid: day(words, answer.checked_on),
            state,
            state_text,
            hash: String::new(),
        });
    }
    all
}

fn proof_of(words: Words, what: String, proof: &Proof, today: NaiveDate) -> Evidence {
    let from = day(words, proof.valid_from);
    let (state, state_text) = match proof.valid_until {
        _ if proof.valid_from > today => ("soon", words.say("customer-proof-later")),
        Some(last) if last < today => ("overdue", words.say("customer-proof-over")),
        _ => ("good", words.say("customer-proof-holds")),
    };
    Evidence {
        what,
        title: proof.title.clone(),
        reference: proof.reference.clone(),
        valid: match proof.valid_until {
            Some(last) => format::date_range(proof.valid_from, last, words.0),
            None => words.with("contract-since", &text("day", &from)),
        },
        state,
        state_text,
        hash: proof
            .sha256
            .as_deref()
            .map(format::short_hash)
            .unwrap_or_default(),
    }
}
