//! SPDX documents of real tools, and hostile variants of a small one.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken sample should fail the test"
)]

mod support;

use formats::inventory::{Input, Reading, detect, named};
use model::evidence::{Evidence, Platform};
use proptest::prelude::*;

fn sample(relative: &str) -> Option<Reading> {
    let path = support::shared_data(&format!("inventories-sbom/spdx/{relative}"))?;
    let bytes = std::fs::read(&path).unwrap();
    let input = Input { bytes: &bytes, file_name: path.file_name().and_then(|n| n.to_str()) };
    let format = detect(&input).unwrap_or_else(|| panic!("{relative} is not recognised"));
    assert_eq!(format.name, "spdx", "{relative}");
    Some((format.read)(&input).unwrap_or_else(|error| panic!("{relative}: {error}")))
}

fn only(reading: &Reading) -> &Evidence {
    assert_eq!(reading.evidence.len(), 1);
    &reading.evidence[0]
}

#[test]
fn documents_of_a_vendor() {
    let Some(reading) = sample("openssl-3.0.7-18.el9_2.spdx.json") else { return };
    let evidence = only(&reading);
    assert_eq!(evidence.host.names, ["openssl", "openssl-3.0.7-18.el9_2"]);
    assert_eq!(evidence.software.len(), 38);
    assert_eq!(evidence.software[0].version.as_deref(), Some("3.0.7-18.el9_2"));
    assert_eq!(evidence.software[0].vendor.as_deref(), Some("Red Hat"));
    assert_eq!(reading.warnings, []);

    let Some(reading) = sample("ubi9-micro-container-9.4-6.1716471860_amd64.spdx.json") else {
        return;
    };
    let evidence = only(&reading);
    assert_eq!(evidence.software.len(), 22);
    assert!(evidence.software.iter().all(|package| package.purl.is_some()));
    // Its first SHA256 has a digit too few.
    assert_eq!(reading.warnings.len(), 1, "{:?}", reading.warnings);
    assert!(reading.warnings[0].message.contains("hexadecimal digits"));
}

#[test]
fn references_that_lead_nowhere_are_named() {
    let Some(reading) = sample("broken-refs.json") else { return };
    let evidence = only(&reading);
    assert_eq!(evidence.host.names, ["ubi9-container", "broken-refs"]);
    assert_eq!(evidence.software.len(), 1);
    assert_eq!(reading.warnings.len(), 1, "{:?}", reading.warnings);
    assert!(reading.warnings[0].message.contains("leads nowhere"));
}

#[test]
fn identifiers_of_both_kinds() {
    let Some(reading) = sample("simple.json") else { return };
    let evidence = only(&reading);
    assert_eq!(evidence.software.len(), 8);
    // The third, `cpe:/a:redhat:a-FF:1:*:*:*:*:*`, has more parts than CPE 2.2 allows.
    let cpes: usize = evidence.software.iter().map(|package| package.cpes.len()).sum();
    assert_eq!(cpes, 2);
    assert_eq!(reading.warnings.len(), 1);
    assert!(reading.warnings[0].message.contains("no CPE name"));
    // The package says 1, its package URL 0.0.0.
    assert_eq!(evidence.software[0].version.as_deref(), Some("1"));
}

#[test]
fn tag_value_document() {
    let Some(reading) = sample("spdx_one_vuln.spdx") else { return };
    let evidence = only(&reading);
    assert_eq!(evidence.host.names, ["generic-image"]);
    assert_eq!(evidence.software.len(), 2);
    assert_eq!(evidence.software[0].version.as_deref(), Some("3.1.2-r0"));
    assert_eq!(evidence.software[0].cpes.len(), 1);
    assert_eq!(evidence.findings.len(), 1);
    let os = evidence.os.as_ref().unwrap();
    assert_eq!(
        os.platform,
        Platform::Linux { distribution: "alpine".into(), version: Some("3.10.9".into()) }
    );
    assert_eq!(reading.warnings, []);
}

const TAGS: &str = "SPDXVersion: SPDX-2.2\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: a\nCreated: 2026-01-05T10:00:00Z\nPackageName: b\nSPDXID: SPDXRef-b\nPackageVersion: <text>1\n2</text>\nPackageChecksum: SHA1: 85ed0817af83a24ad8da68c2b5094de69833983c\nExternalRef: SECURITY cpe22Type cpe:/a:b:c\nFileName: x\nRelationship: a b c\n";

const JSON: &str = r#"{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"a","creationInfo":{"created":"2026-01-05T10:00:00Z","creators":["Tool: x"]},"packages":[{"SPDXID":"SPDXRef-b","name":"b","externalRefs":[{"referenceCategory":"SECURITY","referenceType":"cpe22Type","referenceLocator":"cpe:/a:b:c"}],"checksums":[{"algorithm":"SHA1","checksumValue":"00"}]}],"relationships":[{"spdxElementId":"SPDXRef-b","relatedSpdxElement":"x","relationshipType":"OTHER"}]}"#;

fn survives(bytes: &[u8]) {
    let input = Input { bytes, file_name: None };
    let _ = detect(&input);
    let _ = (named("spdx").unwrap().read)(&input);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes);
    }

    #[test]
    fn damaged_documents_are_survived(
        tags in any::<bool>(), cut in 0usize..700, at in 0usize..700, with in any::<u8>(), from in 0usize..700, length in 0usize..80,
    ) {
        let mut bytes = if tags { TAGS.as_bytes().to_vec() } else { JSON.as_bytes().to_vec() };
        survives(&bytes[..cut.min(bytes.len())]);
        let place = at % bytes.len();
        bytes[place] = with;
        survives(&bytes);
        let from = from % bytes.len();
        let piece = bytes[from..(from + length).min(bytes.len())].to_vec();
        bytes.splice(place..place, piece);
        survives(&bytes);
    }
}
