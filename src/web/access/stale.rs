//! What is on file of an account beside what was typed, when somebody else was faster.

use super::super::fields::Difference;
use super::super::words::Words;
use super::users::{role_name, state};
use crate::access::account::AccountState;
use crate::access::{Account, Role};
use crate::usecases::access::users::Change;

/// The facts that differ: as they are on file now, and as they were typed.
pub(super) fn meanwhile(words: Words, now: &Account, typed: &Change) -> Vec<Difference> {
    let roles = |roles: &mut dyn Iterator<Item = Role>| -> Vec<String> {
        roles.map(|role| role_name(words, role)).collect()
    };
    let said = |of: AccountState| vec![state(words, of).1];
    let wanted = match (typed.blocked, now.state) {
        (true, _) => AccountState::Blocked,
        (false, AccountState::Blocked) => AccountState::Active,
        (false, as_it_is) => as_it_is,
    };
    let difference = |label: String, before: Vec<String>, after: Vec<String>| Difference {
        label,
        before,
        after,
        typed: Vec::new(),
    };
    let all = [
        difference(
            words.say("field-name"),
            vec![now.name.clone()],
            vec![typed.name.clone()],
        ),
        difference(
            words.say("column-roles"),
            roles(&mut now.roles.iter().copied()),
            roles(&mut typed.roles.iter().copied()),
        ),
        difference(words.say("column-state"), said(now.state), said(wanted)),
    ];
    let differs = |one: &Difference| one.before != one.after;
    all.into_iter().filter(differs).collect()
}
