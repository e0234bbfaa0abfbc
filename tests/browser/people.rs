//! People who sign in: with a password, and with an app for the second factor.

use std::cell::RefCell;
use std::time::SystemTime;

use data_encoding::BASE32_NOPAD;
use totp_rs::{Algorithm, Builder, Secret};

use crate::visitor::{Cookies, SESSION, Visitor};

/// A password that the policy takes.
pub const PASSWORD: &str = "nine quiet herons wade";

/// Somebody with an account and a session.
pub struct Person {
    pub email: &'static str,
    /// What their browser holds.
    pub cookies: Cookies,
    /// Recovery codes that were not used yet.
    recovery: RefCell<Vec<String>>,
}

impl Person {
    /// From the path of an invitation to a session, as a browser would go.
    pub fn enrolled(site: &str, email: &'static str, invitation: &str) -> Self {
        let mut visitor = Visitor::of(site, Cookies::new());
        choose_password(&mut visitor, invitation);
        let page = visitor.get("/enrol");
        let code = code_of(page.between("<code>", "</code>"));
        let page = visitor.send(&page, "/enrol", &[("code", &code)]);
        let codes = page.all_between("<li><code>", "</code>");
        assert_eq!(codes.len(), 10, "{}", page.text);
        assert!(visitor.cookies.contains_key(SESSION), "no session");
        Self {
            email,
            recovery: RefCell::new(codes.into_iter().map(str::to_owned).collect()),
            cookies: visitor.cookies,
        }
    }

    /// A sign-in after the password, as a browser holds it.
    pub fn halfway(&self, site: &str) -> Cookies {
        let mut visitor = Visitor::of(site, Cookies::new());
        let page = visitor.get("/sign-in");
        let typed = [("email", self.email), ("password", PASSWORD)];
        let answer = visitor.send(&page, "/sign-in", &typed);
        assert!(answer.to.starts_with("/sign-in/code"), "{}", answer.text);
        visitor.cookies
    }

    /// A recovery code, which no one has used.
    pub fn recovery_code(&self) -> String {
        self.recovery.borrow_mut().pop().expect("a code is left")
    }
}

/// Goes to the path of an invitation and chooses the password; the second factor comes next.
pub fn choose_password(visitor: &mut Visitor, invitation: &str) {
    let page = visitor.get(invitation);
    let answer = visitor.send(&page, invitation, &[("password", PASSWORD)]);
    assert_eq!(answer.to, "/enrol", "{}", answer.text);
}

/// What an app shows now for the secret that a page gave, in groups. The server takes the step
/// before and the one after as well, so the end of a step does no harm.
pub fn code_of(shown: &str) -> String {
    let signs: String = shown.split_whitespace().collect();
    let bytes = BASE32_NOPAD.decode(signs.as_bytes()).expect("base32");
    let bytes: [u8; 20] = bytes.try_into().expect("twenty bytes");
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("a clock").as_secs();
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_skew(0)
        .with_secret(Secret::new_stack(bytes))
        .build_noncompliant()
        .generate(now)
        .to_string()
}
