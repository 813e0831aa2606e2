//! Readers of advisories never panic, and say where a damaged document is damaged.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use formats::advisory::{FORMATS, Summary, detect, named};
use formats::inventory::Input;
use model::fact::{Collected, Fact};
use model::reading::{Place, ReadError};
use proptest::prelude::*;

const CVRF: &str = r#"<?xml version="1.0"?>
<cvrf:cvrfdoc xmlns:cvrf="http://www.icasi.org/CVRF/schema/cvrf/1.1">
  <cvrf:DocumentTitle>Example &amp; others</cvrf:DocumentTitle>
  <prod:ProductTree><prod:FullProductName ProductID="1">Example 1.0</prod:FullProductName></prod:ProductTree>
  <vuln:Vulnerability Ordinal="1">
    <vuln:Title>An example</vuln:Title><vuln:CVE>CVE-2024-0001</vuln:CVE>
    <vuln:ProductStatuses><vuln:Status Type="Known Affected">
      <vuln:ProductID>1</vuln:ProductID><vuln:ProductID>2</vuln:ProductID></vuln:Status></vuln:ProductStatuses>
    <vuln:Remediations><vuln:Remediation Type="Vendor Fix">
      <vuln:Description>5000001</vuln:Description><vuln:Supercedence>4999999; x1</vuln:Supercedence>
      <vuln:ProductID>1</vuln:ProductID><vuln:RestartRequired>Maybe</vuln:RestartRequired>
    </vuln:Remediation></vuln:Remediations>
  </vuln:Vulnerability>
</cvrf:cvrfdoc>
"#;

const CSAF: &str = r#"{"document":{"csaf_version":"2.0","title":"Example","tracking":{"id":"EX-1",
 "initial_release_date":"2024-01-02T00:00:00Z"}},"product_tree":{"branches":[{"category":"vendor",
 "name":"Example","branches":[{"category":"product_name","name":"Pump","branches":[{"category":
 "product_version_range","name":"<2.1","product":{"product_id":"P","name":"Pump <2.1"}}]}]}]},
 "vulnerabilities":[{"cve":"CVE-2024-0001","product_status":{"known_affected":["P","Q"]}}]}"#;

const CVE: &str = r#"{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-0001","state":"REJECTED",
 "dateUpdated":"2024-02-03T00:00:00Z"},"containers":{"cna":{"rejectedReasons":[{"lang":"en",
 "value":"not used"}],"affected":[{"vendor":"Example","product":"Pump","versions":[{"status":
 "affected","version":"1.0","lessThan":"2.1"}]}]}}}"#;

const KEV: &str = r#"{"catalogVersion":"2024.01.02","count":2,"vulnerabilities":[
 {"cveID":"CVE-2024-0001","dateAdded":"2024-01-02","dueDate":"2024-01-01",
  "knownRansomwareCampaignUse":"Unknown"},
 {"cveID":"CVE-2024-x","dateAdded":"2024-01-02"}]}"#;

const EPSS: &str =
    "cve,epss,percentile\nCVE-2024-0001,0.5,0.9\nCVE-2024-0002,1.5,0.9\nCVE-2024-0003\n";

const WES: &str = "\"DatePosted\",\"CVE\",\"BulletinKB\",\"Title\",\"AffectedProduct\",\"AffectedComponent\",\"Severity\",\"Impact\",\"Supersedes\",\"Exploits\"\r\n# note\r\n\"20240102\",\"CVE-2024-0001\",\"5000001\",\"Example\",\"Windows 10\",\"\",\"System.Object[]\",\"\",\"4999999;None\",\"never read\"\r\n\"20240102\",\"CVE-2024-0002\",\"\",\"too short\"\r\n";

const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-02T00:00:00Z","aliases":["CVE-2024-0001"],
 "affected":[{"package":{"ecosystem":"A future ecosystem","name":"pump"},"ranges":[{"type":"ECOSYSTEM",
 "events":[{"introduced":"0"},{"fixed":"2.1"}]}]}]}"#;

const OSV_YAML: &str = "id: PYSEC-1\nmodified: 2024-01-02T00:00:00Z\naffected:\n- package: {ecosystem: PyPI, name: pump}\n  versions: [0.10, 1.0]\n";

const SAMPLES: [(&str, &str); 8] = [
    ("msrc-cvrf", CVRF),
    ("csaf", CSAF),
    ("cve", CVE),
    ("kev", KEV),
    ("epss", EPSS),
    ("wes-ng", WES),
    ("osv", OSV),
    ("osv", OSV_YAML),
];

fn read(format: &str, bytes: &[u8]) -> (Result<Summary, ReadError>, Collected) {
    let mut facts = Collected::default();
    let input = Input { bytes, file_name: Some("sample") };
    let result = (named(format).unwrap().read)(&input, &mut facts);
    (result, facts)
}

#[test]
fn each_sample_is_its_own_format_and_gives_its_source_first() {
    for (format, text) in SAMPLES {
        let input = Input { bytes: text.as_bytes(), file_name: None };
        assert_eq!(detect(&input).map(|format| format.name), Some(format));
        let (summary, facts) = read(format, text.as_bytes());
        assert_eq!(summary.unwrap().records, 1, "{format}");
        assert_eq!(facts.sources.len(), 1, "{format}");
        assert!(!facts.facts.is_empty(), "{format}");
    }
}

