//! Files of a stranger: no panic, an end, and never taken for sound.

mod support;

use proptest::prelude::*;
use record::Hash;
use record::checkpoint::{Head, sign};
use record::proof::verify_proof;
use record::verify::{Remembered, compare_rows, verify};
use support::{Log, Map, key, keys};

fn remembered(size: u64) -> Remembered {
    Remembered { from: "any".to_owned(), origin: None, head: Head { size, root: Hash::EMPTY } }
}

const PATHS: [&str; 7] = [
    "tile/0/000",
    "tile/0/001",
    "tile/entries/000",
    "tile/entries/001",
    "tile/1/000.p/2",
    "tile/entries/002.p/88",
    "tile/0/002.p/88",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_under_any_signed_size_are_refused(
        size in prop_oneof![1..2_000_u64, any::<u64>()],
        files in prop::collection::vec((0..PATHS.len(), prop::collection::vec(any::<u8>(), 0..9_000)), 0..8),
        kept in any::<u64>(),
    ) {
        let mut objects: Map = files.into_iter().map(|(at, bytes)| (PATHS[at].to_owned(), bytes)).collect();
        let head = Head { size: size.max(1), root: Hash::EMPTY };
        objects.insert("checkpoint".to_owned(), sign(head, &key()).into_bytes());
        let report = verify(&objects, &keys(), &[remembered(kept)]);
        prop_assert!(!report.is_sound());
        prop_assert!(!compare_rows(&objects, size, [(0, Hash::EMPTY)]).is_empty());
    }

    #[test]
    fn any_checkpoint_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let objects = Map::from([("checkpoint".to_owned(), bytes)]);
        prop_assert!(!verify(&objects, &keys(), &[]).is_sound());
    }

    #[test]
    fn any_proof_is_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        text in "(wardround-proof@v1\n)?\\PC{0,30}\n\n?(c2sp.org/tlog-proof@v1\n)?(index [0-9]{1,20}\n)?(\\PC{0,44}\n){0,4}\n\\PC{0,30}\n",
    ) {
        prop_assert!(verify_proof(&bytes, &keys()).is_err());
        prop_assert!(verify_proof(text.as_bytes(), &keys()).is_err());
    }
}

/// Whatever byte of whatever file changes: it is a fault, and the file or an entry of it is named.
#[test]
fn no_byte_of_a_log_changes_unseen() {
    let sound = Log::of(300);
    let mut step = 0_usize;
    for (path, bytes) in &sound.objects {
        // Every file, a byte in eleven of the small ones and fewer of the large.
        for at in (0..bytes.len()).step_by(11.max(bytes.len() / 60)) {
            step += 1;
            let mut log = sound.clone();
            log.objects.get_mut(path).unwrap()[at] ^= 1 << (step % 8);
            let report = log.verify(&[]);
            assert!(!report.is_sound(), "{path} {at}");
            let named = report.faults.iter().any(|fault| {
                let text = format!("{fault} {fault:?}");
                text.contains(path.as_str()) || path == "checkpoint"
            });
            assert!(named, "{path} {at}: {:?}", report.faults);
        }
    }
}
