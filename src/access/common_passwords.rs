//! Passwords that everybody tries first.
//!
//! Only what the policy's length lets through needs a place here. Most such passwords are words of
//! a short list with digits and signs around them, so the words are listed rather than the
//! variants. A list of breached passwords (OWASP ASVS 5.0, 6.2.4 and 6.2.12) is another matter: it
//! has millions of rows and belongs into the database.

/// Words of which no password may consist alone, lower case, letters only. The last line is what
/// somebody tries here first: our own names and trade (OWASP ASVS 5.0, 6.2.11).
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "password", "passwort", "kennwort", "motdepasse", "contrasena", "wachtwoord", "passphrase",
    "pass", "word", "secret", "geheim", "changeme", "changeit", "letmein", "please", "welcome",
    "willkommen", "bienvenue", "hello", "hallo", "bonjour", "iloveyou", "ichliebedich", "jetaime",
    "qwerty", "qwertz", "azerty", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdf", "asdfgh",
    "asdfghjkl", "zxcvbn", "zxcvbnm", "yxcvbn", "yxcvbnm", "admin", "administrator", "root",
    "superuser", "user", "username", "guest", "login", "default", "temporary", "initial", "test",
    "testing", "demo", "sample", "master", "access", "computer", "internet", "server", "system",
    "monkey", "dragon", "shadow", "sunshine", "princess", "superman", "batman", "football",
    "baseball", "basketball", "fussball", "hockey", "soccer", "starwars", "pokemon", "chocolate",
    "schokolade", "butterfly", "whatever", "trustno", "spring", "summer", "autumn", "winter",
    "sommer", "herbst", "fruehling", "january", "february", "monday", "friday", "montag",
    "freitag", "correct", "horse", "battery", "staple", "lorem", "ipsum", "abc", "abcd", "abcdef",
    "herdbook", "mastodon", "fediverse", "invoice", "rechnung", "facture", "billing", "finance",
];

/// Passwords of letters and digits woven together.
#[rustfmt::skip]
const WOVEN: &[&str] = &[
    "1q2w3e4r5t6y", "1q2w3e4r5t6z", "q1w2e3r4t5y6", "q1w2e3r4t5z6", "1qaz2wsx3edc", "1qay2wsx3edc",
    "zaq12wsxcde3", "1qazxsw23edc", "123qweasdzxc", "qweasdzxc123", "qwe123qwe123", "abc123abc123",
    "a1b2c3d4e5f6", "1a2b3c4d5e6f", "123abc456def", "pass123word123",
];

/// Is this password one that everybody tries? Case, digits and signs around the words and the
/// usual disguises (`p4$$w0rd`) make no difference.
pub(super) fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    if WOVEN.contains(&lower.as_str()) {
        return true;
    }
    let core: String = lower
        .trim_matches(|c: char| !c.is_alphabetic())
        .chars()
        .map(undisguised)
        .filter(|c| c.is_alphabetic())
        .collect();
    !core.is_empty() && consists_of_words(&core)
}

fn undisguised(sign: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Can the text be cut into listed words? Every place that words reach is visited once.
fn consists_of_words(text: &str) -> bool {
    let mut reached = vec![""; 0];
    let mut open = vec![text];
    while let Some(rest) = open.pop() {
        if rest.is_empty() {
            return true;
        }
        for next in WORDS.iter().filter_map(|word| rest.strip_prefix(word)) {
            if !reached.contains(&next) {
                reached.push(next);
                open.push(next);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("passwordpassword")]
    #[case("Password1234!")]
    #[case("P4$$w0rd-2027")]
    #[case("welcome-herdbook")]
    #[case("qwertyuiopasdfghjkl")]
    #[case("Sommer2027!!")]
    #[case("1Q2W3E4R5T6Y")]
    #[case("correcthorsebatterystaple")]
    #[case("2027 Rechnung 2027")]
    fn what_everybody_tries_is_common(#[case] password: &str) {
        assert!(is_common(password));
    }

    #[rstest]
    #[case("")]
    #[case("123456789012")]
    #[case("passwordless kettle")]
    #[case("vier Schafe am Deich")]
    #[case("xk7#Vq!mP2wz")]
    #[case("пароль на каждый день")]
    fn other_passwords_are_not(#[case] password: &str) {
        assert!(!is_common(password));
    }

    #[test]
    fn the_search_ends_on_the_longest_text() {
        let hard = format!("{}x", "abcabcdabcdef".repeat(9));
        assert!(!is_common(&hard));
    }

    #[test]
    fn the_lists_are_written_the_way_they_are_compared() {
        for word in WORDS {
            assert!(word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
        }
        for woven in WOVEN {
            assert!(
                woven.len() >= 12 && *woven == woven.to_lowercase(),
                "{woven}"
            );
        }
    }
}
