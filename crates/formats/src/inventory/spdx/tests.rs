use model::evidence::{Ecosystem, Evidence, FindingOutcome, Platform};
use model::reading::{Place, ReadError};

use super::{read, sniff};
use crate::inventory::{Input, Reading, detect};

fn input(text: &str) -> Input<'_> {
    Input { bytes: text.as_bytes(), file_name: None }
}

fn result(text: &str) -> Result<Reading, ReadError> {
    read(&input(text))
}

fn only(reading: &Reading) -> &Evidence {
    assert_eq!(reading.evidence.len(), 1);
    &reading.evidence[0]
}

const JSON: &str = r#"{
  "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
  "name": "pump-7 firmware", "documentNamespace": "https://example.org/spdx/pump-7",
  "creationInfo": {"created": "2026-01-05T10:00:00Z", "creators": ["Tool: by-hand"]},
  "packages": [
    {"SPDXID": "SPDXRef-root", "name": "pump-7", "versionInfo": "2.1", "downloadLocation": "NOASSERTION",
     "supplier": "Organization: Example Pumps (support@example.org)"},
    {"SPDXID": "SPDXRef-ssl", "name": "libssl3", "downloadLocation": "NOASSERTION",
     "externalRefs": [
       {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
        "referenceLocator": "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12"},
       {"referenceCategory": "SECURITY", "referenceType": "cpe23Type",
        "referenceLocator": "cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*"},
       {"referenceCategory": "SECURITY", "referenceType": "advisory",
        "referenceLocator": "https://example.org/CVE-2024-1234"}]}
  ],
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-root"}
  ]
}"#;

const TAGS: &str = "\
SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: pump-7 firmware
DocumentNamespace: https://example.org/spdx/pump-7
Creator: Tool: by-hand
Created: 2026-01-05T10:00:00Z
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-root

# the product
PackageName: pump-7
SPDXID: SPDXRef-root
PackageVersion: 2.1
PackageDownloadLocation: NOASSERTION
PackageSupplier: Organization: Example Pumps (support@example.org)
PackageComment: <text>over
PackageName: not a package
lines</text>

PackageName: libssl3
SPDXID: SPDXRef-ssl
PackageDownloadLocation: NOASSERTION
ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12
ExternalRef: SECURITY cpe23Type cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*
ExternalRef: SECURITY advisory https://example.org/CVE-2024-1234
";

#[test]
fn json_and_tags_say_the_same() {
    assert_eq!(detect(&input(JSON)).unwrap().name, "spdx");
    assert_eq!(detect(&input(TAGS)).unwrap().name, "spdx");
    let (json, tags) = (result(JSON).unwrap(), result(TAGS).unwrap());
    assert_eq!(json.warnings, []);
    assert_eq!(tags.warnings, []);
    let mut placed = only(&tags).clone();
    assert_eq!(placed.software[1].place, Place::Line(20));
    for (ours, theirs) in placed.software.iter_mut().zip(&only(&json).software) {
        ours.place = theirs.place.clone();
    }
    for (ours, theirs) in placed.findings.iter_mut().zip(&only(&json).findings) {
        ours.place = theirs.place.clone();
    }
    if let (Some(ours), Some(theirs)) = (&mut placed.os, &only(&json).os) {
        ours.place = theirs.place.clone();
    }
    assert_eq!(&placed, only(&json));
}

#[test]
fn packages_become_software() {
    let reading = result(JSON).unwrap();
    let evidence = only(&reading);
    assert_eq!(evidence.host.names, ["pump-7", "pump-7 firmware"]);
    assert!(evidence.collected_at.is_some());
    let [pump, ssl] = evidence.software.as_slice() else { panic!("{evidence:?}") };
    assert_eq!(pump.vendor.as_deref(), Some("Example Pumps"));
    assert_eq!(ssl.version.as_deref(), Some("3.0.11-1"));
    assert_eq!(ssl.ecosystem, Ecosystem::Purl);
    assert_eq!(ssl.cpes.len(), 1);
    assert_eq!(ssl.place, Place::Path("/packages/1".into()));
    let os = evidence.os.as_ref().unwrap();
    assert_eq!(
        os.platform,
        Platform::Linux { distribution: "debian".into(), version: Some("12".into()) }
    );
    assert_eq!(os.guess_percent, Some(80));
    assert_eq!(evidence.findings.len(), 1);
    assert_eq!(evidence.findings[0].outcome, FindingOutcome::Inconclusive);
}

