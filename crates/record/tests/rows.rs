//! Rows of a database that were changed, deleted or added, held against the log.

mod support;

use record::verify::{RowFault, compare_rows};
use support::{Log, event, hash_of, leaf};

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
