//! What the audit trail tells of, in words.

use super::super::words::Words;

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
    match code {
        "account.created" => words.say("audit-account-created"),
        "account.changed" => words.say("audit-account-changed"),
        "account.invited-again" => words.say("audit-account-invited"),
        "account.link-given" => words.say("audit-account-link"),
        "account.password-set" => words.say("audit-account-password"),
        "account.activated" => words.say("audit-account-activated"),
        "session.opened" => words.say("audit-session-opened"),
        "session.ended" => words.say("audit-session-ended"),
        "run.prepared" => words.say("audit-run-prepared"),
        "run.approved" => words.say("audit-run-approved"),
        "run.issuing" => words.say("audit-run-issuing"),
        "run.issued" => words.say("audit-run-issued"),
        "run.withdrawn" => words.say("audit-run-withdrawn"),
        "invoice.frozen" => words.say("audit-invoice-frozen"),
        "invoice.issued" => words.say("audit-invoice-issued"),
        "documents.archived" => words.say("audit-documents-archived"),
        "token.issued" => words.say("audit-token-issued"),
        "token.revoked" => words.say("audit-token-revoked"),
        "source.created" => words.say("audit-source-created"),
        "source.rotated" => words.say("audit-source-rotated"),
        "source.revoked" => words.say("audit-source-revoked"),
        "book.imported" => words.say("audit-book-imported"),
        "customer.created" => words.say("audit-customer-created"),
        "customer.changed" => words.say("audit-customer-changed"),
        "seller.proposed" => words.say("audit-seller-proposed"),
        "seller.changed" => words.say("audit-seller-changed"),
        "seller.refused" => words.say("audit-seller-refused"),
        "mastodon-hook.registered" => words.say("audit-hook-registered"),
        "mastodon-hook.rotated" => words.say("audit-hook-rotated"),
        "mastodon-hook.settled" => words.say("audit-hook-settled"),
        "mastodon-hook.closed" => words.say("audit-hook-closed"),
        "pull-target.put" => words.say("audit-target-put"),
        "pull-target.token" => words.say("audit-target-token"),
        "pull-target.removed" => words.say("audit-target-removed"),
        "job.retried" => words.say("audit-job-retried"),
        other => other.to_owned(),
    }
}
