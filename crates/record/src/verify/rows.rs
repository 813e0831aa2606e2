//! Rows of a database held against the log.

use crate::tiles::{Tile, TileError, WIDTH, read_tile};
use crate::{Hash, Objects};

/// What can be wrong with rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowFault {
    /// A row says something else than its entry.
    #[error("row {number} was changed: its entry has the hash {expected}, the row gives {found}")]
    Edited {
        /// Which row.
        number: u64,
        /// The hash in the log.
        expected: Hash,
        /// The hash of the row.
        found: Hash,
    },
    /// Rows are not there.
    #[error("rows {first} to {last} were deleted; their entries are in the log")]
    Deleted {
        /// The first of them.
        first: u64,
        /// The last.
        last: u64,
    },
    /// A row that the log does not have.
    #[error("row {number} is not in the log of {size} entries")]
    Added {
        /// Which row.
        number: u64,
        /// How many entries there are.
        size: u64,
    },
    /// A number twice, or rows that do not come in the order of their numbers.
    #[error("row {0} comes again, or after a later one")]
    Disordered(u64),
    /// The log itself cannot be read there.
    #[error("rows {first} to {last} cannot be compared: {why}")]
    Unchecked {
        /// The first of them.
        first: u64,
        /// The last.
        last: u64,
        /// Why not.
        why: String,
    },
}

/// Compares all rows, given in the order of their numbers, with a log of `size` entries.
///
/// It believes the tiles: [`verify`](super::verify()) tells whether they are to be believed.
pub fn compare_rows(
    objects: &dyn Objects,
    size: u64,
    rows: impl IntoIterator<Item = (u64, Hash)>,
) -> Vec<RowFault> {
    let mut check = RowCheck::new(objects, size);
    for (number, hash) in rows {
        check.row(number, hash);
    }
    check.finish()
}

/// As [`compare_rows`], for rows that come one by one.
pub struct RowCheck<'a> {
    objects: &'a dyn Objects,
    size: u64,
    /// The row that should come next.
    next: u64,
    /// The tile at hand.
    tile: Option<(u64, Result<Vec<Hash>, TileError>)>,
    faults: Vec<RowFault>,
}

impl<'a> RowCheck<'a> {
    /// Begins with row 0 of a log of `size` entries.
    pub fn new(objects: &'a dyn Objects, size: u64) -> Self {
        Self { objects, size, next: 0, tile: None, faults: Vec::new() }
    }

    /// Compares the next row.
    pub fn row(&mut self, number: u64, found: Hash) {
        if number >= self.size {
            return self.faults.push(RowFault::Added { number, size: self.size });
        }
        if number < self.next {
            return self.faults.push(RowFault::Disordered(number));
        }
        self.deleted_before(number);
        self.next = number + 1;
        match self.expected(number) {
            Some(expected) if expected != found => {
                self.faults.push(RowFault::Edited { number, expected, found });
            }
            _ => {}
        }
    }

    /// Names what was missing at the end, and gives all faults.
    pub fn finish(mut self) -> Vec<RowFault> {
        self.deleted_before(self.size);
        self.faults
    }

    fn deleted_before(&mut self, number: u64) {
        if self.next < number {
            self.faults.push(RowFault::Deleted { first: self.next, last: number - 1 });
        }
    }

    /// The hash that the log has of an entry. A tile that cannot be read is named once.
    fn expected(&mut self, number: u64) -> Option<Hash> {
        let index = number / WIDTH;
        if self.tile.as_ref().is_none_or(|(at, _)| *at != index) {
            let tile = Tile::in_log(0, index, self.size)?;
            let hashes = read_tile(self.objects, tile);
            if let Err(error) = &hashes {
                let (first, last) = (index * WIDTH, index * WIDTH + u64::from(tile.width) - 1);
                self.faults.push(RowFault::Unchecked { first, last, why: error.to_string() });
            }
            self.tile = Some((index, hashes));
        }
        let (_, hashes) = self.tile.as_ref()?;
        hashes.as_ref().ok()?.get(usize::try_from(number % WIDTH).ok()?).copied()
    }
}
