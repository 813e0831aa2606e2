//! Each way of changing the record, and what verification says to it.

mod support;

use record::checkpoint::{Keys, SecretKey, sign};
use record::leaf::decode;
use record::proof::{prove, verify_proof};
use record::tiles::entries;
use record::verify::{Fault, RowFault, compare_rows, verify};
use record::{Hash, tree};
use support::{Log, event, forged, hash_of, key, keys, leaf, leaves};

#[test]
fn a_sound_log_of_any_size_has_no_fault() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 700] {
        let log = Log::of(size);
        let kept: Vec<_> = [0, 1, size / 2, size]
            .into_iter()
            .filter(|kept| *kept <= size)
            .map(|kept| Log::of(kept).remembered("a receipt"))
            .collect();
        let report = log.verify(&kept);
        assert!(report.is_sound(), "{size}: {:?}", report.faults);
        assert_eq!((report.entries, report.continued), (size, kept.len()));
    }
}

#[test]
fn an_edited_row_is_named() {
    let log = Log::of(600);
    let rows = |changed: u64| {
        (0..600).map(move |number| {
            let mut event = event(number);
            if number == changed {
                event.event.reason = Some("never happened".to_owned());
            }
            (number, leaf(&event).hash())
        })
    };
    assert_eq!(compare_rows(&log.objects, 600, rows(u64::MAX)), []);
    let faults = compare_rows(&log.objects, 600, rows(300));
    let [RowFault::Edited { number: 300, expected, .. }] = faults.as_slice() else {
        panic!("{faults:?}")
    };
    assert_eq!(*expected, hash_of(300));
}

#[test]
fn deleted_rows_are_named() {
    let log = Log::of(600);
    let rows = (0..590).filter(|n| *n != 0 && !(255..=258).contains(n)).map(|n| (n, hash_of(n)));
    let deleted = |first, last| RowFault::Deleted { first, last };
    let faults = compare_rows(&log.objects, 600, rows);
    assert_eq!(faults, [deleted(0, 0), deleted(255, 258), deleted(590, 599)]);
    assert_eq!(compare_rows(&log.objects, 600, []), [deleted(0, 599)]);
}

#[test]
fn rows_beside_the_log_are_named() {
    let log = Log::of(3);
    let rows = [0, 1, 1, 2, 3].map(|number| (number, hash_of(number)));
    let faults = compare_rows(&log.objects, 3, rows);
    assert_eq!(faults, [RowFault::Disordered(1), RowFault::Added { number: 3, size: 3 }]);
    let mut lost = Log::of(3);
    lost.objects.remove("tile/0/000.p/3");
    let faults = compare_rows(&lost.objects, 3, [0, 1, 2].map(|number| (number, hash_of(number))));
    assert!(matches!(faults[..], [RowFault::Unchecked { first: 0, last: 2, .. }]), "{faults:?}");
}

#[test]
fn an_edited_tile_is_named_with_its_place() {
    let sound = Log::of(600);
    for (path, position, first, last) in [
        ("tile/0/000", 7, 7, 7),
        ("tile/0/001", 255, 511, 511),
        ("tile/0/002.p/88", 0, 512, 512),
        ("tile/1/000.p/2", 1, 256, 511),
    ] {
        let mut log = sound.clone();
        log.edit_tile(path, position);
        let faults = log.faults(&[]);
        let [Fault::EditedTile { path: named, position: at, first: from, last: to, .. }] =
            faults.as_slice()
        else {
            panic!("{path}: {faults:?}")
        };
        assert_eq!((named.as_str(), *at, *from, *to), (path, position, first, last));
    }
}

/// Over 65,536 entries tiles of level 1 are full, and one of level 2 stands above them.
#[test]
fn edited_tiles_are_named_in_every_level_of_a_large_log() {
    let sound = Log::of(66_000);
    let mut log = sound.clone();
    assert!(log.verify(&[]).is_sound());
    for (path, position) in
        [("tile/0/003", 1), ("tile/1/000", 200), ("tile/1/001.p/1", 0), ("tile/2/000.p/1", 0)]
    {
        log.edit_tile(path, position);
    }
    let mut named: Vec<String> = log
        .faults(&[])
        .into_iter()
        .map(|fault| match fault {
            Fault::EditedTile { path, position, .. } => format!("{path} {position}"),
            other => panic!("{other}"),
        })
        .collect();
    named.sort();
    assert_eq!(named, ["tile/0/003 1", "tile/1/000 200", "tile/1/001.p/1 0", "tile/2/000.p/1 0"]);

    let mut log = sound;
    log.edit_bundle("tile/entries/100", 256, |all| all[5] = forged(&all[5]));
    let faults = log.faults(&[]);
    assert!(matches!(faults[..], [Fault::EditedEntry { number: 25_605, .. }]), "{faults:?}");
}

