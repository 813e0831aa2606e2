//! CVSS scores against the published vectors and against what publishers wrote in CVE records.

mod support;

use std::fs;

use model::cvss::CvssVector;
use support::shared_data;

/// Records whose publisher states another score than the standard gives: vector, stated score, why.
const PUBLISHERS_DIFFER: &[(&str, &str, &str)] = &[(
    "CVSS:4.0/AV:N/AC:L/AT:P/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:H/SA:N/RE:L/U:Green",
    "5",
    "CVSS 4.0 section 8 gives 5.1: the macro vector's 5.3 less the mean distance, rounded to a tenth",
)];

/// Rules by which publishers arrive at another number, tried in turn.
fn publishers_rule(vector: &CvssVector, stated: f64) -> Option<&'static str> {
    let is = |score: Option<f64>| score.is_some_and(|score| (score - stated).abs() < 0.05);
    if is(vector.temporal_score()) {
        Some("the temporal score (CVSS 3.1 section 7.2) stated as the base score")
    } else if is(vector.environmental_score()) {
        Some("the environmental formula (CVSS 3.1 section 7.3), which differs where scope changes")
    } else {
        None
    }
}

#[test]
fn published_vectors_agree() {
    let files = [
        "vectors_simple2.txt",
        "vectors_calculator2.txt",
        "vectors_cvsslib2.txt",
        "vectors_simple3.txt",
        "vectors_simple31.txt",
        "vectors_calculator3.txt",
        "vectors_cvsslib3.txt",
        "vectors_simple4.txt",
        "vectors_security4.txt",
        "vectors_supplemental4.txt",
        "vectors_threat4.txt",
    ];
    let mut wrong = Vec::new();
    for file in files {
        let Some(path) = shared_data(&format!("version-vectors/cvss-redhat/{file}")) else {
            return;
        };
        let text = fs::read_to_string(path).unwrap();
        let mut count = 0;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            count += 1;
            let (vector, scores) = line.split_once(" - ").unwrap();
            let expected: Vec<Option<f64>> = scores
                .trim_matches(['(', ')', ','])
                .split(", ")
                .map(|score| score.trim_matches(',').parse().ok())
                .collect();
            match CvssVector::parse(vector) {
                Ok(vector) if agrees(&vector, &expected) => {}
                found => wrong.push(format!(
                    "{line}: {:?}",
                    found.map(|v| (v.base_score(), v.temporal_score(), v.environmental_score()))
                )),
            }
        }
        println!("{file}: {count}");
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The lists give base, temporal, environmental, or for version 4 the one score.
fn agrees(vector: &CvssVector, expected: &[Option<f64>]) -> bool {
    match expected {
        [only] => *only == Some(vector.base_score()),
        [base, temporal, environmental] => {
            *base == Some(vector.base_score())
                && *temporal == vector.temporal_score()
                && *environmental == vector.environmental_score()
        }
        _ => false,
    }
}

#[test]
fn scores_in_cve_records_agree_or_are_explained() {
    let Some(path) = shared_data("version-vectors/cvss-from-cve-records.csv") else { return };
    let mut wrong = Vec::new();
    let mut unused: Vec<_> = PUBLISHERS_DIFFER.iter().collect();
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let (vector, stated) = (&row[1], &row[2]);
        let found = CvssVector::parse(vector);
        if found.as_ref().is_ok_and(|v| stated.parse() == Ok(v.base_score())) {
            continue;
        }
        if let Some(rule) =
            found.as_ref().ok().and_then(|v| publishers_rule(v, stated.parse().unwrap()))
        {
            println!("{}: {vector} {stated}: {rule}", &row[4]);
            continue;
        }
        match unused.iter().position(|(v, s, _)| *v == vector && *s == stated) {
            Some(known) => drop(unused.remove(known)),
            None => wrong.push(format!(
                "{vector} {stated} {}: {:?}",
                &row[4],
                found.map(|v| (v.base_score(), v.temporal_score(), v.environmental_score()))
            )),
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unused.is_empty(), "explained but not found: {unused:?}");
}
