//! Chance that is the same each time: the demo of one day looks alike wherever it is made.

/// SplitMix64, which needs no more than a number to begin with.
pub(super) struct Dice(u64);

impl Dice {
    /// Dice for one matter, so that a change elsewhere does not turn everything over.
    pub(super) fn of(matter: &str) -> Self {
        // FNV-1a.
        let seed = matter.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(seed)
    }

    /// A number from 0 to `n`, `n` excluded.
    pub(super) fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let z = (z ^ (z >> 31)) >> 1;
        i64::try_from(z).map_or(0, |z| z.rem_euclid(n.max(1)))
    }

    /// Whether something with this chance in a hundred happens.
    pub(super) fn hits(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let n = i64::try_from(from.len()).unwrap_or(i64::MAX);
        from.get(usize::try_from(self.below(n)).unwrap_or(0))
    }
}
