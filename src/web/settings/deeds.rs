//! What the audit trail tells of, in words.

use super::super::words::{Argument, Words};

/// A choice of a filter: value, label, whether it is chosen.
pub(super) type Choice = (String, String, bool);

/// Kinds of deeds by what stands before the point of their codes.
pub(super) fn kinds(words: Words, chosen: &str) -> Vec<Choice> {
    let all = [
        ("customer", words.say("audit-kind-customer")),
        ("contract", words.say("audit-kind-contract")),
        ("run", words.say("audit-kind-run")),
        ("invoice", words.say("audit-kind-invoice")),
        ("account", words.say("audit-kind-account")),
        ("session", words.say("audit-kind-session")),
        ("token", words.say("audit-kind-token")),
        ("passkey", words.say("audit-kind-passkey")),
        ("payment", words.say("audit-kind-payment")),
        ("refund", words.say("audit-kind-refund")),
        ("source", words.say("audit-kind-source")),
        ("seller", words.say("audit-kind-seller")),
        ("job", words.say("audit-kind-job")),
        ("book", words.say("audit-kind-book")),
    ];
    let choice = |(code, label): (&str, String)| (code.to_owned(), label, code == chosen);
    all.into_iter().map(choice).collect()
}

/// What was done, in words; the code of what has none.
pub(super) fn action(words: Words, code: &str) -> String {
    let known = of_people(words, code).or_else(|| of_money(words, code));
    known
        .or_else(|| of_facts(words, code))
        .or_else(|| of_doors(words, code))
        .unwrap_or_else(|| code.to_owned())
}

/// Accounts, sessions, and what signs in.
fn of_people(words: Words, code: &str) -> Option<String> {
    Some(match code {
        "account.created" => words.say("audit-account-created"),
        "account.changed" => words.say("audit-account-changed"),
        "account.invited-again" => words.say("audit-account-invited"),
        "account.link-given" => words.say("audit-account-link"),
        "account.password-set" => words.say("audit-account-password"),
        "account.activated" => words.say("audit-account-activated"),
        "session.opened" => words.say("audit-session-opened"),
        "session.ended" => words.say("audit-session-ended"),
        "account.renewed" => words.say("audit-account-renewed"),
        "account.connected" => words.say("audit-account-connected"),
        "account.disconnected" => words.say("audit-account-disconnected"),
        "passkey.added" => words.say("audit-passkey-added"),
        "passkey.removed" => words.say("audit-passkey-removed"),
        "passkey.copied" => words.say("audit-passkey-copied"),
        "token.issued" => words.say("audit-token-issued"),
        "token.revoked" => words.say("audit-token-revoked"),
        "view.shared" => words.say("audit-view-shared"),
        "view.unshared" => words.say("audit-view-unshared"),
        _ => return None,
    })
}

/// Runs, invoices and payments.
fn of_money(words: Words, code: &str) -> Option<String> {
    Some(match code {
        "run.prepared" => words.say("audit-run-prepared"),
        "run.approved" => words.say("audit-run-approved"),
        "run.issuing" => words.say("audit-run-issuing"),
        "run.issued" => words.say("audit-run-issued"),
        "run.withdrawn" => words.say("audit-run-withdrawn"),
        "invoice.frozen" => words.say("audit-invoice-frozen"),
        "invoice.issued" => words.say("audit-invoice-issued"),
        "invoice.cancelling" => words.say("audit-invoice-cancelling"),
        "invoice.cancelled" => words.say("audit-invoice-cancelled"),
        "documents.archived" => words.say("audit-documents-archived"),
        "payment.started" => words.say("audit-payment-started"),
        "payment.received" => words.say("audit-payment-received"),
        "payment.fee" => words.say("audit-payment-fee"),
        "refund.requested" => words.say("audit-refund-requested"),
        "refund.approved" => words.say("audit-refund-approved"),
        "refund.withdrawn" => words.say("audit-refund-withdrawn"),
        "refund.returned" => words.say("audit-refund-returned"),
        "refund.failed" => words.say("audit-refund-failed"),
        _ => return None,
    })
}

