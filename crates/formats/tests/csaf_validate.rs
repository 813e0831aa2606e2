//! The mandatory tests of CSAF 2.0 against the standard's own test files and real documents.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its samples has failed")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use formats::advisory::csaf::validate::{Validation, file_name_follows, validate};
use serde_json::Value;
use support::shared_data;

fn validate_file(path: &Path) -> Validation {
    let name = path.file_name().and_then(|name| name.to_str());
    validate(&fs::read(path).unwrap(), name).unwrap()
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}

#[test]
fn official_test_files_get_their_published_validity() {
    let Some(folder) = shared_data("csaf/oasis-2.0-tests") else { return };
    let cases: Value =
        serde_json::from_slice(&fs::read(folder.join("testcases.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut files = 0;
    for case in cases["tests"].as_array().unwrap() {
        let test = case["id"].as_str().unwrap();
        let mandatory = case["group"] == "mandatory";
        for file in
            ["failures", "valid"].into_iter().filter_map(|list| case[list].as_array()).flatten()
        {
            let path = folder.join(file["name"].as_str().unwrap());
            let validation = validate_file(&path);
            let failed = validation.failed();
            let named = if mandatory {
                file["valid"] == true || failed.contains(&test)
            } else {
                // Optional and informative tests do not touch validity.
                true
            };
            if Value::Bool(validation.valid()) != file["valid"] || !named {
                wrong.push(format!("{}: {:#?}", file["name"], validation.failures));
            }
            files += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(files > 100, "only {files} files");
}

#[test]
fn official_file_names_are_told_apart() {
    let Some(folder) = shared_data("csaf/oasis-2.0-filenames") else { return };
    for (kind, expected) in [("valid", true), ("invalid", false)] {
        for path in json_files(&folder.join(kind)) {
            let document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let id = document["document"]["tracking"]["id"].as_str().unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            assert_eq!(file_name_follows(id, name), expected, "{name} for {id}");
        }
    }
}

/// Real documents at fault: file, the tests that it fails, why that is its own fault.
///
/// `vers:all/*` is a version range by its own notation (vers), given here as a `product_version`.
const FAULTY: [(&str, &[&str], &str); 21] = [
    ("cisa-medical/icsma-17-017-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-17-292-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-18-058-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-18-114-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-18-137-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-18-179-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-18-219-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-18-312-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-18-340-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-18-347-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-20-049-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-20-170-02.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-20-177-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-20-343-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-20-345-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-22-062-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-22-151-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-22-244-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("cisa-medical/icsma-22-335-01.json", &["6.1.31"], "vers:all/* as a product_version"),
    ("vendors/CVE-2023-20862.json", &["6.1.16"], "version 1, but revision 2 is the latest"),
    (
        "vendors/rhsa-2010_0002.json",
        &["6.1.14", "6.1.21"],
        "revision 1 is dated five hours after revision 2",
    ),
];

#[test]
fn real_documents_fail_only_where_they_are_at_fault() {
    let Some(folder) = shared_data("csaf") else { return };
    let mut found = BTreeMap::new();
    for part in ["cisa-medical", "cisa-it", "cisa-ics", "vendors", "oasis-examples"] {
        for path in json_files(&folder.join(part)) {
            let validation = validate_file(&path);
            let name = path.file_name().unwrap().to_str().unwrap();
            if !validation.valid() {
                found.insert(format!("{part}/{name}"), validation.failed());
            }
        }
    }
    let expected: BTreeMap<String, Vec<&str>> =
        FAULTY.iter().map(|(file, tests, _)| ((*file).to_owned(), tests.to_vec())).collect();
    assert_eq!(found, expected);
}