#[test]
fn an_edited_entry_is_named_with_the_hash_that_was_signed() {
    let sound = Log::of(600);
    for (path, width, at, number) in [
        ("tile/entries/000", 256, 0, 0),
        ("tile/entries/001", 256, 9, 265),
        ("tile/entries/002.p/88", 88, 87, 599),
    ] {
        let mut log = sound.clone();
        log.edit_bundle(path, width, |all| all[at] = forged(&all[at]));
        let faults = log.faults(&[]);
        let [Fault::EditedEntry { number: named, expected, path: file, .. }] = faults.as_slice()
        else {
            panic!("{faults:?}")
        };
        assert_eq!((*named, *expected, file.as_str()), (number, hash_of(number), path));
    }
}

#[test]
fn a_bundle_that_is_garbage_is_named_from_its_first_wrong_entry() {
    for at in [0, 40, 500] {
        let mut log = Log::of(600);
        let bundle = log.objects.get_mut("tile/entries/001").unwrap();
        bundle[at] = bundle[at].wrapping_add(113);
        bundle.truncate(60_000);
        let faults = log.faults(&[]);
        let number = 256 + u64::from(at == 500);
        let [Fault::DamagedBundle { path, number: named, .. }] = faults.as_slice() else {
            panic!("{at}: {faults:?}")
        };
        assert_eq!((path.as_str(), *named), ("tile/entries/001", number), "{at}");
    }
}

/// The entry and its tile are changed together: the tile above still tells which 256 entries.
#[test]
fn an_entry_edited_with_its_tile_is_found_through_the_tile_above() {
    let mut log = Log::of(600);
    log.edit_bundle("tile/entries/001", 256, |all| all[9] = forged(&all[9]));
    let entry = entries(&log.objects["tile/entries/001"], 256).unwrap()[9].to_vec();
    let tile = log.objects.get_mut("tile/0/001").unwrap();
    tile[9 * 32..10 * 32].copy_from_slice(Hash::of_leaf(&entry).as_bytes());
    let faults = log.faults(&[]);
    assert!(matches!(faults[..], [Fault::Rewritten { first: 256, last: 511, .. }]), "{faults:?}");
    // The rows still know better.
    let rows = (0..600).map(|number| (number, hash_of(number)));
    let faults = compare_rows(&log.objects, 600, rows);
    assert!(matches!(faults[..], [RowFault::Edited { number: 265, .. }]), "{faults:?}");
}

