//! Mutations from a seeded generator: the same seed gives the same inputs on every machine.

/// SplitMix64: small, full period, good enough to pick bytes.
pub struct Generator {
    state: u64,
}

/// Bytes at which parsers change their mind.
const EDGES: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"-",
    b".",
    b"0",
    b"1e9",
    b"9223372036854775808",
    b"170141183460469231731687303715884105728",
    b"79228162514264337593543950336",
    b"0.0000000000000000000000000001",
    b"NaN",
    b"null",
    b"\"",
    b"\\u0000",
    b"{",
    b"]",
    "ß".as_bytes(),
    "\u{202e}".as_bytes(),
    b"9999-12-31",
    b"0000-02-30",
];

const LONGEST: usize = 1 << 16;

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when there is none.
    fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// A corpus entry with one to eight changes.
    pub fn mutate(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(8) {
            self.change(&mut input, corpus);
        }
        input.truncate(LONGEST);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let at = self.below(input.len());
        let until = (at + 1 + self.below(16)).min(input.len());
        match self.below(8) {
            0 if !input.is_empty() => input[at] ^= 1 << self.below(8),
            1 if !input.is_empty() => input[at] = self.next().to_le_bytes()[0],
            2 if !input.is_empty() => drop(input.drain(at..until)),
            3 if !input.is_empty() => {
                let part = input[at..until].to_vec();
                input.splice(at..at, part);
            }
            4 => input.truncate(at),
            5 => {
                let other = &corpus[self.below(corpus.len())];
                let from = self.below(other.len());
                let part = &other[from..(from + self.below(64)).min(other.len())];
                input.splice(at..at, part.iter().copied());
            }
            6 if !input.is_empty() && input[at].is_ascii_digit() => {
                input[at] = b'0' + self.next().to_le_bytes()[0] % 10;
            }
            _ => {
                let edge = EDGES[self.below(EDGES.len())];
                input.splice(at..at, edge.iter().copied());
            }
        }
    }
}
