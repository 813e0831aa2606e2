//! The way down: from the signed root, which hash of tile or entry is the right one where they differ.
//!
//! A hash is right when it leads to one that is known to be right: the entries' own hashes are asked
//! first, then those of the tile. Where neither does, both were changed.

use super::entries::{read_hashes, read_pair};
use super::levels::{Levels, all};
use super::{Fault, Report};
use crate::checkpoint::Head;
use crate::tiles::{Tile, WIDTH, root_of_levels};
use crate::{Hash, Objects, tree};

/// Goes down from the root of the checkpoint and names what was changed.
pub(super) fn check(
    objects: &dyn Objects,
    head: Head,
    levels: &Levels,
    report: &mut Report,
) -> EdgeStanding {
    let mut walk = Walk { objects, size: head.size, levels, report };
    walk.edge(head.root)
}

/// What the tiles at the right edge say of the root.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EdgeStanding {
    /// The entries or the tiles lead to the signed root.
    Proved,
    /// Neither do.
    Unproved,
}

struct Walk<'a> {
    objects: &'a dyn Objects,
    size: u64,
    levels: &'a Levels,
    report: &'a mut Report,
}

impl Walk<'_> {
    /// The partial tiles, which together lead to the root.
    fn edge(&mut self, root: Hash) -> EdgeStanding {
        let tiles: Vec<Tile> = Tile::edge(self.size).collect();
        let computed: Vec<Vec<Option<Hash>>> =
            tiles.iter().map(|tile| self.levels.tile(*tile)).collect();
        let stored: Vec<Option<Vec<Hash>>> = tiles.iter().map(|tile| self.stored(*tile)).collect();
        let leads =
            |levels: Option<Vec<Vec<Hash>>>| levels.filter(|levels| root_of_levels(levels) == root);
        let right = leads(computed.iter().map(|tile| all(tile)).collect())
            .or_else(|| leads(stored.iter().cloned().collect()));
        for (at, tile) in tiles.iter().enumerate().rev() {
            let right = right.as_ref().and_then(|levels| levels.get(at)).map(Vec::as_slice);
            let stored = stored.get(at).and_then(Option::as_deref);
            let computed = computed.get(at).map_or(&[][..], Vec::as_slice);
            self.compare(*tile, right, stored, computed);
            self.below(*tile, right);
        }
        if right.is_some() { EdgeStanding::Proved } else { EdgeStanding::Unproved }
    }

    /// A full tile that a hash above it stands for.
    fn full(&mut self, tile: Tile, above: Option<Hash>) {
        let is_bottom = tile.level == Some(0);
        if is_bottom && self.levels.agree(tile.index) {
            // Entries and tile are the same; both are right or both were changed.
            let found = self.levels.over(tile.index);
            if let (Some(expected), Some(found)) = (above.filter(|_| above != found), found) {
                self.rewritten(tile, expected, found);
            }
            return;
        }
        let (computed, stored) = if is_bottom {
            let mut named = Report::default();
            let pair = read_pair(self.objects, tile, &mut named, None);
            let none = vec![None; usize::from(tile.width)];
            (pair.entries.map_or(none, |hashes| hashes.into_iter().map(Some).collect()), pair.tile)
        } else {
            (self.levels.tile(tile), read_hashes(self.objects, tile, self.report))
        };
        let leads = |hashes: &Vec<Hash>| above.is_some_and(|above| tree::root(hashes) == above);
        let entries = all(&computed);
        let right = entries.clone().filter(leads).or_else(|| stored.clone().filter(leads));
        let found = entries.as_ref().or(stored.as_ref()).map(|hashes| tree::root(hashes));
        if let (None, Some(expected), Some(found)) = (&right, above, found) {
            self.rewritten(tile, expected, found);
        }
        self.compare(tile, right.as_deref(), stored.as_deref(), &computed);
        self.below(tile, right.as_deref());
    }

    /// The tiles below each hash of a tile.
    fn below(&mut self, tile: Tile, right: Option<&[Hash]>) {
        let Some(level) = tile.level.and_then(|level| level.checked_sub(1)) else { return };
        for at in 0..u64::from(tile.width) {
            let Some(child) = Tile::in_log(level, tile.index * WIDTH + at, self.size) else {
                return;
            };
            if !self.levels.reaches(child) {
                return;
            }
            let above = usize::try_from(at).ok().and_then(|at| right?.get(at)).copied();
            self.full(child, above);
        }
    }

    /// Names each hash of a tile, or each entry, that is not the right one.
    fn compare(
        &mut self,
        tile: Tile,
        right: Option<&[Hash]>,
        stored: Option<&[Hash]>,
        computed: &[Option<Hash>],
    ) {
        for (position, computed) in computed.iter().enumerate() {
            let right = right.and_then(|right| right.get(position)).copied();
            let stored = stored.and_then(|stored| stored.get(position)).copied();
            let (first, last) = covered(tile, position);
            let path = || tile.to_string();
            match (right, stored, *computed) {
                (Some(expected), Some(found), _) if found != expected => {
                    let path = path();
                    let fault = Fault::EditedTile { path, position, first, last, expected, found };
                    self.report.add(fault);
                }
                (Some(expected), _, Some(found)) if found != expected && tile.level == Some(0) => {
                    let path = tile.bundle().to_string();
                    self.report.add(Fault::EditedEntry { number: first, path, expected, found });
                }
                (None, Some(tile), Some(entries)) if tile != entries => {
                    let path = path();
                    self.report.add(Fault::Disagreement { path, first, last, tile, entries });
                }
                _ => {}
            }
        }
    }

    fn rewritten(&mut self, tile: Tile, expected: Hash, found: Hash) {
        let (first, last) = (covered(tile, 0).0, covered(tile, usize::from(tile.width) - 1).1);
        let path = tile.to_string();
        self.report.add(Fault::Rewritten { path, first, last, expected, found });
    }

    /// A tile at the edge; the one of level 0 was read on the way up, its faults are named already.
    fn stored(&mut self, tile: Tile) -> Option<Vec<Hash>> {
        let mut named = Report::default();
        let report = if tile.level == Some(0) { &mut named } else { &mut *self.report };
        read_hashes(self.objects, tile, report)
    }
}

/// The first and the last entry below a hash of a tile.
fn covered(tile: Tile, position: usize) -> (u64, u64) {
    let level = 8 * u32::from(tile.level.unwrap_or(0));
    let at = tile.index * WIDTH + position as u64;
    (at << level, ((at + 1) << level) - 1)
}
