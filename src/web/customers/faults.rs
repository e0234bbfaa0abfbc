//! What is wrong with a fact of a customer or seller, in words.

use super::super::words::Words;
use super::text;
use crate::billing::party::check::{FactError, WrongFact};
use crate::billing::routing::RoutingError;

/// Each wrong fact by the name of its field.
pub(in super::super) fn told(words: Words, wrong: &[WrongFact]) -> Vec<(String, String)> {
    let one = |one: &WrongFact| (one.field.clone(), fault(words, &one.why));
    wrong.iter().map(one).collect()
}

/// Why a fact cannot stand, and what to do.
fn fault(words: Words, why: &FactError) -> String {
    match why {
        FactError::Number { .. } => words.say("customer-error-number"),
        FactError::Currency => words.say("customer-error-currency"),
        FactError::Text => words.say("customer-error-text"),
        FactError::Identifier { .. } => words.say("customer-error-identifier"),
        FactError::Country => words.say("customer-error-country"),
        FactError::Period => words.say("customer-error-period"),
        FactError::Year => words.say("customer-error-year"),
        FactError::Hash => words.say("customer-error-hash"),
        FactError::Email { .. } => words.say("error-email"),
        FactError::Routing(why) => routing(words, why),
    }
}

fn routing(words: Words, why: &RoutingError) -> String {
    match why {
        RoutingError::LeitwegSyntax { .. } => words.say("customer-error-leitweg"),
        RoutingError::LeitwegCheckDigits { expected, .. } => {
            words.with("customer-error-leitweg-digits", &text("digits", expected))
        }
        RoutingError::SiretSyntax { .. } | RoutingError::SirenSyntax { .. } => {
            words.say("customer-error-siret")
        }
        RoutingError::SiretCheckDigit { .. } | RoutingError::SirenCheckDigit { .. } => {
            words.say("customer-error-siret-digit")
        }
        RoutingError::PeppolSyntax { .. } => words.say("customer-error-endpoint"),
        RoutingError::PeppolScheme { .. } => words.say("customer-error-scheme"),
        RoutingError::PeppolValue { scheme, .. } => {
            words.with("customer-error-endpoint-value", &text("scheme", scheme))
        }
        RoutingError::VatIdPrefix { .. } => words.say("customer-error-vat-prefix"),
        RoutingError::VatIdSyntax { prefix, .. } => {
            words.with("customer-error-vat-shape", &text("prefix", prefix))
        }
        RoutingError::VatIdCheckDigits { .. } => words.say("customer-error-vat-digits"),
        RoutingError::Iban { .. } => words.say("customer-error-iban"),
        RoutingError::Bic { .. } => words.say("customer-error-bic"),
        RoutingError::CreditorId { .. } | RoutingError::Reference { .. } => {
            words.say("customer-error-identifier")
        }
    }
}
