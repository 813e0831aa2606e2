//! Numbers from a seed (SplitMix64).

/// A place in the numbers of a seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `sides`.
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }

    /// A number from 0 to below 1.
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below `count`, the lower the more likely: about Zipf with exponent 0.95.
    pub(super) fn zipf(&mut self, count: usize) -> usize {
        let top = (count as f64).powf(0.05);
        let x = (1.0 + self.share() * (top - 1.0)).powf(20.0);
        (x as usize).min(count) - 1
    }
}
