//! Taking up a log where its checkpoint left it.

use super::append::State;
use super::bundle::entries;
use super::path::Tile;
use super::read::{TileError, read_bundle, read_tile};
use crate::checkpoint::Head;
use crate::{Hash, Objects};

/// Why a log cannot be taken up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// A tile or bundle at the right edge cannot be read.
    #[error("the right edge of the log cannot be read")]
    Tile(#[from] TileError),
    /// The tiles are not those of the checkpoint.
    #[error(
        "the tiles of {size} entries have the root {found}, the checkpoint says {expected}; \
         run `wardround record verify` to see what was changed"
    )]
    Root {
        /// The size of the log.
        size: u64,
        /// What the checkpoint says.
        expected: Hash,
        /// What the tiles give.
        found: Hash,
    },
    /// The last entries are not those whose hashes the tile has.
    #[error(
        "entry {number} is not the one whose hash is in its tile; run `wardround record verify`"
    )]
    Entry {
        /// Which entry.
        number: u64,
    },
}

impl State {
    /// The paths that [`State::open`] reads for a log of `size` entries: what a caller must fetch
    /// beforehand who cannot read while it runs. Where one is not there, its full tile (the path
    /// without `.p/N`) stands in for it.
    pub fn edge_paths(size: u64) -> Vec<String> {
        let bundle = Tile::edge(size).find(|tile| tile.level == Some(0)).map(Tile::bundle);
        bundle.into_iter().chain(Tile::edge(size)).map(|tile| tile.to_string()).collect()
    }

    /// Takes up the log of a checkpoint: reads the right edge and proves that its root is the
    /// checkpoint's. Entries appended after that checkpoint, but before the next was durable, are
    /// not part of it; appending writes over their files.
    pub fn open(objects: &dyn Objects, head: Head) -> Result<Self, StateError> {
        let mut state = Self { size: head.size, ..Self::default() };
        for tile in Tile::edge(head.size) {
            let level = usize::from(tile.level.unwrap_or(0));
            state.levels.resize(level, Vec::new());
            state.levels.push(read_tile(objects, tile)?);
            if level == 0 {
                state.bundle = edge_bundle(objects, tile, state.levels.first())?;
            }
        }
        let found = state.head().root;
        if found != head.root {
            return Err(StateError::Root { size: head.size, expected: head.root, found });
        }
        Ok(state)
    }
}

/// The partial bundle, proved entry by entry against the hashes of its tile.
fn edge_bundle(
    objects: &dyn Objects,
    tile: Tile,
    hashes: Option<&Vec<Hash>>,
) -> Result<Vec<u8>, StateError> {
    let bytes = read_bundle(objects, tile)?;
    let damaged = |source| TileError::Bundle { path: tile.bundle().to_string(), source };
    let entries = entries(&bytes, tile.width.into()).map_err(damaged)?;
    let first = tile.index * super::WIDTH;
    for ((number, entry), hash) in (first..).zip(&entries).zip(hashes.into_iter().flatten()) {
        if Hash::of_leaf(entry) != *hash {
            return Err(StateError::Entry { number });
        }
    }
    Ok(bytes)
}
