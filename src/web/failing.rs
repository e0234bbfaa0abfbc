//! What went wrong, in the reader's language: a sentence for each family of codes. English readers
//! get the problem's own text, which says more; the code stays the same for everybody.

use super::words::Words;
use crate::billing::party::Language;
use crate::error::Problem;

/// What happened, and what the reader can do about it.
pub(super) fn told(words: Words, problem: &Problem) -> (String, String) {
    let (text, remedy) = match words.0 {
        Language::En => (problem.external().to_owned(), problem.remedy().to_owned()),
        _ => family(words, problem.code(), problem.status()),
    };
    (text, remedy)
}

fn family(words: Words, code: &str, status: u16) -> (String, String) {
    let known = [of_access(words, code), of_store(words, code)];
    let known = known.into_iter().flatten().next();
    known.unwrap_or_else(|| of_status(words, status))
}

/// Who may do what, and sessions.
fn of_access(words: Words, code: &str) -> Option<(String, String)> {
    Some(match code {
        "access.denied" => (words.say("failed-denied"), words.say("failed-denied-do")),
        "access.four-eyes" => (words.say("failed-eyes"), words.say("failed-eyes-do")),
        "access.approval-by-token" => (words.say("failed-token"), words.say("failed-token-do")),
        "account.last-admin" => (words.say("error-last-admin"), String::new()),
        _ if code.starts_with("csrf.") => (words.say("failed-forged"), words.say("failed-again")),
        "sign-in.busy" => (words.say("failed-busy"), words.say("failed-again")),
        _ if code.starts_with("sign-in.") || code.starts_with("session.") => {
            (words.say("failed-session"), words.say("failed-session-do"))
        }
        _ if code.starts_with("lockout.") || code.starts_with("rate.") => {
            (words.say("failed-often"), words.say("failed-wait"))
        }
        _ if code.starts_with("token.") => {
            (words.say("failed-api-token"), words.say("failed-look"))
        }
        _ => return None,
    })
}

/// Records, runs and what they are kept in.
fn of_store(words: Words, code: &str) -> Option<(String, String)> {
    let starts = |families: &[&str]| families.iter().any(|one| code.starts_with(one));
    Some(match code {
        "db.conflict" | "db.lease-lost" => (words.say("failed-busy"), words.say("failed-again")),
        "web.form-too-long" => (words.say("failed-long"), words.say("failed-shorten")),
        _ if starts(&[
            "customer.stale",
            "seller.stale",
            "seller.replaced",
            "account.stale",
        ]) =>
        {
            (words.say("failed-stale"), words.say("failed-look"))
        }
        _ if starts(&["run."]) => (words.say("failed-run"), words.say("failed-run-do")),
        _ if starts(&["db.", "keyring.", "keys."]) => {
            (words.say("failed-store"), words.say("failed-report"))
        }
        _ if starts(&["archive.", "documents.", "template.", "render."]) => {
            (words.say("failed-document"), words.say("failed-report"))
        }
        _ if starts(&["tax.", "routing.", "readiness.", "party."]) => {
            (words.say("failed-facts"), words.say("failed-facts-do"))
        }
        _ => return None,
    })
}

/// What any other problem comes to.
pub(super) fn of_status(words: Words, status: u16) -> (String, String) {
    match status {
        401 => (words.say("failed-session"), words.say("failed-session-do")),
        403 => (words.say("failed-denied"), words.say("failed-denied-do")),
        404 | 410 => (words.say("failed-gone"), words.say("failed-look")),
        409 => (words.say("failed-stale"), words.say("failed-look")),
        429 => (words.say("failed-often"), words.say("failed-wait")),
        400..=499 => (words.say("failed-input"), words.say("failed-check")),
        502..=504 => (words.say("failed-busy"), words.say("failed-again")),
        _ => (words.say("failed-ours"), words.say("failed-report")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::catalogue;

    #[test]
    fn every_code_has_a_sentence_in_every_language_that_is_not_english() {
        for entry in catalogue::all() {
            let problem = Problem::new(entry.code, "an English sentence");
            for language in [Language::De, Language::Fr] {
                let (text, remedy) = told(Words(language), &problem);
                assert!(
                    !text.is_empty() && !text.starts_with("failed-"),
                    "{}",
                    entry.code
                );
                let english = [text.as_str(), remedy.as_str()];
                assert!(!english.contains(&"an English sentence"), "{}", entry.code);
                assert!(!english.contains(&entry.remedy), "{}", entry.code);
            }
            let (text, remedy) = told(Words(Language::En), &problem);
            assert_eq!(
                (text.as_str(), remedy.as_str()),
                ("an English sentence", entry.remedy)
            );
        }
    }
}
