//! CycloneDX documents of the specification's own test suite and of real tools.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken sample should fail the test"
)]

mod support;

use std::path::{Path, PathBuf};

use formats::inventory::{Input, Reading, detect};
use model::evidence::{Evidence, FindingOutcome};
use model::reading::ReadError;
use proptest::prelude::*;

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

fn sample(relative: &str) -> Option<Reading> {
    let path = support::shared_data(&format!("inventories-sbom/{relative}"))?;
    Some(read(&path).unwrap_or_else(|error| panic!("{relative}: {error}")))
}

fn only(reading: &Reading) -> &Evidence {
    assert_eq!(reading.evidence.len(), 1);
    &reading.evidence[0]
}

#[test]
fn documents_of_real_tools_are_read_whole() {
    // File, product, software, findings.
    let expected = [
        ("HBOM__PCIe-SATA-adapter-board__bom.json", "pcie-sata-adaptor-board", 7, 0),
        ("SBOM__laravel-7.12.0__bom.1.2.xml", "cyclonedx-php-composer-demo", 63, 0),
        ("SBOM__laravel-7.12.0__bom.1.4.json", "cyclonedx-php-composer-demo", 63, 0),
        ("SBOM__laravel-7.12.0__bom.1.4.xml", "cyclonedx-php-composer-demo", 63, 0),
        ("VEX__CISA-Use-Cases__Case-2__vex.json", "ABC", 1, 19),
        ("VEX__CISA-Use-Cases__Case-6__vex.json", "ABC", 1, 2),
        ("VEX__Use-Cases__Case-9__vex.json", "", 0, 57),
        ("VEX__bom.json", "example-app", 4, 0),
    ];
    for (file, product, software, findings) in expected {
        let Some(reading) = sample(&format!("cyclonedx-examples/{file}")) else { return };
        let evidence = only(&reading);
        assert_eq!(evidence.host.label().unwrap_or(""), product, "{file}");
        assert_eq!(evidence.software.len(), software, "{file}");
        assert_eq!(evidence.findings.len(), findings, "{file}");
        assert_eq!(reading.warnings, [], "{file}");
    }
}

#[test]
fn one_product_reads_the_same_from_json_and_xml() {
    let Some(json) = sample("cyclonedx-examples/SBOM__laravel-7.12.0__bom.1.4.json") else {
        return;
    };
    let Some(xml) = sample("cyclonedx-examples/SBOM__laravel-7.12.0__bom.1.4.xml") else { return };
    let identified = |reading: &Reading| -> Vec<(String, Option<String>, Option<String>)> {
        let software = &only(reading).software;
        software
            .iter()
            .map(|c| (c.name.clone(), c.version.clone(), c.purl.as_ref().map(ToString::to_string)))
            .collect()
    };
    assert_eq!(identified(&json), identified(&xml));
}

#[test]
fn findings_of_real_documents_keep_state_and_identity() {
    let Some(reading) = sample("cyclonedx-misc/log4j.json") else { return };
    let evidence = only(&reading);
    assert_eq!(evidence.findings.len(), 8);
    assert!(
        evidence
            .findings
            .iter()
            .any(|finding| { finding.cves.iter().any(|cve| cve.to_string() == "CVE-2021-44228") })
    );
    let Some(reading) = sample("cyclonedx-examples/VEX__CISA-Use-Cases__Case-2__vex.json") else {
        return;
    };
    let counted = |outcome: FindingOutcome| {
        only(&reading).findings.iter().filter(|finding| finding.outcome == outcome).count()
    };
    assert!(counted(FindingOutcome::NotVulnerable) > 0);

    let Some(reading) = sample("cyclonedx-misc/openssl-3.0.7-18.el9_2.cdx_1.6.sbom.json") else {
        return;
    };
    let evidence = only(&reading);
    assert_eq!(evidence.host.names, ["openssl"]);
    assert_eq!(evidence.software.len(), 38);
    assert_eq!(evidence.software[0].version.as_deref(), Some("3.0.7-18.el9_2"));
    assert_eq!(evidence.software[0].vendor.as_deref(), Some("Red Hat"));

    let Some(reading) = sample("cyclonedx-misc/broken-refs.json") else { return };
    assert_eq!(reading.warnings.len(), 1);
    assert!(reading.warnings[0].message.contains("leads nowhere"));
    // The component's own version stands, not that of its package URL.
    assert_eq!(only(&reading).software[1].version.as_deref(), Some("1"));
}

const JSON: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
"metadata":{"timestamp":"2026-01-05T10:00:00Z","component":{"type":"device","name":"pump"}},
"components":[{"type":"library","name":"a","version":"1","bom-ref":"a","purl":"pkg:npm/a@1","licenses":[{"license":{"id":"MIT"}}]}],
"dependencies":[{"ref":"a","dependsOn":["a"]}],
"vulnerabilities":[{"id":"CVE-2024-1234","affects":[{"ref":"a","versions":[{"version":"1"}]}],"analysis":{"state":"in_triage"}}]}"#;

const XML: &str = r#"<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1">
<components><component type="library" bom-ref="a"><name>a&amp;b</name><version>1</version>
<licenses><expression>MIT</expression></licenses><purl>pkg:npm/a@1</purl></component></components>
<services><service><name>s</name><data><classification flow="inbound">x</classification></data></service></services>
<dependencies><dependency ref="a"><dependency ref="a"/></dependency></dependencies></bom>"#;

fn survives(bytes: &[u8]) {
    let input = Input { bytes, file_name: None };
    let _ = detect(&input);
    let format = formats::inventory::named("cyclonedx").unwrap();
    let _ = (format.read)(&input);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes);
    }

    #[test]
    fn damaged_documents_are_survived(
        xml in any::<bool>(), cut in 0usize..900, at in 0usize..900, with in any::<u8>(), from in 0usize..900, length in 0usize..80,
    ) {
        let mut bytes = if xml { XML.as_bytes().to_vec() } else { JSON.as_bytes().to_vec() };
        survives(&bytes[..cut.min(bytes.len())]);
        let place = at % bytes.len();
        bytes[place] = with;
        survives(&bytes);
        // A piece of it once more somewhere else.
        let from = from % bytes.len();
        let piece = bytes[from..(from + length).min(bytes.len())].to_vec();
        bytes.splice(place..place, piece);
        survives(&bytes);
    }
}
