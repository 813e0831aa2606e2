//! Tiles and bundles as they are found.

use std::collections::HashMap;

use super::bundle::{self, BundleError};
use super::path::Tile;
use crate::tree::{self, Nodes};
use crate::{Hash, Objects, ReadError};

/// Why a tile or bundle cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// The store failed.
    #[error("cannot read {path}")]
    Read {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: ReadError,
    },
    /// It is not there.
    #[error("{0} is missing; restore it from a backup, tiles never change")]
    Missing(String),
    /// It has not the length of its width.
    #[error("{path} has {found} bytes, not {expected}; restore it from a backup")]
    Length {
        /// Which file.
        path: String,
        /// What its width demands.
        expected: usize,
        /// What it has.
        found: usize,
    },
    /// A bundle that cannot be cut into entries.
    #[error("{path} is damaged; restore it from a backup")]
    Bundle {
        /// Which file.
        path: String,
        /// How.
        #[source]
        source: BundleError,
    },
}

/// Reads the hashes of a tile. Where the partial tile is gone, the full one stands in for it, as
/// tlog-tiles allows.
pub fn read_tile(objects: &dyn Objects, tile: Tile) -> Result<Vec<Hash>, TileError> {
    let (path, bytes, whole) = find(objects, tile)?;
    let wanted = usize::from(tile.width) * Hash::SIZE;
    let expected = usize::from(whole.width) * Hash::SIZE;
    if bytes.len() != expected {
        return Err(TileError::Length { path, expected, found: bytes.len() });
    }
    let wanted = bytes.get(..wanted).unwrap_or(&bytes);
    Ok(wanted.chunks_exact(Hash::SIZE).filter_map(Hash::from_slice).collect())
}

/// Reads the bytes of a bundle, cut to the entries that the log of this width has.
pub fn read_bundle(objects: &dyn Objects, tile: Tile) -> Result<Vec<u8>, TileError> {
    let (path, mut bytes, whole) = find(objects, tile.bundle())?;
    let mut found = Vec::new();
    let failed = |source| TileError::Bundle { path: path.clone(), source };
    let surplus = bundle::cut(&bytes, tile.width.into(), &mut found).map_err(failed)?.len();
    if surplus > 0 {
        if whole.width == tile.width {
            return Err(failed(BundleError::Surplus(surplus)));
        }
        bytes.truncate(bytes.len() - surplus);
    }
    Ok(bytes)
}

/// The file of a tile, or of the full tile in its place.
pub(crate) fn find(
    objects: &dyn Objects,
    tile: Tile,
) -> Result<(String, Vec<u8>, Tile), TileError> {
    for candidate in [tile, tile.full()] {
        let path = candidate.to_string();
        match objects.read(&path) {
            Ok(Some(bytes)) => return Ok((path, bytes, candidate)),
            Ok(None) => {}
            Err(source) => return Err(TileError::Read { path, source }),
        }
    }
    Err(TileError::Missing(tile.to_string()))
}

/// The nodes of a log of one size, read from its tiles as they are asked for, each tile once.
pub struct TileNodes<'a> {
    objects: &'a dyn Objects,
    size: u64,
    tiles: HashMap<(u8, u64), Vec<Hash>>,
}

impl<'a> TileNodes<'a> {
    /// The nodes of the log of `size` entries.
    pub fn new(objects: &'a dyn Objects, size: u64) -> Self {
        Self { objects, size, tiles: HashMap::new() }
    }
}

impl Nodes for TileNodes<'_> {
    type Error = TileError;

    fn node(&mut self, level: u32, index: u64) -> Result<Hash, TileError> {
        // Levels within a tile are not stored; they follow from its hashes.
        let (tile_level, inner) = (u8::try_from(level / 8).unwrap_or(u8::MAX), level % 8);
        let first = index << inner;
        let at = (tile_level, first / super::WIDTH);
        let missing = || TileError::Missing(format!("tile/{}/{}", at.0, at.1));
        if !self.tiles.contains_key(&at) {
            let tile = Tile::in_log(at.0, at.1, self.size).ok_or_else(missing)?;
            self.tiles.insert(at, read_tile(self.objects, tile)?);
        }
        let from = usize::try_from(first % super::WIDTH).unwrap_or(0);
        let hashes = self.tiles.get(&at).and_then(|tile| tile.get(from..from + (1 << inner)));
        hashes.map(tree::root).ok_or_else(missing)
    }
}
