//! Chance from a seed: SplitMix64. The same seed gives the same history on every computer.

/// A seeded source of chance.
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// Returns the source of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw().checked_rem(end).unwrap_or(0)
    }

    /// Returns an index below `len`; 0 where there is none.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(u64::try_from(len).unwrap_or(u64::MAX))).unwrap_or(0)
    }

    /// Tells whether something with this many chances in a thousand happens.
    pub fn chance(&mut self, in_a_thousand: u64) -> bool {
        self.below(1_000) < in_a_thousand
    }

    /// Returns one of several.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.index(from.len());
        from.get(at)
    }

    /// Returns a source that goes its own way from here.
    pub fn fork(&mut self) -> Self {
        Self(self.draw())
    }

    /// Fills bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            let [low, ..] = self.draw().to_le_bytes();
            *byte = low;
        }
    }

    /// Returns this source as a store takes it.
    pub fn for_store(mut self) -> linchpin_store::Random {
        Box::new(move |bytes: &mut [u8]| self.fill(bytes))
    }
}

impl linchpin_sync::seam::Rng for Seeded {
    fn roll(&mut self) -> u64 {
        self.draw()
    }
}
