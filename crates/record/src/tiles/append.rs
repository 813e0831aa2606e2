//! Adding entries: which files that makes, and what must be known to add more.

use super::bundle;
use super::path::{FULL, Tile, WIDTH};
use crate::checkpoint::Head;
use crate::leaf::Leaf;
use crate::{Hash, tree};

/// What must be known of a log to add to it: its size, and the partial tiles at its right edge.
///
/// At most 255 hashes a level and the entries of the last, partial bundle. It is never written: it
/// is what the tiles say, see [`State::open`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub(super) size: u64,
    /// The hashes of the partial tile of each level.
    pub(super) levels: Vec<Vec<Hash>>,
    /// The bytes of the partial bundle.
    pub(super) bundle: Vec<u8>,
}

/// What adding entries makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The files to write, in the order to write them; each by its path. **All of them must be durable
    /// before a checkpoint over them is signed.** To write the same file again is harmless.
    pub objects: Vec<(String, Vec<u8>)>,
    /// Beginnings of paths (`tile/0/000.p/`) whose files may be deleted once the new checkpoint is
    /// durable: partial tiles that have become full. By C2SP's rule no earlier, and others never.
    pub superseded: Vec<String>,
    /// The log with the entries.
    pub state: State,
}

impl State {
    /// How many entries the log has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Size and root: what a checkpoint signs.
    pub fn head(&self) -> Head {
        Head { size: self.size, root: self.root() }
    }

    fn root(&self) -> Hash {
        root_of_levels(&self.levels)
    }

    /// Adds entries. The same entries give the same full tiles and the same root, however they are
    /// cut into calls; a call without entries gives no files.
    ///
    /// ```
    /// use record::leaf::Leaf;
    /// use record::tiles::State;
    ///
    /// let leaves = [Leaf::from_bytes(b"one".to_vec())?, Leaf::from_bytes(b"two".to_vec())?];
    /// let appended = State::default().append(&leaves);
    /// let paths: Vec<&str> = appended.objects.iter().map(|(path, _)| path.as_str()).collect();
    /// assert_eq!(paths, ["tile/entries/000.p/2", "tile/0/000.p/2"]);
    /// # Ok::<(), record::leaf::LeafError>(())
    /// ```
    pub fn append(&self, leaves: &[Leaf]) -> Appended {
        let mut state = self.clone();
        let mut files = Files::default();
        for leaf in leaves {
            bundle::push(&mut state.bundle, leaf);
            state.size += 1;
            if state.size.is_multiple_of(WIDTH) {
                let index = state.size / WIDTH - 1;
                let tile = Tile { level: None, index, width: FULL };
                files.put(tile, std::mem::take(&mut state.bundle));
            }
            state.push(0, leaf.hash(), &mut files);
        }
        state.put_partial(self.size, &mut files);
        Appended { objects: files.objects, superseded: files.superseded, state }
    }

    /// Adds a hash to a level, and to those above what becomes full.
    fn push(&mut self, level: u8, hash: Hash, files: &mut Files) {
        let Some(hashes) = self.levels.get_mut(usize::from(level)) else {
            self.levels.push(vec![hash]);
            return;
        };
        hashes.push(hash);
        if hashes.len() as u64 == WIDTH {
            let full = std::mem::take(hashes);
            let index = (self.size >> (8 * (u32::from(level) + 1))) - 1;
            files.put(Tile { level: Some(level), index, width: FULL }, tile_bytes(&full));
            self.push(level + 1, tree::root(&full), files);
        }
    }

    /// The partial tiles that are not those of the log before.
    fn put_partial(&self, size_before: u64, files: &mut Files) {
        let before: Vec<Tile> = Tile::edge(size_before).collect();
        for tile in Tile::edge(self.size).filter(|tile| !before.contains(tile)) {
            let Some(level) = tile.level else { continue };
            if level == 0 {
                files.put(tile.bundle(), self.bundle.clone());
            }
            let hashes = self.levels.get(usize::from(level)).map_or(&[][..], Vec::as_slice);
            files.put(tile, tile_bytes(hashes));
        }
    }
}

/// Files in the order in which they came about.
#[derive(Default)]
struct Files {
    objects: Vec<(String, Vec<u8>)>,
    superseded: Vec<String>,
}

impl Files {
    fn put(&mut self, tile: Tile, bytes: Vec<u8>) {
        self.objects.push((tile.to_string(), bytes));
        if tile.is_full() {
            self.superseded.push(tile.partial_prefix());
        }
    }
}

/// The root over the partial tiles of a right edge, the lowest level first; levels without a partial
/// tile may be empty or left out.
pub(crate) fn root_of_levels(levels: &[Vec<Hash>]) -> Hash {
    // A smaller tree at the right counts as the last, unfinished child of the level above.
    let mut below: Option<Hash> = None;
    for hashes in levels {
        let mut hashes = hashes.clone();
        hashes.extend(below);
        if !hashes.is_empty() {
            below = Some(tree::root(&hashes));
        }
    }
    below.unwrap_or(Hash::EMPTY)
}

fn tile_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(Hash::as_bytes).copied().collect()
}
