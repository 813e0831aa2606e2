//! Making a proof file from the log's objects.

use super::file::{self, VerifyProofError, verify_proof};
use super::tlog::TlogProof;
use crate::Objects;
use crate::checkpoint::{Keys, OpenError, open};
use crate::tiles::{BundleError, Tile, TileError, TileNodes, WIDTH, entries, read_bundle};
use crate::tree::prove_inclusion;

/// Why no proof can be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The checkpoint is not believed.
    #[error("the checkpoint is not to be believed")]
    Checkpoint(#[from] OpenError),
    /// Not covered.
    #[error("entry {number} is not covered by a checkpoint over {size} entries")]
    Beyond {
        /// Which entry.
        number: u64,
        /// How many the checkpoint covers.
        size: u64,
    },
    /// Tiles or bundles cannot be read.
    #[error("the log cannot be read")]
    Tile(#[from] TileError),
    /// The bundle is damaged.
    #[error("the bundle of the entry is damaged")]
    Bundle(#[from] BundleError),
    /// The log is not that of its checkpoint.
    #[error("the log does not prove its own entry {number}; run `wardround record verify`")]
    Unproved {
        /// Which entry.
        number: u64,
        /// Why not.
        #[source]
        source: VerifyProofError,
    },
}

/// Makes the proof file of an entry under a signed checkpoint, and proves it before it is handed out.
pub fn prove(
    objects: &dyn Objects,
    checkpoint: &str,
    keys: &Keys,
    number: u64,
) -> Result<String, ProveError> {
    let size = open(checkpoint.as_bytes(), keys)?.head.size;
    let beyond = || ProveError::Beyond { number, size };
    let tile = Tile::in_log(0, number / WIDTH, size).ok_or_else(beyond)?;
    let bundle = read_bundle(objects, tile)?;
    let entries = entries(&bundle, tile.width.into())?;
    let at = usize::try_from(number % WIDTH).map_err(|_| beyond())?;
    let entry = String::from_utf8_lossy(entries.get(at).ok_or_else(beyond)?);
    let path = prove_inclusion(&mut TileNodes::new(objects, size), number, size)?;
    let file = file::write(&entry, &TlogProof { number, path, checkpoint });
    verify_proof(file.as_bytes(), keys)
        .map_err(|source| ProveError::Unproved { number, source })?;
    Ok(file)
}
