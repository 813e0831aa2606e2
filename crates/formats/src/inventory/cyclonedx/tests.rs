use model::cve::CveId;
use model::evidence::{
    Completeness, Ecosystem, Evidence, FindingMethod, FindingOutcome, Platform, Software,
};
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

fn names(software: &[Software]) -> Vec<&str> {
    software.iter().map(|component| component.name.as_str()).collect()
}

fn json(version: &str, rest: &str) -> String {
    format!(r#"{{"bomFormat":"CycloneDX","specVersion":"{version}","version":1{rest}}}"#)
}

fn xml(version: &str, inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<bom xmlns=\"http://cyclonedx.org/schema/bom/{version}\" version=\"1\">{inner}</bom>"
    )
}

const JSON: &str = r#"{
  "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
  "metadata": {
    "timestamp": "2026-01-05T10:00:00Z",
    "component": {"type": "device", "name": "pump-7", "version": "2.1", "bom-ref": "root"}
  },
  "components": [
    {"type": "operating-system", "name": "debian", "version": "12"},
    {"type": "library", "name": "libssl3", "version": "3.0.11-1", "bom-ref": "ssl",
     "purl": "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&upstream=openssl",
     "cpe": "cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*",
     "components": [{"type": "library", "name": "inner", "version": "1"}]},
    {"type": "file", "name": "/etc/passwd"}
  ],
  "compositions": [{"aggregate": "complete", "assemblies": ["root"]}],
  "vulnerabilities": [
    {"id": "CVE-2024-0001", "affects": [{"ref": "ssl"}],
     "ratings": [{"severity": "high", "method": "CVSSv31"}],
     "analysis": {"state": "not_affected", "justification": "code_not_reachable", "detail": "never called"}},
    {"id": "GHSA-xxxx", "references": [{"id": "CVE-2024-0002", "source": {"name": "NVD"}}],
     "affects": [{"ref": "ssl"}, {"ref": "root", "versions": [{"version": "2.1", "status": "unaffected"}]}],
     "analysis": {"state": "exploitable"}},
    {"id": "CVE-2024-0003", "affects": [{"ref": "ssl"}]}
  ]
}"#;

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.6" xmlns:x="http://example.org/other" version="1">
  <c:metadata>
    <c:timestamp>2026-01-05T10:00:00Z</c:timestamp>
    <c:component type="device" bom-ref="root"><c:name>pump-7</c:name><c:version>2.1</c:version></c:component>
  </c:metadata>
  <c:components>
    <c:component type="operating-system"><c:name>debian</c:name><c:version>12</c:version></c:component>
    <c:component type="library" bom-ref="ssl" x:note="kept out">
      <c:name>libssl3</c:name><c:version>3.0.11-1</c:version>
      <c:cpe>cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*</c:cpe>
      <c:purl>pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&amp;upstream=openssl</c:purl>
      <c:components><c:component type="library"><c:name>inner</c:name><c:version>1</c:version></c:component></c:components>
      <x:anything><c:name>ignored</c:name></x:anything>
    </c:component>
    <c:component type="file"><c:name>/etc/passwd</c:name></c:component>
  </c:components>
  <c:compositions>
    <c:composition><c:aggregate>complete</c:aggregate><c:assemblies><c:assembly ref="root"/></c:assemblies></c:composition>
  </c:compositions>
  <c:vulnerabilities>
    <c:vulnerability>
      <c:id>CVE-2024-0001</c:id>
      <c:ratings><c:rating><c:severity>high</c:severity><c:method>CVSSv31</c:method></c:rating></c:ratings>
      <c:analysis><c:state>not_affected</c:state><c:justification>code_not_reachable</c:justification><c:detail>never called</c:detail></c:analysis>
      <c:affects><c:target><c:ref>ssl</c:ref></c:target></c:affects>
    </c:vulnerability>
    <c:vulnerability>
      <c:id>GHSA-xxxx</c:id>
      <c:references><c:reference><c:id>CVE-2024-0002</c:id><c:source><c:name>NVD</c:name></c:source></c:reference></c:references>
      <c:analysis><c:state>exploitable</c:state></c:analysis>
      <c:affects>
        <c:target><c:ref>ssl</c:ref></c:target>
        <c:target><c:ref>root</c:ref><c:versions><c:version><c:version>2.1</c:version><c:status>unaffected</c:status></c:version></c:versions></c:target>
      </c:affects>
    </c:vulnerability>
    <c:vulnerability><c:id>CVE-2024-0003</c:id><c:affects><c:target><c:ref>ssl</c:ref></c:target></c:affects></c:vulnerability>
  </c:vulnerabilities>
