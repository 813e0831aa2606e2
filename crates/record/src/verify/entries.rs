//! The way up: every entry read once, and what all hashes above them must be.

use super::events::Events;
use super::levels::Levels;
use super::remembered::Remembered;
use super::{Fault, Report};
use crate::checkpoint::Head;
use crate::tiles::{Tile, TileError, WIDTH, cut, entries, find, read_bundle, read_tile};
use crate::tree::{self, Edge};
use crate::{Hash, Objects};

/// After so many bundles and tiles in a row that are not there, the log is taken to end: its size is
/// only stated.
const ABSENT: u32 = 1_000;

/// What the entries give.
pub(super) struct Bottom {
    /// The hashes above the entries.
    pub(super) levels: Levels,
    /// The root over all entries, where all are known.
    pub(super) root: Option<Hash>,
    /// For each kept checkpoint the root over as many entries, where they are known.
    pub(super) remembered: Vec<Option<Hash>>,
}

/// Reads all entries of a log of the stated size.
pub(super) fn read(
    objects: &dyn Objects,
    head: Head,
    remembered: &[Remembered],
    report: &mut Report,
) -> Bottom {
    let mut events = Events::default();
    let mut levels = Levels::default();
    let mut edge = Some(Edge::default());
    let mut roots = vec![None; remembered.len()];
    take_roots(&Edge::default(), &[], remembered, &mut roots);
    let mut absent = 0;
    for index in 0..head.size.div_ceil(WIDTH) {
        let Some(tile) = Tile::in_log(0, index, head.size) else { break };
        let Pair { entries, tile: hashes } = read_pair(objects, tile, report, Some(&mut events));
        let agree = entries.is_some() && entries == hashes;
        // Where the entries are lost, their tile stands in for them: if it was changed too, it shows.
        let known = entries.or(hashes);
        absent = if known.is_none() { absent + 1 } else { 0 };
        if absent == ABSENT {
            report.add(Fault::Ends((index + 1).saturating_sub(ABSENT.into()) * WIDTH));
            edge = None;
            break;
        }
        if let (Some(edge), Some(known)) = (&mut edge, &known) {
            take_roots(edge, known, remembered, &mut roots);
            extend(edge, known, tile);
        } else {
            edge = None;
        }
        levels.add(tile, known, agree);
    }
    events.finish(report);
    levels.finish();
    let root = edge.filter(|edge| edge.size() == head.size).map(|edge| edge.root());
    Bottom { levels, root, remembered: roots }
}

fn extend(edge: &mut Edge, hashes: &[Hash], tile: Tile) {
    if tile.is_full() {
        edge.push_subtree(tree::root(hashes), 8);
    } else {
        for hash in hashes {
            edge.push(*hash);
        }
    }
}

/// The roots of the kept checkpoints whose size is reached within these hashes.
fn take_roots(edge: &Edge, hashes: &[Hash], remembered: &[Remembered], roots: &mut [Option<Hash>]) {
    for (kept, root) in remembered.iter().zip(roots) {
        let more = kept.head.size.checked_sub(edge.size()).and_then(|m| usize::try_from(m).ok());
        let Some(more) = more.and_then(|more| hashes.get(..more)) else { continue };
        let mut edge = edge.clone();
        for hash in more {
            edge.push(*hash);
        }
        *root = Some(edge.root());
    }
}

/// A bundle and its tile, as hashes of entries; `None` where a file cannot be used.
pub(super) struct Pair {
    pub(super) entries: Option<Vec<Hash>>,
    pub(super) tile: Option<Vec<Hash>>,
}

/// Reads a bundle and its tile, names what is wrong with the files themselves, and looks at the
/// events, where that is asked for.
pub(super) fn read_pair(
    objects: &dyn Objects,
    tile: Tile,
    report: &mut Report,
    events: Option<&mut Events>,
) -> Pair {
    let hashes = read_hashes(objects, tile, report);
    let bundle = match read_bundle(objects, tile) {
        Ok(bundle) => bundle,
        Err(error) => {
            report.add(tile_fault(error, || first_changed(objects, tile, hashes.as_deref())));
            return Pair { entries: None, tile: hashes };
        }
    };
    // `read_bundle` has cut it already.
    let entries = entries(&bundle, tile.width.into()).unwrap_or_default();
    if let Some(events) = events {
        for (number, entry) in (tile.index * WIDTH..).zip(&entries) {
            events.look(number, entry, report);
        }
    }
    let entries = entries.into_iter().map(Hash::of_leaf).collect();
    Pair { entries: Some(entries), tile: hashes }
}

/// The hashes of a tile, or a fault.
pub(super) fn read_hashes(
    objects: &dyn Objects,
    tile: Tile,
    report: &mut Report,
) -> Option<Vec<Hash>> {
    read_tile(objects, tile).map_err(|error| report.add(tile_fault(error, || 0))).ok()
}

/// The first entry of a damaged bundle that is cut off or has not the hash in its tile.
fn first_changed(objects: &dyn Objects, tile: Tile, hashes: Option<&[Hash]>) -> u64 {
    let bytes = find(objects, tile.bundle()).map(|found| found.1).unwrap_or_default();
    let mut whole = Vec::new();
    // That it is damaged is known.
    cut(&bytes, tile.width.into(), &mut whole).ok();
    let same = |(entry, hash): &(&&[u8], &Hash)| Hash::of_leaf(entry) == **hash;
    let same = hashes.map_or(whole.len(), |it| whole.iter().zip(it).take_while(same).count());
    tile.index * WIDTH + same as u64
}

fn tile_fault(error: TileError, first: impl Fn() -> u64) -> Fault {
    match error {
        TileError::Missing(path) => Fault::Missing(path),
        TileError::Read { path, source } => Fault::Unreadable { path, why: source.to_string() },
        TileError::Length { path, expected, found } => Fault::TileLength { path, expected, found },
        TileError::Bundle { path, source } => {
            Fault::DamagedBundle { path, number: first(), source }
        }
    }
}
