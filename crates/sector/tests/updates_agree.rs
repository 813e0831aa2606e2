//! The sector's own table of updates says what `exposure`'s built-in tables say.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use exposure::knowledge::builtin::{rollups, updates};
use jiff::civil::date;

/// The updates of `crates/sector/src/updates/recent.rs` as they stand there: number and whether the
/// fix is in, by the name of their list. Read from the source, for the table is nobody's but its own.
fn own() -> BTreeMap<(String, u32), bool> {
    let source = include_str!("../src/updates/recent.rs");
    let mut list = String::new();
    let mut all = BTreeMap::new();
    for line in source.lines() {
        if let Some(rest) = line.strip_prefix("const ") {
            rest.split(':').next().unwrap().clone_into(&mut list);
        }
        let Some((_, rest)) = line.split_once("Update::new(Day::of(") else { continue };
        let (_, rest) = rest.split_once("), ").unwrap();
        let mut parts = rest.split(", ");
        let kb: u32 = parts.next().unwrap().replace('_', "").parse().unwrap();
        let fix = parts.nth(1).unwrap() == "Fix::In";
        all.insert((list.clone(), kb), fix);
    }
    all
}

#[test]
fn every_update_of_the_time_is_there_and_says_the_same() {
    let own = own();
    assert!(own.len() >= 80, "{}", own.len());
    let lines = [
        ("nt6.1", "NT61"),
        ("nt6.2", "NT62"),
        ("nt6.3", "NT63"),
        ("10240", "TEN_1507"),
        ("10586", "TEN_1511"),
        ("14393", "TEN_1607"),
        ("15063", "TEN_1703"),
    ];
    let mut compared = 0;
    for rollup in rollups().unwrap() {
        let Some((_, list)) = lines.iter().find(|(line, _)| *line == rollup.line) else { continue };
        if rollup.date > date(2017, 5, 19) {
            continue;
        }
        let kb = rollup.kb.number();
        let fix = own.get(&((*list).to_owned(), kb));
        // Cumulative from March on; the security-only updates of April hold April's fixes.
        let april = matches!(kb, 4_015_546..=4_015_548);
        let holds = rollup.date >= date(2017, 3, 14) && !april && *list != "TEN_1703";
        assert_eq!(fix, Some(&holds), "KB{kb} of {list}");
        compared += 1;
    }
    assert!(compared > 70, "{compared}");
    for update in updates().unwrap() {
        let (Some(kb), "MS17-010") = (update.kb, update.bulletin.as_str()) else { continue };
        let known: Vec<bool> =
            own.iter().filter(|((_, own), _)| *own == kb.number()).map(|(_, fix)| *fix).collect();
        assert!(!known.is_empty() && known.iter().all(|fix| *fix), "{kb} of MS17-010");
    }
}