</c:bom>"#;

#[test]
fn json_and_xml_say_the_same() {
    assert_eq!(detect(&input(JSON)).unwrap().name, "cyclonedx");
    assert_eq!(detect(&input(XML)).unwrap().name, "cyclonedx");
    assert_eq!(result(JSON), result(XML));
}

#[test]
fn components_become_software() {
    let reading = result(JSON).unwrap();
    assert_eq!(reading.warnings, []);
    let evidence = only(&reading);
    assert_eq!(evidence.host.names, ["pump-7"]);
    assert_eq!(evidence.collected_at.as_ref().unwrap().earliest.to_string(), "2026-01-05T10:00:00");
    let os = evidence.os.as_ref().unwrap();
    assert_eq!(
        os.platform,
        Platform::Linux { distribution: "debian".into(), version: Some("12".into()) }
    );
    assert_eq!(os.guess_percent, None);
    assert_eq!(names(&evidence.software), ["pump-7", "libssl3", "inner"]);
    let ssl = &evidence.software[1];
    assert_eq!(ssl.ecosystem, Ecosystem::Purl);
    assert_eq!(ssl.source, Some(("openssl".into(), None)));
    assert_eq!(ssl.architecture.as_deref(), Some("amd64"));
    assert_eq!(ssl.cpes.len(), 1);
    assert_eq!(ssl.place, Place::Path("/components/1".into()));
    assert_eq!(evidence.software[2].place, Place::Path("/components/1/components/0".into()));
    assert_eq!(evidence.software_completeness, Some(Completeness::Complete));
}

#[test]
fn statements_become_findings_of_their_author() {
    let reading = result(JSON).unwrap();
    let findings = &only(&reading).findings;
    let outcomes: Vec<FindingOutcome> = findings.iter().map(|finding| finding.outcome).collect();
    assert_eq!(
        outcomes,
        [
            FindingOutcome::NotVulnerable,
            FindingOutcome::Vulnerable,
            FindingOutcome::NotVulnerable,
            FindingOutcome::LikelyVulnerable,
        ]
    );
    assert_eq!(
        findings[0].title,
        "CVE-2024-0001 in ssl: not_affected, code_not_reachable: never called"
    );
    assert_eq!(findings[0].severity.as_deref(), Some("high"));
    assert_eq!(findings[1].cves, [CveId::new(2024, 2)]);
    assert_eq!(findings[3].method, FindingMethod::Inferred);
    assert_eq!(findings[3].place, Place::Path("/vulnerabilities/2".into()));
}

