//! `docs/asvs.md` has a row for every requirement of levels 1 and 2 of OWASP ASVS 5.0.0, and what its rows
//! name is there.
#![expect(clippy::indexing_slicing, clippy::expect_used, reason = "a fault fails the test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many requirements each section has at levels 1 and 2, with those of level 3 left out: section, and
/// the numbers in it.
const ASKED: &[(&str, &[u32])] = &[
    ("1.1", &[1, 2]),
    ("1.2", &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ("1.3", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ("1.4", &[1, 2, 3]),
    ("1.5", &[1, 2]),
    ("2.1", &[1, 2, 3]),
    ("2.2", &[1, 2, 3]),
    ("2.3", &[1, 2, 3, 4]),
    ("2.4", &[1]),
    ("3.2", &[1, 2]),
    ("3.3", &[1, 2, 3, 4]),
    ("3.4", &[1, 2, 3, 4, 5, 6]),
    ("3.5", &[1, 2, 3, 4, 5]),
    ("3.7", &[1, 2]),
    ("4.1", &[1, 2, 3]),
    ("4.2", &[1]),
    ("4.3", &[1, 2]),
    ("4.4", &[1, 2, 3, 4]),
    ("5.1", &[1]),
    ("5.2", &[1, 2, 3]),
    ("5.3", &[1, 2]),
    ("5.4", &[1, 2, 3]),
    ("6.1", &[1, 2, 3]),
    ("6.2", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ("6.3", &[1, 2, 3, 4]),
    ("6.4", &[1, 2, 3, 4]),
    ("6.5", &[1, 2, 3, 4, 5]),
    ("6.6", &[1, 2, 3]),
    ("6.8", &[1, 2, 3, 4]),
    ("7.1", &[1, 2, 3]),
    ("7.2", &[1, 2, 3, 4]),
    ("7.3", &[1, 2]),
    ("7.4", &[1, 2, 3, 4, 5]),
    ("7.5", &[1, 2]),
    ("7.6", &[1, 2]),
    ("8.1", &[1, 2]),
    ("8.2", &[1, 2, 3]),
    ("8.3", &[1]),
    ("8.4", &[1]),
    ("9.1", &[1, 2, 3]),
    ("9.2", &[1, 2, 3, 4]),
    ("10.1", &[1, 2]),
    ("10.2", &[1, 2]),
    ("10.3", &[1, 2, 3, 4]),
    ("10.4", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ("10.5", &[1, 2, 3, 4, 5]),
    ("10.6", &[1, 2]),
    ("10.7", &[1, 2, 3]),
    ("11.1", &[1, 2]),
    ("11.2", &[1, 2, 3]),
    ("11.3", &[1, 2, 3]),
    ("11.4", &[1, 2, 3, 4]),
    ("11.5", &[1]),
    ("11.6", &[1]),
    ("12.1", &[1, 2, 3]),
    ("12.2", &[1, 2]),
    ("12.3", &[1, 2, 3, 4]),
    ("13.1", &[1]),
    ("13.2", &[1, 2, 3, 4, 5]),
    ("13.3", &[1, 2]),
    ("13.4", &[1, 2, 3, 4, 5]),
    ("14.1", &[1, 2]),
    ("14.2", &[1, 2, 3, 4]),
    ("14.3", &[1, 2, 3]),
    ("15.1", &[1, 2, 3]),
    ("15.2", &[1, 2, 3]),
    ("15.3", &[1, 2, 3, 4, 5, 6, 7]),
    ("16.1", &[1]),
    ("16.2", &[1, 2, 3, 4, 5]),
    ("16.3", &[1, 2, 3, 4]),
    ("16.4", &[1, 2, 3]),
    ("16.5", &[1, 2, 3]),
    ("17.1", &[1]),
    ("17.2", &[1, 2, 3, 4]),
    ("17.3", &[1, 2]),
];

const STATES: [&str; 4] = ["met", "partly", "open", "not here"];

#[test]
fn every_requirement_has_one_row_with_a_state_and_words() {
    let rows = rows();
    for (section, numbers) in ASKED {
        for number in *numbers {
            let asked = format!("{section}.{number}");
            assert!(rows.contains_key(&asked), "{asked} has no row");
        }
    }
    let asked: usize = ASKED.iter().map(|(_, numbers)| numbers.len()).sum();
    assert_eq!(rows.len(), asked, "a row for nothing that is asked");
    for (number, (state, words)) in &rows {
        assert!(STATES.contains(&state.as_str()), "{number}: {state}");
        assert!(!words.is_empty() && !words.contains("TODO"), "{number}: {words}");
    }
}

#[test]
fn what_a_row_names_is_there() {
    for (number, (_, words)) in rows() {
        for named in words.split('`').skip(1).step_by(2) {
            if let Some((file, function)) = named.split_once(".rs::") {
                let path = root().join(format!("{file}.rs"));
                let text = std::fs::read_to_string(&path)
                    .unwrap_or_else(|e| panic!("{number} names {named}: {e}"));
                let is_there = text.contains(&format!("fn {function}("));
                assert!(is_there, "{number} names {named}, which is not in that file");
            } else if named.starts_with("crates/") {
                assert!(root().join(named).exists(), "{number} names {named}");
            }
        }
        for link in words.split("](").skip(1) {
            let target = link.split(')').next().unwrap_or_default();
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = root().join("docs").join(file);
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|e| panic!("{number} leads to {target}: {e}"));
            let is_there = heading.is_empty() || text.lines().any(|line| anchor(line) == heading);
            assert!(is_there, "{number} leads to {target}, and there is no such heading");
        }
    }
}

/// State and words by number.
fn rows() -> BTreeMap<String, (String, String)> {
    let text = std::fs::read_to_string(root().join("docs/asvs.md")).expect("the checklist");
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if !cells[1].starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        assert_eq!(cells.len(), 5, "{line}");
        let row = (cells[2].to_owned(), cells[3].to_owned());
        assert!(rows.insert(cells[1].to_owned(), row).is_none(), "{} has two rows", cells[1]);
    }
    rows
}

/// The name by which a heading is linked to; empty for other lines.
fn anchor(line: &str) -> String {
    let Some(title) = line.strip_prefix('#') else { return String::new() };
    let title = title.trim_start_matches('#').trim().to_lowercase();
    title
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
