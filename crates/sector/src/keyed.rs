//! Randomness that is counted, not carried: a key for every thing, a stream from every key.
//!
//! ```text
//! seed ─ child("organisation", 17) ─ child("host", 3) ─ stream()
//! ```
//! What a thing is depends on its path and the seed alone, so anything can be made alone, in any
//! order and on any thread, and comes out the same. No floating point: the same bytes everywhere.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// The version of what is generated: a change of any byte for a given seed raises it.
pub const GENERATION: u32 = 1;

/// The key of a thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The key of a whole sector.
    pub(crate) fn root(seed: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"wardround sector");
        hash.update(GENERATION.to_le_bytes());
        hash.update(seed.to_le_bytes());
        Self(hash.finalize().into())
    }

    /// The key of a part of this thing.
    pub(crate) fn child(&self, what: &str, number: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(what.as_bytes());
        hash.update(number.to_le_bytes());
        Self(hash.finalize().into())
    }

    /// Random numbers of this thing, always the same.
    pub(crate) fn stream(&self) -> Stream {
        Stream(ChaCha8Rng::from_seed(self.0))
    }

    /// One number of this thing, for [`mix`].
    pub(crate) fn number(&self) -> u64 {
        self.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

/// A stream of random numbers.
#[derive(Debug)]
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    pub(crate) fn word(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A number below `limit`; 0 if there is none.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        high(u64::from(self.word()) * u64::from(limit))
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Whether something happens that happens so many times in a thousand.
    pub(crate) fn permille(&mut self, times: u32) -> bool {
        self.below(1000) < times
    }

    /// One of several words; nothing of none.
    pub(crate) fn of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        let at = self.below(u32::try_from(words.len()).unwrap_or(u32::MAX));
        words.get(at as usize).copied().unwrap_or("")
    }

    /// One of several things by weight; `otherwise` where the table is empty.
    pub(crate) fn choose<T: Copy>(&mut self, table: &[(u32, T)], otherwise: T) -> T {
        let total: u32 = table.iter().map(|(weight, _)| weight).sum();
        let drawn = self.below(total);
        pick(table, drawn, otherwise)
    }

    /// Puts things into a random order.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for at in (1..things.len()).rev() {
            let other = self.below(u32::try_from(at + 1).unwrap_or(u32::MAX));
            things.swap(at, other as usize);
        }
    }
}

/// The thing of a weighted table at which the weights before it reach past `drawn`.
pub(crate) fn pick<T: Copy>(table: &[(u32, T)], drawn: u32, otherwise: T) -> T {
    let mut reached = 0;
    for (weight, thing) in table {
        reached += weight;
        if drawn < reached {
            return *thing;
        }
    }
    otherwise
}

/// A number for each question about a thing, where questions are too many for a key each
/// (the finaliser of SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014).
pub(crate) const fn mix(thing: u64, question: u64) -> u64 {
    let mut z = thing ^ question.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number below `limit` for a question about a thing.
pub(crate) fn mixed_below(thing: u64, question: u64, limit: u32) -> u32 {
    high((mix(thing, question) >> 32) * u64::from(limit))
}

/// The upper half of a product of two 32-bit numbers.
fn high(product: u64) -> u32 {
    u32::try_from(product >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gives_the_same_stream_whenever_it_is_asked() {
        let key = Key::root(7).child("host", 3);
        let draw = |key: &Key| {
            let mut stream = key.stream();
            (stream.word(), stream.below(10))
        };
        assert_eq!(draw(&key), draw(&Key::root(7).child("host", 3)));
        assert_ne!(draw(&key), draw(&Key::root(8).child("host", 3)));
        assert_ne!(draw(&key), draw(&Key::root(7).child("host", 4)));
        assert_ne!(draw(&key), draw(&Key::root(7).child("image", 3)));
    }

    #[test]
    fn weights_are_kept() {
        let mut stream = Key::root(1).stream();
        let drawn = (0..10_000).filter(|_| stream.choose(&[(1, false), (3, true)], false)).count();
        assert!((7_200..7_800).contains(&drawn), "{drawn}");
        assert!((0..10_000).filter(|n| mixed_below(9, *n, 4) == 0).count().abs_diff(2_500) < 200);
    }
}