#[test]
fn a_bad_row_costs_that_row() {
    for (format, text, lost) in [("kev", KEV, 1), ("epss", EPSS, 2), ("wes-ng", WES, 1)] {
        let summary = read(format, text.as_bytes()).0.unwrap();
        assert_eq!(summary.unreadable, lost, "{format}");
        let last = summary.warnings.iter().find(|warning| warning.place != Place::Line(1)).unwrap();
        assert!(matches!(last.place, Place::Line(_) | Place::Path(_)), "{format}");
    }
}

#[test]
fn a_due_date_before_the_entry_is_kept_and_unknown_is_not_no() {
    let (_, facts) = read("kev", KEV.as_bytes());
    let entry = facts.facts.iter().find_map(|(_, fact)| match fact {
        Fact::KnownExploited(entry) => Some(entry),
        _ => None,
    });
    let entry = entry.unwrap();
    assert!(entry.due.unwrap() < entry.added);
    assert_eq!(entry.ransomware, None);
}

#[test]
fn a_rejected_record_is_withdrawn_and_affects_nothing() {
    let (_, facts) = read("cve", CVE.as_bytes());
    let [(_, Fact::Vulnerability(flaw))] = facts.facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(flaw.withdrawn, Some(jiff::civil::date(2024, 2, 3)));
}

#[test]
fn an_affected_product_without_fix_has_no_update() {
    let (summary, facts) = read("msrc-cvrf", CVRF.as_bytes());
    let updates: Vec<_> = facts
        .facts
        .iter()
        .filter_map(|(_, fact)| match fact {
            Fact::WindowsUpdate(update) => Some((update.kb.is_some(), update.product.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(updates, [(true, "Example 1.0"), (false, "2")]);
    assert_eq!(facts.sources[0].title.as_deref(), Some("Example & others"));
    // One for "x1" among the replaced updates, one for the product without a name.
    assert_eq!(summary.unwrap().warnings.len(), 2);
}

#[test]
fn the_newest_row_dates_the_definitions() {
    let (_, facts) = read("wes-ng", WES.as_bytes());
    assert_eq!(facts.sources[0].as_of, Some(jiff::civil::date(2024, 1, 2)));
    let Fact::WindowsUpdate(update) = &facts.facts[0].1 else { panic!() };
    assert_eq!((update.severity.as_str(), update.supersedes.len()), ("", 1));
}

#[test]
fn a_cut_document_is_an_error_with_its_place() {
    for (format, text) in SAMPLES.into_iter().filter(|(f, _)| !matches!(*f, "epss" | "wes-ng")) {
        if text == OSV_YAML {
            continue;
        }
        let cut = &text.as_bytes()[..text.trim_end().len() - 12];
        let error = read(format, cut).0.unwrap_err();
        assert!(matches!(error.place, Place::Line(line) if line > 1), "{format}: {error}");
        assert!(error.remedy.contains("cut short"), "{format}: {error}");
    }
}

#[test]
fn nesting_and_entities_are_bounded() {
    let deep = format!("<cvrfdoc>{}", "<a>".repeat(100_000));
    assert!(read("msrc-cvrf", deep.as_bytes()).0.is_err());
    let bomb =
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><cvrfdoc><ID>&b;</ID></cvrfdoc>";
    let (_, facts) = read("msrc-cvrf", bomb.as_bytes());
    assert_eq!(facts.sources[0].id, "CVRF");
    for format in ["csaf", "cve", "osv", "kev"] {
        assert!(read(format, "[".repeat(1_000_000).as_bytes()).0.is_err(), "{format}");
    }
}

#[test]
fn utf_16_and_byte_order_marks_are_no_obstacle() {
    let marked = format!("\u{feff}{CVRF}");
    assert_eq!(read("msrc-cvrf", marked.as_bytes()).0.unwrap().records, 1);
    let marked = format!("\u{feff}{CSAF}");
    assert_eq!(read("csaf", marked.as_bytes()).0.unwrap().records, 1);
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let input = Input { bytes: &bytes, file_name: None };
        for format in FORMATS {
            let _ = (format.sniff)(&input);
            let _ = (format.read)(&input, &mut Collected::default());
        }
    }

    #[test]
    fn no_damaged_sample_makes_a_reader_panic(
        which in 0..SAMPLES.len(),
        at in any::<prop::sample::Index>(),
        until in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        how in 0..4_u8,
    ) {
        let (format, text) = SAMPLES[which];
        let mut bytes = text.as_bytes().to_vec();
        let at = at.index(bytes.len());
        let until = at + until.index(bytes.len() - at);
        match how {
            0 => bytes.truncate(at),
            1 => bytes[at] = byte,
            2 => { bytes.drain(at..until); }
            _ => {
                let piece = bytes[at..until].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        let input = Input { bytes: &bytes, file_name: None };
        let _ = (named(format).unwrap().read)(&input, &mut Collected::default());
        let _ = detect(&input);
    }
}
