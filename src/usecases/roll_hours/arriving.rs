//! Hours for which requests are still coming.
//!
//! What is sent late comes all at once: read at every beat, an hour would be read as often as
//! there are beats, and each reading would be given up when the next request comes. So an hour
//! waits until nothing came for it during a beat, and not for longer than a few of them.

use std::collections::BTreeMap;

use crate::db::evidence::DirtyHour;

/// Looks after which an hour is read though requests are coming: with a look a second, well below
/// the five seconds in which a due hour is rolled.
const LOOKS: u32 = 3;

/// What was seen of dirty hours at the last look.
#[derive(Debug, Default)]
pub struct Arriving {
    before: BTreeMap<(i64, i64), Seen>,
    now: BTreeMap<(i64, i64), Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    marks: i64,
    looks: u32,
}

impl Arriving {
    /// Begins a look: what is not dirty any more is forgotten.
    pub fn look(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }

    /// Whether an hour can be read now.
    pub fn is_settled(&mut self, mark: &DirtyHour) -> bool {
        let key = (mark.hour, mark.source);
        let Some(last) = self.before.get(&key) else {
            self.now.insert(key, Seen::first(mark));
            return false;
        };
        let looks = last.looks.saturating_add(1);
        if last.marks == mark.marks || looks > LOOKS {
            return true;
        }
        let marks = mark.marks;
        self.now.insert(key, Seen { marks, looks });
        false
    }
}

impl Seen {
    fn first(mark: &DirtyHour) -> Self {
        Self {
            marks: mark.marks,
            looks: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(arriving: &mut Arriving, marks: i64) -> bool {
        arriving.look();
        arriving.is_settled(&DirtyHour {
            hour: 490_000,
            source: 7,
            marks,
        })
    }

    #[test]
    fn an_hour_is_read_when_nothing_came_during_a_beat() {
        let mut arriving = Arriving::default();
        assert!(!seen(&mut arriving, 5), "it may have just begun to come");
        assert!(!seen(&mut arriving, 9), "more came");
        assert!(seen(&mut arriving, 9));
        assert!(!seen(&mut arriving, 2), "it was read, and more came later");
        assert!(seen(&mut arriving, 2));
    }

    #[test]
    fn an_hour_for_which_requests_never_stop_is_read_all_the_same() {
        let mut arriving = Arriving::default();
        let looks: Vec<bool> = (0..8).map(|look| seen(&mut arriving, look)).collect();
        let wait = [false, false, false, true];
        assert_eq!(looks, [wait, wait].concat());
    }

    #[test]
    fn one_hour_does_not_keep_another_waiting() {
        let mut arriving = Arriving::default();
        let mark = |source, marks| DirtyHour {
            hour: 490_000,
            source,
            marks,
        };
        arriving.look();
        assert!(!arriving.is_settled(&mark(1, 1)) && !arriving.is_settled(&mark(2, 1)));
        arriving.look();
        assert!(arriving.is_settled(&mark(1, 1)) && !arriving.is_settled(&mark(2, 2)));
    }
}
