//! What of knowledge the reduction of a host depends on.
//!
//! Dates of updates are replaced by what they decide, and updates that nothing can depend on are
//! left out. Which these are depends on knowledge: the updates of each Windows product, and how far
//! they are known. The fingerprint of that stands in every segment; under knowledge of another
//! fingerprint the segment is refused and built again. Everything else in knowledge (flaws, scores,
//! statements, bulletins) may change without touching a segment.

use jiff::civil::Date;
use model::kb::Kb;
use model::windows::WindowsProduct;
use sha2::{Digest as _, Sha256};

use crate::judge::Question;
use crate::knowledge::View as Knowledge;

/// Knowledge, prepared for reducing hosts.
pub struct Basis<'k> {
    question: Question<'k>,
    fingerprint: [u8; 16],
}

impl<'k> Basis<'k> {
    /// Prepares knowledge.
    pub fn new(knowledge: Knowledge<'k>) -> Self {
        // Which updates there are does not depend on the day.
        let question = Question::new(knowledge, Date::constant(1970, 1, 1), &[]);
        Self { question, fingerprint: fingerprint(knowledge) }
    }

    /// What segments built on it carry.
    pub const fn fingerprint(&self) -> [u8; 16] {
        self.fingerprint
    }

    pub(super) const fn knowledge(&self) -> Knowledge<'k> {
        self.question.knowledge
    }

    pub(super) fn knows_kb(&self, kb: Kb) -> bool {
        self.question.knows_kb(kb)
    }

    pub(super) fn products_of(&self, product: &WindowsProduct) -> Vec<u32> {
        self.question.products_of(product)
    }
}

/// The fingerprint of what the reduction depends on.
pub(super) fn fingerprint(knowledge: Knowledge<'_>) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(b"basis 1");
    for row in knowledge.windows.iter() {
        let release = row.release.as_str();
        hash.update([row.family, row.service_pack, row.architecture, u8::from(row.core)]);
        hash.update((release.len() as u64).to_le_bytes());
        hash.update(release.as_bytes());
        hash.update(row.horizon_kb.to_native().to_le_bytes());
        hash.update(row.horizon_day.to_native().to_le_bytes());
        hash.update((row.updates.len() as u64).to_le_bytes());
        for update in row.updates.iter() {
            hash.update(update.kb.to_native().to_le_bytes());
        }
    }
    hash.update(b"other products");
    for update in knowledge.microsoft.iter().flat_map(|row| row.updates.iter()) {
        hash.update(update.kb.to_native().to_le_bytes());
    }
    short(hash)
}

/// The first 128 bits of a hash.
pub(super) fn short(hash: Sha256) -> [u8; 16] {
    let full = hash.finalize();
    full.first_chunk::<16>().copied().unwrap_or_default()
}

/// The first 128 bits of the hash of bytes.
pub(super) fn short_of(bytes: &[u8]) -> [u8; 16] {
    short(Sha256::new_with_prefix(bytes))
}