/// Pairs of the same fault in JSON and in XML.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        r#","components":[{"type":"library"}]"#,
        r#"<components><component type="library"/></components>"#,
        "component has no `name`",
    ),
    (
        r#","components":[{"name":"a"}]"#,
        r"<components><component><name>a</name></component></components>",
        "component has no `type`",
    ),
    (
        r#","components":[{"type":"gadget","name":"a"}]"#,
        r#"<components><component type="gadget"><name>a</name></component></components>"#,
        "/components/0/type",
    ),
    (
        r#","components":[{"type":"file","name":"a","extra":"b"}]"#,
        r#"<components><component type="file"><name>a</name><extra>b</extra></component></components>"#,
        "`extra`",
    ),
    (
        r#","components":[{"type":"file","name":"a","bom-ref":"1"},{"type":"file","name":"b","bom-ref":"1"}]"#,
        r#"<components><component type="file" bom-ref="1"><name>a</name></component><component type="file" bom-ref="1"><name>b</name></component></components>"#,
        "not unique",
    ),
    (
        r#","components":[{"type":"file","name":"a","hashes":[{"alg":"SHA-9","content":"d41d8cd98f00b204e9800998ecf8427e"}]}]"#,
        r#"<components><component type="file"><name>a</name><hashes><hash alg="SHA-9">d41d8cd98f00b204e9800998ecf8427e</hash></hashes></component></components>"#,
        "/components/0/hashes/0/alg",
    ),
    (
        r#","components":[{"type":"file","name":"a","licenses":[{"license":{}}]}]"#,
        r#"<components><component type="file"><name>a</name><licenses><license/></licenses></component></components>"#,
        "exactly one of `id`, `name`",
    ),
    (
        r#","components":[{"type":"file","name":"a","pedigree":{"patches":[{"type":"odd"}]}}]"#,
        r#"<components><component type="file"><name>a</name><pedigree><patches><patch type="odd"/></patches></pedigree></component></components>"#,
        "/components/0/pedigree/patches/0/type",
    ),
    (
        r#","components":[{"type":"file","name":"a","releaseNotes":{"type":"major","resolves":[{"type":"wish"}]}}]"#,
        r#"<components><component type="file"><name>a</name><releaseNotes><type>major</type><resolves><issue type="wish"/></resolves></releaseNotes></component></components>"#,
        "/components/0/releaseNotes/resolves/0/type",
    ),
    (
        r#","dependencies":[{"dependsOn":["urn:cdx:a/1#b"]}]"#,
        r#"<dependencies><dependency><dependency ref="urn:cdx:a/1#b"/></dependency></dependencies>"#,
        "dependency has no `ref`",
    ),
    (
        r#","vulnerabilities":[{"id":"x","analysis":{"state":"maybe"}}]"#,
        r"<vulnerabilities><vulnerability><id>x</id><analysis><state>maybe</state></analysis></vulnerability></vulnerabilities>",
        "/vulnerabilities/0/analysis/state",
    ),
    (
        r#","metadata":{"lifecycles":[{"phase":"birth"}]}"#,
        r"<metadata><lifecycles><lifecycle><phase>birth</phase></lifecycle></lifecycles></metadata>",
        "/metadata/lifecycles/0/phase",
    ),
    (
        r#","components":[{"type":"cryptographic-asset","name":"a","cryptoProperties":{"assetType":"algorithm","algorithmProperties":{"nistQuantumSecurityLevel":7}}}]"#,
        r#"<components><component type="cryptographic-asset"><name>a</name><cryptoProperties><assetType>algorithm</assetType><algorithmProperties><nistQuantumSecurityLevel>7</nistQuantumSecurityLevel></algorithmProperties></cryptoProperties></component></components>"#,
        "from 0 to 6",
    ),
];

#[test]
fn faults_are_the_same_in_both_forms() {
    let told = |text: &str| match result(text) {
        Ok(reading) => reading.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        Err(error) => vec![format!("refused: {error}")],
    };
    for (in_json, in_xml, expected) in FAULTS {
        let (from_json, from_xml) = (told(&json("1.6", in_json)), told(&xml("1.6", in_xml)));
        for faults in [&from_json, &from_xml] {
            assert_eq!(faults.len(), 1, "{in_json}: {faults:?}");
            assert!(faults[0].contains(expected), "{expected}: {faults:?}");
        }
        let refused = |faults: &[String]| faults[0].starts_with("refused");
        assert_eq!(refused(&from_json), refused(&from_xml), "{in_json}");
    }
}