#[test]
fn an_entry_and_another_hash_edited_are_both_accounted_for() {
    let mut log = Log::of(600);
    log.edit_bundle("tile/entries/001", 256, |all| all[9] = forged(&all[9]));
    log.edit_tile("tile/0/001", 20);
    let faults = log.faults(&[]);
    assert!(matches!(faults[0], Fault::Rewritten { first: 256, last: 511, .. }), "{faults:?}");
    let differing: Vec<u64> = faults[1..]
        .iter()
        .map(|fault| match fault {
            Fault::Disagreement { first, .. } => *first,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(differing, [265, 276]);
}

#[test]
fn a_log_rewritten_without_the_key_does_not_fit_its_checkpoint() {
    let sound = Log::of(600);
    let early = Log::of(300).remembered("the pack of 3 May");
    let mut all = leaves(0..600);
    let mut changed = event(450);
    changed.event.actor.push('8');
    all[450] = leaf(&changed);
    let mut log = Log::empty().with(&all);
    log.objects.insert("checkpoint".to_owned(), sound.objects["checkpoint"].clone());
    let faults = log.faults(std::slice::from_ref(&early));
    let [Fault::Root { size: 600, expected, unchanged: 300, .. }] = faults.as_slice() else {
        panic!("{faults:?}")
    };
    assert_eq!(*expected, sound.state.head().root);
}

#[test]
fn yesterdays_backup_is_found_by_whoever_kept_a_later_checkpoint() {
    let yesterday = Log::of(400);
    let today = yesterday.clone().with(&leaves(400..600)).remembered("the mail of this morning");
    // Alone it looks sound: only somebody else's memory shows it.
    assert!(yesterday.verify(&[]).is_sound());
    let faults = yesterday.faults(std::slice::from_ref(&today));
    assert!(
        matches!(faults[..], [Fault::RolledBack { expected: 600, found: 400, .. }]),
        "{faults:?}"
    );
    assert!(faults[0].to_string().contains("the mail of this morning"));

    // And when it goes on from there, with other facts, also later.
    let other: Vec<_> = (400..700)
        .map(|number| {
            let mut event = event(number);
            event.event.reason = Some("after the restore".to_owned());
            leaf(&event)
        })
        .collect();
    let faults = yesterday.with(&other).faults(std::slice::from_ref(&today));
    assert!(matches!(faults[..], [Fault::Forked { size: 600, .. }]), "{faults:?}");
}

#[test]
fn a_fork_shown_to_one_reader_is_found_when_checkpoints_are_compared() {
    let trunk = Log::of(500);
    let fork = |reason: &str, size: u64| {
        let mut event = event(500);
        event.event.reason = Some(reason.to_owned());
        trunk.clone().with(&[leaf(&event)]).with(&leaves(501..size))
    };
    let (mine, theirs) = (fork("for the one", 520), fork("for the other", 520));
    for log in [&mine, &theirs] {
        assert!(log.verify(&[trunk.remembered("both")]).is_sound());
    }
    // The same size, and a smaller one: both are forks.
    for kept in [theirs.remembered("the other"), fork("for the other", 510).remembered("the other")]
    {
        let size = kept.head.size;
        let faults = mine.faults(std::slice::from_ref(&kept));
        let [Fault::Forked { size: at, expected, found, .. }] = faults.as_slice() else {
            panic!("{faults:?}")
        };
        assert_eq!((*at, *expected), (size, kept.head.root));
        assert_ne!(expected, found);
    }
    // No proof of consistency leads from one to the other.
    let mut nodes = record::tiles::TileNodes::new(&mine.objects, 520);
    let proof = tree::prove_consistency(&mut nodes, 510, 520).unwrap();
    let old = fork("for the other", 510).state.head();
    let new = mine.state.head();
    assert!(tree::verify_consistency((510, old.root), (520, new.root), &proof).is_err());
}

#[test]
fn a_swapped_key_is_named() {
    let log = Log::of(300);
    let thief = SecretKey::new("record.mdh.example".parse().unwrap(), [66; 32]);
    let mut swapped = log.clone();
    swapped.objects.insert("checkpoint".to_owned(), sign(log.state.head(), &thief).into_bytes());
    let report = swapped.verify(&[log.remembered("a receipt")]);
    let [Fault::SwappedKey { origin, found }] = report.faults.as_slice() else {
        panic!("{:?}", report.faults)
    };
    assert_eq!(origin.as_str(), "record.mdh.example");
    assert_eq!(found.as_slice(), [thief.public().id_text()]);
    assert!(report.checkpoint.is_none() && report.entries == 300 && report.continued == 1);
    // A thief who has also changed an entry is told both.
    swapped.edit_bundle("tile/entries/000", 256, |all| all[3] = forged(&all[3]));
    assert_eq!(swapped.faults(&[]).len(), 2);
}

#[test]
fn a_checkpoint_changed_after_signing_is_named() {
    let mut log = Log::of(300);
    let note = log.checkpoint().replace("\n300\n", "\n299\n");
    log.objects.insert("checkpoint".to_owned(), note.into_bytes());
    let faults = log.faults(&[]);
    assert!(matches!(faults[0], Fault::Checkpoint(_)), "{faults:?}");
    log.objects.remove("checkpoint");
    assert_eq!(log.faults(&[]), [Fault::NoCheckpoint]);
    log.objects.insert("checkpoint".to_owned(), b"nonsense".to_vec());
    assert!(matches!(log.faults(&[])[..], [Fault::Checkpoint(_)]));
}

#[test]
fn the_checkpoint_of_another_log_is_not_taken_for_this_ones() {
    let other = SecretKey::new("record.other.example".parse().unwrap(), [7; 32]);
    let log = Log::of(10);
    let mut kept = log.remembered("the wrong folder");
    kept.origin = Some(other.name().clone());
    assert!(matches!(log.faults(&[kept])[..], [Fault::OtherLog { .. }]));
    let mut moved = log.clone();
    moved.objects.insert("checkpoint".to_owned(), sign(log.state.head(), &other).into_bytes());
    let both = Keys::new(vec![key().public(), other.public()]);
    let report = verify(&moved.objects, &both, &[log.remembered("a receipt")]);
    assert!(matches!(report.faults[..], [Fault::OtherLog { .. }]), "{:?}", report.faults);
}

/// Who holds the key can sign what he likes; entries still say where they belong.
#[test]
fn entries_inserted_left_out_or_reordered_before_signing_are_named() {
    let mut all = leaves(0..300);
    all.insert(100, leaf(&event(1_000)));
    let faults = Log::empty().with(&all).faults(&[]);
    assert!(
        matches!(
            faults[..],
            [
                Fault::Moved { number: 100, stated: 1_000 },
                Fault::Moved { number: 101, stated: 100 },
                Fault::BackDated { number: 101, .. },
            ] | [
                Fault::Moved { number: 100, stated: 1_000 },
                Fault::Moved { number: 101, stated: 100 },
                ..
            ]
        ),
        "{faults:?}"
    );

    let mut all = leaves(0..300);
    all.remove(100);
    let faults = Log::empty().with(&all).faults(&[]);
    assert_eq!(faults, [Fault::Moved { number: 100, stated: 101 }]);

    let mut all = leaves(0..300);
    all.swap(100, 200);
    let faults = Log::empty().with(&all).faults(&[]);
    let moved: Vec<u64> = faults
        .iter()
        .filter_map(|fault| match fault {
            Fault::Moved { number, .. } => Some(*number),
            _ => None,
        })
        .collect();
    assert_eq!(moved, [100, 200]);
}

#[test]
fn a_back_dated_entry_is_named() {
    let mut late = event(150);
    late.as_known = event(20).as_known;
    let mut all = leaves(0..300);
    all[150] = leaf(&late);
    let faults = Log::empty().with(&all).faults(&[]);
    let wanted =
        Fault::BackDated { number: 150, found: late.as_known, before: event(149).as_known };
    assert_eq!(faults, [wanted]);
    // That it was so earlier than it was known is no fault: a late entry says so.
    let mut honest = event(150);
    honest.event.as_at = event(20).event.as_at;
    all[150] = leaf(&honest);
    assert!(Log::empty().with(&all).verify(&[]).is_sound());
}

#[test]
fn a_replayed_event_is_named_with_its_first() {
    let mut all = leaves(0..600);
    let mut again = event(300);
    again.id = event(20).id;
    all[300] = leaf(&again);
    let faults = Log::empty().with(&all).faults(&[]);
    assert_eq!(faults, [Fault::Replayed { number: 300, first: 20, id: event(20).id }]);
    assert!(faults[0].to_string().contains("0190a6e0-2b3c-7def-8123-000000000014"));
}

#[test]
fn missing_files_are_named_and_do_not_hide_other_faults() {
    let mut log = Log::of(600);
    log.objects.remove("tile/0/000");
    log.objects.remove("tile/entries/001");
    log.edit_bundle("tile/entries/002.p/88", 88, |all| all[0] = forged(&all[0]));
    let early = Log::of(300).remembered("a receipt");
    let faults = log.faults(&[early]);
    assert!(
        matches!(&faults[..], [
            Fault::Missing(tile), Fault::Missing(bundle), Fault::EditedEntry { number: 512, .. },
        ] if tile == "tile/0/000" && bundle == "tile/entries/001"),
        "{faults:?}"
    );

    let mut log = Log::of(600);
    log.objects.remove("tile/0/000");
    log.objects.remove("tile/entries/000");
    let faults = log.faults(&[Log::of(100).remembered("a receipt")]);
    assert!(
        faults.contains(&Fault::Unchecked { from: "a receipt".to_owned(), size: 100 }),
        "{faults:?}"
    );

    let mut log = Log::of(600);
    log.objects.get_mut("tile/0/001").unwrap().pop();
    let length = Fault::TileLength { path: "tile/0/001".to_owned(), expected: 8192, found: 8191 };
    assert_eq!(log.faults(&[]), [length]);
}

#[test]
fn an_entry_that_is_no_event_is_named() {
    let mut all = leaves(0..10);
    all[3] = record::leaf::Leaf::from_bytes(b"{}".to_vec()).unwrap();
    let faults = Log::empty().with(&all).faults(&[]);
    assert!(matches!(faults[..], [Fault::NoEvent { number: 3, .. }]), "{faults:?}");
}

#[test]
fn a_size_that_is_only_stated_costs_nothing() {
    for size in [1 << 20, 1 << 50, u64::MAX] {
        let mut log = Log::of(300);
        let head = record::checkpoint::Head { size, root: Hash::EMPTY };
        log.objects.insert("checkpoint".to_owned(), sign(head, &key()).into_bytes());
        let report = log.verify(&[]);
        assert!(!report.is_sound() && report.faults.len() <= 1_000);
        assert!(report.faults.iter().any(|fault| matches!(fault, Fault::Missing(_))));
    }
}

#[test]
fn a_changed_log_gives_no_proof_and_a_changed_proof_proves_nothing() {
    let mut log = Log::of(600);
    let proof = prove(&log.objects, &log.checkpoint(), &keys(), 300).unwrap();
    let proved = verify_proof(proof.as_bytes(), &keys()).unwrap();
    assert_eq!(proved.decoded.event, event(300));
    assert_eq!(decode(proved.leaf.bytes()).unwrap(), proved.decoded);
    log.edit_bundle("tile/entries/001", 256, |all| all[44] = forged(&all[44]));
    assert!(prove(&log.objects, &log.checkpoint(), &keys(), 300).is_err());
    assert!(prove(&log.objects, &log.checkpoint(), &keys(), 600).is_err());
    assert!(prove(&log.objects, &log.checkpoint(), &Keys::default(), 3).is_err());
}
