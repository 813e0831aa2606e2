//! Whether a host's evidence is what it was when a segment was built.

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use crate::knowledge::build::day_number;

/// A mark of the evidence of a host: which pieces of which packs, and when each was received. Two hosts
/// with one mark have the same evidence, in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark(pub(super) u64);

impl Mark {
    /// The mark of pieces: for each the SHA-256 of its pack as a file, its number in the pack, and the
    /// day on which it was received.
    pub fn of<'p>(pieces: impl IntoIterator<Item = (&'p [u8; 32], usize, Date)>) -> Self {
        let mut hash = Sha256::new_with_prefix(b"evidence");
        for (pack, piece, received) in pieces {
            hash.update(pack);
            hash.update((piece as u64).to_le_bytes());
            hash.update(day_number(received).to_le_bytes());
        }
        let full = hash.finalize();
        Self(full.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes)))
    }
}