#[test]
fn properties_belong_to_versions() {
    let tags = r#","components":[{"type":"file","name":"a","tags":["x"]}]"#;
    assert_eq!(result(&json("1.6", tags)).unwrap().warnings, []);
    let warnings = result(&json("1.5", tags)).unwrap().warnings;
    assert!(warnings[0].message.contains("does not belong to CycloneDX 1.5"), "{warnings:?}");
    // Lax schemas of old, and a version newer than the table.
    for version in ["1.3", "1.7"] {
        let text =
            json(version, r#","components":[{"type":"file","name":"a","version":"1","odd":1}]"#);
        assert_eq!(result(&text).unwrap().warnings, [], "{version}");
    }
}

#[test]
fn other_formats_and_versions_are_refused() {
    for (text, message) in [
        (json("1.9", ""), "version `1.9`"),
        (json("1.6", "").replace("CycloneDX", "Other"), "bomFormat must be `CycloneDX`"),
        (xml("9.9", ""), "version `9.9`"),
        (xml("1.6", "").replace("cyclonedx.org", "example.org"), "namespace"),
        ("{\"bomFormat\": \"CycloneDX\", ".to_owned(), "broken JSON"),
        (xml("1.6", "<components>"), "broken XML"),
        (json("1.6", r#","metadata":{"timestamp":"2020-04-13"}"#), "must be a date and time"),
    ] {
        assert!(sniff(&input(&text)), "{text}");
        let error = result(&text).unwrap_err();
        assert!(error.to_string().contains(message), "{text}: {error}");
        assert!(!error.remedy.is_empty());
    }
}

#[test]
fn moment_without_zone_is_read_and_said() {
    let text = json("1.5", r#","metadata":{"timestamp":"2020-04-13T20:20:39"}"#);
    let reading = result(&text).unwrap();
    assert!(only(&reading).collected_at.is_some());
    assert_eq!(reading.warnings.len(), 1);
}

#[test]
fn references_that_lead_nowhere_are_named() {
    let text = json("1.5", r#","dependencies":[{"ref":"a","dependsOn":["urn:cdx:x/1#b"]}]"#);
    let warnings = result(&text).unwrap().warnings;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].message.contains("leads nowhere"));
}

#[test]
fn entities_and_document_types_are_refused() {
    let bomb = format!(
        "<!DOCTYPE bom [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>{}",
        xml("1.6", "&b;").replace("<?xml version=\"1.0\"?>\n", "")
    );
    assert!(sniff(&input(&bomb)));
    assert!(result(&bomb).unwrap_err().message.contains("DOCTYPE"));
    let error = result(&xml("1.6", "<metadata>&file;</metadata>")).unwrap_err();
    assert!(error.message.contains("not defined"), "{error}");
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "<components><component type=\"file\"><name>a</name>".repeat(5_000);
    assert!(result(&xml("1.6", &deep)).unwrap_err().message.contains("deeper"));
    let deep = r#"{"components":[{"#.repeat(5_000);
    assert!(result(&json("1.6", &format!(r#","components":[{deep}"#))).is_err());
}

#[test]
fn many_faults_are_counted_not_kept() {
    let one = r#"{"type":"odd","name":"a"}"#;
    let many = vec![one; 1_000].join(",");
    let reading = result(&json("1.6", &format!(r#","components":[{many}]"#))).unwrap();
    assert!(reading.warnings.len() < 250, "{}", reading.warnings.len());
    assert!(reading.warnings.last().unwrap().message.contains("more faults"));
}

#[test]
fn element_that_stands_twice_refuses_only_what_we_use() {
    let twice = |field: &str| {
        xml(
            "1.6",
            &format!(
                "<components><component type=\"file\"><name>a</name>{field}{field}</component></components>"
            ),
        )
    };
    let error = result(&twice("<version>1</version>")).unwrap_err();
    assert!(error.message.contains("more than once"), "{error}");
    let warnings = result(&twice("<description>b</description>")).unwrap().warnings;
    assert!(warnings[0].message.contains("more than once"), "{warnings:?}");
    // A source's name is used in a vulnerability, not in its references.
    let reference = "<references><reference><id>1</id><source><name>a</name><name>b</name></source></reference></references>";
    let text = xml(
        "1.6",
        &format!("<vulnerabilities><vulnerability>{reference}</vulnerability></vulnerabilities>"),
    );
    assert_eq!(result(&text).unwrap().warnings.len(), 1);
}