/// Facts that were entered or changed, and the work of the server.
fn of_facts(words: Words, code: &str) -> Option<String> {
    Some(match code {
        "book.imported" => words.say("audit-book-imported"),
        "customer.created" => words.say("audit-customer-created"),
        "customer.webhook-set" => words.say("audit-webhook-set"),
        "customer.webhook-secret" => words.say("audit-webhook-secret"),
        "customer.webhook-gone" => words.say("audit-webhook-gone"),
        "customer.webhook-off" => words.say("audit-webhook-off"),
        "customer.changed" => words.say("audit-customer-changed"),
        "seller.proposed" => words.say("audit-seller-proposed"),
        "seller.changed" => words.say("audit-seller-changed"),
        "seller.refused" => words.say("audit-seller-refused"),
        "job.retried" => words.say("audit-job-retried"),
        _ => return None,
    })
}

/// What may bring telemetry, and what was kept aside.
fn of_doors(words: Words, code: &str) -> Option<String> {
    Some(match code {
        "source.created" => words.say("audit-source-created"),
        "source.rotated" => words.say("audit-source-rotated"),
        "source.revoked" => words.say("audit-source-revoked"),
        "quarantine.dismissed" => words.say("audit-quarantine-dismissed"),
        "quarantine.replayed" => words.say("audit-quarantine-replayed"),
        "evidence.deleted" => words.say("audit-evidence-deleted"),
        "mastodon-hook.registered" => words.say("audit-hook-registered"),
        "mastodon-hook.rotated" => words.say("audit-hook-rotated"),
        "mastodon-hook.settled" => words.say("audit-hook-settled"),
        "mastodon-hook.closed" => words.say("audit-hook-closed"),
        "pull-target.put" => words.say("audit-target-put"),
        "pull-target.token" => words.say("audit-target-token"),
        "pull-target.removed" => words.say("audit-target-removed"),
        _ => return None,
    })
}

/// What a record is about, in words: its kind before its name. The subject itself where its kind
/// has no word.
pub(super) fn subject(words: Words, kind: &str, name: &str) -> Option<String> {
    let name = [("name", Argument::Text(name))];
    Some(match kind {
        "customer" => words.with("audit-of-customer", &name),
        "contract" => words.with("audit-of-contract", &name),
        "invoice" => words.with("audit-of-invoice", &name),
        "run" => words.with("audit-of-run", &name),
        "account" => words.with("audit-of-account", &name),
        "seller" => words.with("audit-of-seller", &name),
        "token" => words.with("audit-of-token", &name),
        "job" => words.with("audit-of-job", &name),
        "usage-alert" => words.with("audit-of-alert", &name),
        "payment" => words.with("audit-of-payment", &name),
        "book" => words.with("audit-of-book", &name),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::party::Language;

    /// The deeds that the program writes into the trail, as they stand in its text.
    fn written() -> Vec<String> {
        let kinds = "account passkey session token view run invoice documents payment refund \
                     book customer seller job source mastodon-hook pull-target evidence";
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/usecases");
        let (mut waiting, mut found) = (vec![root], Vec::new());
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                let inside = std::fs::read_dir(&path).unwrap();
                waiting.extend(inside.map(|entry| entry.unwrap().path()));
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let words = text.split('"').skip(1).step_by(2);
            let deed = |word: &&str| {
                let parts = word.split_once('.');
                parts.is_some_and(|(kind, deed)| {
                    let verbs = ["ed", "ing", "fee", "set", "given", "again"];
                    kinds.split_whitespace().any(|known| known == kind)
                        && verbs.iter().any(|end| deed.ends_with(end))
                })
            };
            found.extend(words.filter(deed).map(str::to_owned));
        }
        found
    }

    #[test]
    fn every_deed_that_is_written_has_its_words() {
        let written = written();
        assert!(written.len() > 20, "{written:?}");
        // Codes of problems that end like deeds.
        let problems = [
            "seller.replaced",
            "payment.not-configured",
            "source.malformed",
            "view.malformed",
        ];
        for code in written
            .iter()
            .filter(|code| !problems.contains(&code.as_str()))
        {
            for language in [Language::De, Language::En, Language::Fr] {
                assert_ne!(&action(Words(language), code), code, "{language:?}");
            }
        }
    }
}
