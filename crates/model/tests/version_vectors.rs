//! Version orders against the published vectors of OSV and of the vers specification.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test's own functions: a list of another shape must fail loudly, and counts are shown"
)]

mod support;

use std::cmp::Ordering;
use std::fs;

use model::version::{Scheme, SortKey, compare, order};
use support::shared_data;

/// Lines where a list contradicts the ecosystem's own rule, each with the rule that decides.
const DIFFERS: &[(&str, &str)] = &[
    ("v1.9.0-ALPHA.1 = v1.9.0-BETA.1", STABILITY_CASE),
    ("v1.9.0-ALPHA.2 = v1.9.0-BETA.2", STABILITY_CASE),
    (
        "5.1.0-stable < 5.1.0-beta2",
        "Composer drops `stable`; only bare version_compare knows no such word",
    ),
    ("v6.5 < v6.5.0-beta-0", FOUR_NUMBERS),
    ("v6.6 < v6.6.0-beta", FOUR_NUMBERS),
    (
        "1.0.0-BETA.X.y.5.77.0+AA Some(Greater) 1.0.0-beta.x.y.5.79.0+aa",
        "the test's answer writes BETA in small letters, so it names neither input; the label 77 is below 79",
    ),
];
const STABILITY_CASE: &str =
    "Composer reads stabilities without case; only bare version_compare takes ALPHA for unknown";
const FOUR_NUMBERS: &str = "Composer fills up to four numbers, so v6.5 is v6.5.0.0; only bare version_compare calls it older";

struct Vector {
    scheme: Scheme,
    line: String,
    a: String,
    b: String,
    /// `None`: anything but equal.
    expected: Option<Ordering>,
}

#[test]
fn osv_vectors_agree() {
    let lists = [
        ("debian-versions.txt", Scheme::Dpkg),
        ("debian-versions-generated.txt", Scheme::Dpkg),
        ("redhat-versions.txt", Scheme::Rpm),
        ("alpine-versions.txt", Scheme::Apk),
        ("alpine-versions-generated.txt", Scheme::Apk),
        ("semver-versions.txt", Scheme::Semver),
        ("pypi-versions.txt", Scheme::Pep440),
        ("pypi-versions-generated.txt", Scheme::Pep440),
        ("maven-versions.txt", Scheme::Maven),
        ("maven-versions-generated.txt", Scheme::Maven),
        ("nuget-versions.txt", Scheme::Nuget),
        ("rubygems-versions.txt", Scheme::Gem),
        ("rubygems-versions-generated.txt", Scheme::Gem),
        ("packagist-versions.txt", Scheme::Composer),
        ("packagist-versions-generated.txt", Scheme::Composer),
    ];
    let mut wrong = Vec::new();
    for (file, scheme) in lists {
        let Some(path) = shared_data(&format!("version-vectors/osv-semantic/{file}")) else {
            return;
        };
        let text = fs::read_to_string(path).unwrap();
        wrong.extend(check(file, text.lines().filter_map(|line| osv_line(scheme, line))));
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn vers_specification_vectors_agree() {
    let lists = [("alpine", Scheme::Apk), ("maven", Scheme::Maven), ("nuget", Scheme::Nuget)];
    let mut wrong = Vec::new();
    for (name, scheme) in lists {
        let file = format!("{name}_version_cmp_test.json");
        let Some(path) = shared_data(&format!("version-vectors/vers-spec/{file}")) else { return };
        let document: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let tests = document["tests"].as_array().unwrap().iter();
        wrong.extend(check(&file, tests.map(|test| vers(scheme, test))));
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn osv_line(scheme: Scheme, line: &str) -> Option<Vector> {
    let mut words = line.split_whitespace();
    let (a, sign, b) = (words.next()?, words.next()?, words.next()?);
    let expected = match sign {
        _ if a.starts_with('#') || a.starts_with("//") => return None,
        "<" => Ordering::Less,
        "=" => Ordering::Equal,
        ">" => Ordering::Greater,
        _ => panic!("a line of another kind: {line}"),
    };
    let (a, b) = (a.to_owned(), b.to_owned());
    Some(Vector { scheme, line: line.to_owned(), a, b, expected: Some(expected) })
}

fn vers(scheme: Scheme, test: &serde_json::Value) -> Vector {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let versions = &test["input"]["versions"];
    let (a, b) = (text(&versions[0]), text(&versions[1]));
    let expected = match test["test_type"].as_str().unwrap() {
        "equality" if test["expected_output"] == true => Some(Ordering::Equal),
        "equality" => None,
        // `comparison` gives the two in order; two that are equal may come either way round.
        "comparison" if text(&test["expected_output"][0]) == a => Some(Ordering::Less),
        "comparison" => Some(Ordering::Greater),
        other => panic!("a test of another kind: {other}"),
    };
    Vector { scheme, line: format!("{a} {expected:?} {b}"), a, b, expected }
}

fn check(file: &str, vectors: impl Iterator<Item = Vector>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut count = 0;
    for Vector { scheme, line, a, b, expected } in vectors {
        count += 1;
        let found = order(scheme, &a, &b);
        let agrees = match expected {
            Some(expected) => found.as_ref() == Ok(&expected),
            None => found.as_ref().is_ok_and(|found| found.is_ne()),
        };
        if !agrees && !DIFFERS.iter().any(|(known, _)| *known == line) {
            wrong.push(format!("{line}: {found:?} {:?}", compare(scheme, &a, &b)));
        }
        let (key_a, key_b) = (SortKey::new(scheme, &a).unwrap(), SortKey::new(scheme, &b).unwrap());
        assert_eq!(Ok(key_a.cmp(&key_b)), found, "{line}");
        assert_eq!(order(scheme, &b, &a), found.map(Ordering::reverse), "{line}");
    }
    println!("{file}: {count} vectors, {} differ", wrong.len());
    assert!(count > 0, "{file} has no vectors");
    wrong
}
