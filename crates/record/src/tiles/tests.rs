#![expect(clippy::cast_possible_truncation, reason = "sizes of tests are small")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use tlog_tiles::{tile, tlog};

use super::*;
use crate::checkpoint::Head;
use crate::leaf::Leaf;
use crate::tree::{Nodes as _, verify_consistency};
use crate::{Hash, tree};

type Map = BTreeMap<String, Vec<u8>>;

fn leaf(number: u64) -> Leaf {
    Leaf::from_bytes(format!("entry {number}").into_bytes()).unwrap()
}

fn leaves(count: u64) -> Vec<Leaf> {
    (0..count).map(leaf).collect()
}

fn appended(count: u64) -> (Map, State) {
    let appended = State::default().append(&leaves(count));
    (appended.objects.into_iter().collect(), appended.state)
}

#[test]
fn paths_are_those_of_the_specification() {
    let path = |level, index, width| Tile { level, index, width }.to_string();
    assert_eq!(path(Some(0), 0, 256), "tile/0/000");
    assert_eq!(path(Some(0), 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(path(Some(3), 1_000, 1), "tile/3/x001/000.p/1");
    assert_eq!(path(None, 999, 255), "tile/entries/999.p/255");
    assert_eq!(
        Tile { level: None, index: 1_000, width: 7 }.partial_prefix(),
        "tile/entries/x001/000.p/"
    );
}

/// The example of tlog-tiles, section "Partial Tiles".
#[test]
fn a_log_of_70000_entries_has_the_tiles_of_the_specification() {
    let at = |level, index| Tile::in_log(level, index, 70_000).map(|tile| tile.width);
    assert_eq!((at(0, 272), at(0, 273), at(0, 274)), (Some(256), Some(112), None));
    assert_eq!((at(1, 0), at(1, 1), at(1, 2)), (Some(256), Some(17), None));
    assert_eq!((at(2, 0), at(2, 1), at(3, 0)), (Some(1), None, None));
    let edge: Vec<String> = Tile::edge(70_000).map(|tile| tile.to_string()).collect();
    assert_eq!(edge, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    assert_eq!(Tile::edge(256).count(), 1);
    assert_eq!(Tile::edge(0).count(), 0);
    // The largest log there can be.
    assert_eq!(Tile::edge(u64::MAX).map(|tile| tile.width).collect::<Vec<_>>(), [255; 8]);
    assert_eq!(Tile::in_log(200, u64::MAX, u64::MAX), None);
}

/// The other implementation's store of hashes.
struct Theirs(Vec<tlog::Hash>);

impl tlog::HashReader for Theirs {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

/// Also over the border where tiles of level 2 begin.
#[test]
fn tiles_and_root_are_those_of_the_other_implementation() {
    const SIZE: u64 = 256 * 256 + 300;
    let (objects, state) = appended(SIZE);
    let mut their = Theirs(Vec::new());
    for leaf in leaves(SIZE) {
        let number = leaf.bytes()[6..].iter().fold(0, |n, digit| n * 10 + u64::from(digit - b'0'));
        let new = tlog::stored_hashes(number, leaf.bytes(), &their).unwrap();
        their.0.extend(new);
    }
    assert_eq!(state.head().root.as_bytes(), &tlog::tree_hash(SIZE, &their).unwrap().0);
    let tiles = tile::Tile::new_tiles(8, 0, SIZE);
    let mut compared = 0;
    for tile in tiles {
        // Theirs have the height in the path: `tile/8/0/000`.
        let path = format!("tile/{}", tile.path().strip_prefix("tile/8/").unwrap());
        assert_eq!(objects[&path], tile.read_data(&their).unwrap(), "{path}");
        compared += 1;
    }
    let entries = objects.keys().filter(|path| path.starts_with("tile/entries/")).count();
    assert_eq!((compared, entries), (objects.len() - entries, 258));
}

#[test]
fn bundles_hold_entries_behind_their_lengths() {
    let (objects, _) = appended(2);
    assert_eq!(objects["tile/entries/000.p/2"], b"\x00\x07entry 0\x00\x07entry 1");
    let empty = Leaf::from_bytes(Vec::new()).unwrap();
    let largest = Leaf::from_bytes(vec![7; 65_535]).unwrap();
    let made = State::default().append(&[empty, largest]);
    let bundle = &made.objects[0].1;
    let cut = entries(bundle, 2).unwrap();
    assert_eq!((cut[0].len(), cut[1].len()), (0, 65_535));
    assert_eq!(entries(bundle, 1), Err(BundleError::Surplus(65_537)));
    assert_eq!(entries(bundle, 3), Err(BundleError::Few { expected: 3, found: 2 }));
    assert_eq!(entries(&bundle[..9], 2), Err(BundleError::CutOff(1)));
}

#[test]
fn partial_tiles_may_go_when_the_full_one_is_there_and_stand_till_then() {
    let (mut objects, state) = appended(250);
    let more: Vec<Leaf> = (250..260).map(leaf).collect();
    let second = state.append(&more);
    assert_eq!(second.superseded, ["tile/entries/000.p/", "tile/0/000.p/"]);
    objects.extend(second.objects);
    objects.retain(|path, _| !second.superseded.iter().any(|gone| path.starts_with(gone)));
    assert_eq!(State::open(&objects, second.state.head()).unwrap(), second.state);
    // A checkpoint of 250 entries is read from the full tile.
    assert_eq!(State::open(&objects, state.head()).unwrap(), state);
    // Nothing new: nothing to write.
    let third = second.state.append(&[]);
    assert!(third.objects.is_empty() && third.superseded.is_empty());
    assert_eq!(third.state, second.state);
}

#[test]
fn a_log_is_taken_up_only_where_its_right_edge_is_that_of_the_checkpoint() {
    let (objects, state) = appended(600);
    let head = state.head();
    let paths = State::edge_paths(600);
    assert_eq!(paths, ["tile/entries/002.p/88", "tile/0/002.p/88", "tile/1/000.p/2"]);
    let only: Map = paths.iter().map(|path| (path.clone(), objects[path].clone())).collect();
    assert_eq!(State::open(&only, head).unwrap(), state);
    for path in &paths {
        let mut changed = only.clone();
        *changed.get_mut(path).unwrap().last_mut().unwrap() ^= 1;
        assert!(State::open(&changed, head).is_err(), "{path}");
        let mut missing = only.clone();
        missing.remove(path);
        let error = State::open(&missing, head).unwrap_err();
        assert!(matches!(error, StateError::Tile(TileError::Missing(_))), "{path}: {error}");
        let mut longer = only.clone();
        longer.get_mut(path).unwrap().push(0);
        assert!(State::open(&longer, head).is_err(), "{path}");
    }
    assert!(State::open(&only, Head { root: Hash::EMPTY, ..head }).is_err());
    let none = Head { size: 0, root: Hash::EMPTY };
    assert_eq!(State::open(&Map::new(), none).unwrap(), State::default());
    // A size that is only stated costs nothing.
    assert!(State::open(&Map::new(), Head { size: u64::MAX, root: Hash::EMPTY }).is_err());
}

#[test]
fn what_was_written_after_the_last_durable_checkpoint_is_written_over() {
    let (mut objects, state) = appended(300);
    // Written, and then the machine stopped before the checkpoint.
    objects.extend(state.append(&(9_000..9_300).map(leaf).collect::<Vec<_>>()).objects);
    let again = State::open(&objects, state.head()).unwrap();
    assert_eq!(again, state);
    let made = again.append(&(300..700).map(leaf).collect::<Vec<_>>());
    objects.extend(made.objects);
    let (whole, all) = appended(700);
    assert_eq!(made.state, all);
    for (path, bytes) in whole {
        assert_eq!(objects[&path], bytes, "{path}");
    }
}

#[test]
fn proofs_are_made_from_tiles() {
    let (objects, state) = appended(70_000);
    let mut nodes = TileNodes::new(&objects, 70_000);
    let root = state.head().root;
    for number in [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999] {
        let path = tree::prove_inclusion(&mut nodes, number, 70_000).unwrap();
        tree::verify_inclusion(number, 70_000, leaf(number).hash(), &path, root).unwrap();
    }
    for old in [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999] {
        let hashes: Vec<Hash> = leaves(old).iter().map(Leaf::hash).collect();
        let proof = tree::prove_consistency(&mut nodes, old, 70_000).unwrap();
        verify_consistency((old, tree::root(&hashes)), (70_000, root), &proof).unwrap();
    }
    assert!(nodes.node(0, 70_000).is_err());
    assert!(nodes.node(17, 0).is_err());
    assert!(nodes.node(63, u64::MAX).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn entries_give_the_same_log_however_they_are_cut(
        cuts in prop::collection::vec(0..400_u64, 1..8),
    ) {
        let (mut objects, mut state, mut size) = (Map::new(), State::default(), 0);
        for count in cuts {
            let made = state.append(&(size..size + count).map(leaf).collect::<Vec<_>>());
            size += count;
            for (path, bytes) in made.objects {
                // A file once written never changes.
                let before = objects.insert(path.clone(), bytes.clone());
                prop_assert!(before.is_none_or(|before| before == bytes), "{}", path);
            }
            state = made.state;
            prop_assert_eq!(&State::open(&objects, state.head()).unwrap(), &state);
        }
        let (whole, at_once) = appended(size);
        prop_assert_eq!(&state, &at_once);
        let hashes: Vec<Hash> = leaves(size).iter().map(Leaf::hash).collect();
        prop_assert_eq!(state.head(), Head { size, root: tree::root(&hashes) });
        for (path, bytes) in whole {
            prop_assert_eq!(&objects[&path], &bytes, "{}", path);
        }
    }

    #[test]
    fn any_bundle_is_cut_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600), width in 0..300_usize) {
        if let Ok(cut) = entries(&bytes, width) {
            prop_assert_eq!(cut.len(), width);
        }
    }
}
