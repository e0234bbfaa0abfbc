//! Whose rows somebody reaches: what every finder of a repository takes.

/// Whose rows a repository may read or write.
///
/// Finders take it as an argument, and only this module makes one: a finder without a scope has
/// nothing to filter by, and a scope cannot be written down where somebody finds it convenient.
///
/// ```compile_fail
/// use herdbook::access::{Reach, Scope};
/// let everything = Scope { reach: Reach::All };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    reach: Reach,
}

/// The rows of a [`Scope`], for the repository's filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every customer's.
    All,
    /// Those of the customer with this number.
    Customer(u32),
}

impl Scope {
    /// The scope of the program itself: what [`Program`] reaches. Written down in tests alone.
    #[must_use]
    pub const fn of_program() -> Self {
        Self { reach: Reach::All }
    }

    pub(super) const fn over(reach: Reach) -> Self {
        Self { reach }
    }

    /// What to filter by.
    #[must_use]
    pub const fn reach(self) -> Reach {
        self.reach
    }

    /// Does a row of this customer lie inside? Where it does not, the row is answered as missing,
    /// not as forbidden: a customer does not learn which numbers exist.
    #[must_use]
    pub const fn admits(self, customer: u32) -> bool {
        match self.reach {
            Reach::All => true,
            Reach::Customer(own) => own == customer,
        }
    }
}

/// Stands for the program itself, where nobody is signed in: the biller, jobs, the command line.
///
/// What only those need is found by finders that take it, as a [`Scope`] stands in all others.
/// A request has none: it has a principal. A rule of `tests/tidy` names the files that make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program(());

impl Program {
    /// Where nobody asks.
    #[must_use]
    pub const fn itself() -> Self {
        Self(())
    }
}

impl From<Program> for Scope {
    fn from(Program(()): Program) -> Self {
        Self::of_program()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_admits_its_own_rows() {
        let own = Scope::over(Reach::Customer(7));
        assert!(own.admits(7) && !own.admits(8));
        assert_eq!(own.reach(), Reach::Customer(7));
        let all = Scope::of_program();
        assert!(all.admits(7) && all.admits(8));
        assert_eq!(all.reach(), Reach::All);
        assert_eq!(Scope::from(Program::itself()), all);
    }
}
