//! CycloneDX documents of the specification's own test suite and of real tools.

mod support;

use std::path::{Path, PathBuf};

use formats::inventory::{Input, Reading, detect};
use model::reading::ReadError;

fn read(path: &Path) -> Result<Reading, ReadError> {
    let bytes = std::fs::read(path).unwrap();
    let input = Input { bytes: &bytes, file_name: path.file_name().and_then(|n| n.to_str()) };
    let format = detect(&input).unwrap_or_else(|| panic!("{} is not recognised", path.display()));
    assert_eq!(format.name, "cyclonedx", "{}", path.display());
    (format.read)(&input)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn specification_tests_get_the_verdict_in_their_name() {
    let Some(folder) = support::shared_data("inventories-sbom/cyclonedx-spec-tests") else {
        return;
    };
    let (mut valid, mut invalid, mut wrong) = (0, 0, Vec::new());
    for path in files(&folder).iter().flat_map(|version| files(version)) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let result = read(&path);
        let faults: Vec<String> = match &result {
            Ok(reading) => reading
                .warnings
                .iter()
                .filter(|warning| warning.message.contains("not valid CycloneDX"))
                .map(ToString::to_string)
                .collect(),
            Err(error) => vec![error.to_string()],
        };
        if std::env::var_os("SHOW").is_some() {
            eprintln!("{name} {} {:?}", result.is_err(), faults.first());
        }
        if name.starts_with("valid-") {
            valid += 1;
            if result.is_err() || !faults.is_empty() {
                wrong.push(format!("{name}: {faults:?}"));
            }
        } else {
            invalid += 1;
            if faults.is_empty() {
                wrong.push(format!("{name}: no fault found"));
            }
        }
    }
    assert_eq!((valid, invalid), (107, 79));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
