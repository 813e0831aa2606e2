//! The file that an auditor takes away, and its verification with nothing but keys.

use super::tlog::{TlogProof, TlogProofError};
use crate::checkpoint::{self, Keys, OpenError, Opened};
use crate::leaf::{Decoded, Leaf, LeafError, decode};
use crate::tree::{ProofError, verify_inclusion};

const HEADER: &str = "wardround-proof@v1\n";

/// What a proof file proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The event, at the place that it states itself.
    pub decoded: Decoded,
    /// The bytes of its entry.
    pub leaf: Leaf,
    /// The checkpoint that covers it, and who signed that.
    pub checkpoint: Opened,
}

/// Why a proof file proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyProofError {
    /// Not of the form.
    #[error(
        "this is no proof file: it begins with `wardround-proof@v1`, the entry, and an empty line"
    )]
    Form,
    /// The lower part is no tlog-proof.
    #[error("the lower part of the file is no tlog-proof")]
    Tlog(#[from] TlogProofError),
    /// The checkpoint is not believed.
    #[error("the checkpoint in the file is not to be believed")]
    Checkpoint(#[from] OpenError),
    /// The entry is not in that log, or not there.
    #[error("the entry is not number {number} of the log of the checkpoint; the file was changed")]
    Inclusion {
        /// The place that the file states.
        number: u64,
        /// Why not.
        #[source]
        source: ProofError,
    },
    /// The entry is in the log, and no event.
    #[error("the entry is in the log, but is no event")]
    Leaf(#[from] LeafError),
    /// The entry is in the log, at another place than it says.
    #[error("the entry stands at {number} in the log, but says that it is number {stated}")]
    Place {
        /// Where it stands.
        number: u64,
        /// Where it says to stand.
        stated: u64,
    },
}

/// Proves a proof file with the keys that are trusted, and with nothing else.
pub fn verify_proof(file: &[u8], keys: &Keys) -> Result<Proved, VerifyProofError> {
    let text = str::from_utf8(file).map_err(|_| VerifyProofError::Form)?;
    let rest = text.strip_prefix(HEADER).ok_or(VerifyProofError::Form)?;
    let (entry, rest) = rest.split_once('\n').ok_or(VerifyProofError::Form)?;
    let proof = TlogProof::parse(rest.strip_prefix('\n').ok_or(VerifyProofError::Form)?)?;
    let leaf = Leaf::from_bytes(entry.as_bytes().to_vec())?;
    let checkpoint = checkpoint::open(proof.checkpoint.as_bytes(), keys)?;
    let (number, head) = (proof.number, checkpoint.head);
    verify_inclusion(number, head.size, leaf.hash(), &proof.path, head.root)
        .map_err(|source| VerifyProofError::Inclusion { number, source })?;
    let decoded = decode(leaf.bytes())?;
    if decoded.event.number != number {
        return Err(VerifyProofError::Place { number, stated: decoded.event.number });
    }
    Ok(Proved { decoded, leaf, checkpoint })
}

/// The file of an entry and its proof. The entry is canonical JSON and has no line breaks.
pub(super) fn write(entry: &str, proof: &TlogProof<'_>) -> String {
    format!("{HEADER}{entry}\n\n{}", proof.write())
}