#[test]
fn faults_are_refused_or_named() {
    let cases = [
        ("\"name\": \"libssl3\", ", "", true, "`name` is missing"),
        ("\"spdxVersion\": \"SPDX-2.3\", ", "", true, "no `spdxVersion`"),
        ("SPDX-2.3", "SPDX-9.9", true, "version `SPDX-9.9`"),
        ("\"SPDXID\": \"SPDXRef-DOCUMENT\",", "", true, "`SPDXID` is missing"),
        ("\"SPDXID\": \"SPDXRef-ssl\", ", "", true, "`SPDXID` is missing"),
        ("2026-01-05T10:00:00Z", "2026-01-05", true, "must be a date and time"),
        ("2026-01-05T10:00:00Z", "2026-01-05T10:00:00+01:00", false, "must be a date and time"),
        ("SPDXRef-ssl", "SPDXRef-root", false, "not unique"),
        ("\"PACKAGE-MANAGER\"", "\"PACKAGER\"", false, "a category"),
        ("\"referenceLocator\": \"cpe:", "\"locator\": \"cpe:", true, "`referenceLocator`"),
        ("CC0-1.0", "MIT", false, "`CC0-1.0`"),
        ("DESCRIBES", "ADMIRES", false, "a relationship the specification lists"),
        (
            "\"downloadLocation\": \"NOASSERTION\",\n     \"supplier\"",
            "\"supplier\"",
            false,
            "`downloadLocation` is missing",
        ),
        ("\"versionInfo\": \"2.1\"", "\"versionInfo\": 2.1", true, "not a text"),
        ("\"versionInfo\": \"2.1\"", "\"version\": \"2.1\"", false, "unknown property"),
        (
            "\"relatedSpdxElement\": \"SPDXRef-root\"",
            "\"relatedSpdxElement\": \"SPDXRef-gone\"",
            false,
            "leads nowhere",
        ),
        ("Organization: Example", "Example", false, "`Organization: …`"),
    ];
    for (from, to, refused, expected) in cases {
        let text = JSON.replacen(from, to, 1);
        assert_ne!(text, JSON, "{from}");
        let told = match result(&text) {
            Ok(reading) => {
                assert!(!refused, "{expected}");
                reading.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
            }
            Err(error) => {
                assert!(refused, "{error}");
                error.to_string()
            }
        };
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[test]
fn forms_that_are_not_read_are_named() {
    let cases = [
        (
            r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}"#,
            "SPDX 3.0",
        ),
        ("<?xml version=\"1.0\"?><rdf:RDF xmlns:spdx=\"http://spdx.org/rdf/terms#\"/>", "RDF/XML"),
        ("SPDXID: \"SPDXRef-DOCUMENT\"\nspdxVersion: \"SPDX-2.3\"\n", "YAML"),
    ];
    for (text, expected) in cases {
        assert!(sniff(&input(text)), "{text}");
        let error = result(text).unwrap_err();
        assert!(error.message.contains(expected), "{error}");
        assert!(!error.remedy.is_empty());
    }
}

#[test]
fn broken_tags_cost_themselves() {
    let text =
        TAGS.replace("lines</text>", "lines").replace("DataLicense:", "Nonsense: x\nDataLicense:");
    let warnings = result(&text).unwrap().warnings;
    assert!(warnings.iter().any(|w| w.message.contains("does not end")), "{warnings:?}");
    assert!(warnings.iter().any(|w| w.message.contains("unknown tag `Nonsense`")), "{warnings:?}");
}
