//! Names of tiles and bundles.

use std::fmt;

/// Hashes in a full tile, and entries in a full bundle.
pub const WIDTH: u64 = 256;

/// The same, as a tile states it.
pub(super) const FULL: u16 = 256;

/// A tile of hashes, or a bundle of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// How many levels of tiles lie below; `None` for a bundle of entries.
    pub level: Option<u8>,
    /// Which of its level, counted from 0.
    pub index: u64,
    /// How many hashes or entries it holds: 1 to 256.
    pub width: u16,
}

impl Tile {
    /// The tile of `level` and `index` as it stands in a log of `size` entries; `None` where the log
    /// does not reach that far.
    pub fn in_log(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let width = hashes.saturating_sub(index.saturating_mul(WIDTH)).min(WIDTH);
        let width = u16::try_from(width).ok().filter(|width| *width > 0)?;
        Some(Self { level: Some(level), index, width })
    }

    /// The bundle beside this tile of level 0.
    pub const fn bundle(self) -> Self {
        Self { level: None, ..self }
    }

    /// The same, filled up.
    pub const fn full(self) -> Self {
        Self { width: FULL, ..self }
    }

    /// Whether nothing more comes into it.
    pub const fn is_full(self) -> bool {
        self.width == FULL
    }

    /// What all partial forms of this tile have in front of their width: `tile/0/000.p/`.
    pub fn partial_prefix(self) -> String {
        format!("{}.p/", self.full())
    }

    /// The partial tiles at the right edge of a log of `size` entries, the lowest level first.
    pub fn edge(size: u64) -> impl Iterator<Item = Self> {
        (0..8).filter_map(move |level| {
            let index = size.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0);
            Self::in_log(level, index, size).filter(|tile| !tile.is_full())
        })
    }
}

impl fmt::Display for Tile {
    /// The path, as tlog-tiles writes it: index 1234067 is `x001/x234/067`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(f, "tile/{level}/")?,
            None => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (left, group) in groups.iter().enumerate().rev() {
            if left > 0 {
                write!(f, "x{group:03}/")?;
            } else {
                write!(f, "{group:03}")?;
            }
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}
