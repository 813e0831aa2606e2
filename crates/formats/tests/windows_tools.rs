//! Shared samples of osquery, Defender for Endpoint and Lansweeper.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

mod support;

use std::io::Read as _;

use formats::inventory::{Input, Reading, detect};
use model::evidence::{Completeness, FindingOutcome, Platform};

fn read_bytes(bytes: &[u8], format: &str) -> Reading {
    let input = Input { bytes, file_name: None };
    let found = detect(&input).unwrap();
    assert_eq!(found.name, format);
    (found.read)(&input).unwrap()
}

fn read(file: &str, format: &str) -> Option<Reading> {
    let path = support::shared_data(&format!("inventories-windows/{file}"))?;
    Some(read_bytes(&std::fs::read(path).unwrap(), format))
}

#[test]
fn osquery_patches_name_their_host() {
    let Some(reading) = read("osquery/patches-constructed.json", "osquery") else { return };
    let [evidence] = reading.evidence.as_slice() else { panic!() };
    assert_eq!(evidence.host.names, ["WS-0417"]);
    let list = &evidence.updates[0];
    assert_eq!(list.completeness, Completeness::Complete);
    let entries: Vec<_> = list
        .entries
        .iter()
        .map(|e| {
            (
                e.raw.as_str(),
                e.installed_on.as_ref().unwrap().latest.to_string(),
                e.place.to_string(),
            )
        })
        .collect();
    assert_eq!(
        entries,
        [
            ("KB4012215", "2017-03-20".into(), "/0".into()),
            ("KB976902", "2010-11-21".into(), "/1".into())
        ]
    );
    assert_eq!(reading.warnings, []);
}

#[test]
fn the_documented_log_shapes_are_read() {
    let Some(reading) = read("osquery/results-log-doc-examples.jsonl", "osquery") else { return };
    let [evidence] = reading.evidence.as_slice() else { panic!() };
    assert_eq!(evidence.host.names, ["hostname.local"]);
    // 2016-05-02 22:27:32 UTC is the latest entry.
    let collected = evidence.collected_at.as_ref().unwrap();
    assert_eq!(collected.earliest.to_string(), "2016-05-02T10:27:32");
    assert_eq!(collected.latest.to_string(), "2016-05-03T12:27:32");
    let warnings: Vec<_> = reading.warnings.iter().map(|w| w.message.as_str()).collect();
    assert_eq!(
        warnings,
        [
            "4 rows of `process_snapshot` tell nothing about exposure and were left out",
            "4 rows of `processes` tell nothing about exposure and were left out"
        ]
    );
}

#[test]
fn defender_vulnerabilities_are_findings_of_one_machine() {
    let Some(reading) = read("ms-defender/report_many_vulns.json", "defender") else { return };
    let [evidence] = reading.evidence.as_slice() else { panic!() };
    assert_eq!(evidence.host.tool_id.as_deref(), Some("wjeriowerjoiewrjoweirjeowij"));
    assert_eq!(evidence.host.names, Vec::<String>::new());
    let found: Vec<_> = evidence
        .findings
        .iter()
        .map(|f| (f.check.as_str(), f.severity.as_deref().unwrap(), f.missing_kbs.len()))
        .collect();
    assert_eq!(
        found,
        [
            ("CVE-1234-5678", "Low", 0),
            ("CVE-1234-56788", "High", 0),
            ("CVE-5678-9887", "Medium", 0),
            ("CVE-5678-8888", "Medium", 0)
        ]
    );
    assert!(
        evidence
            .findings
            .iter()
            .all(|f| f.outcome == FindingOutcome::Vulnerable && f.cves.len() == 1)
    );
    let [software] = evidence.software.as_slice() else { panic!() };
    assert_eq!((software.name.as_str(), software.version.as_deref()), ("tools", Some("1.2.3.4")));
    // The file says itself that it is one page of several.
    assert_eq!(reading.warnings.len(), 1);
}

#[test]
fn defender_machines_with_garbage_dates_are_kept() {
    let Some(path) = support::shared_data("inventories-windows/ms-defender/defender.zip") else {
        return;
    };
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut bytes = Vec::new();
    zip.by_name("machines/machines.json").unwrap().read_to_end(&mut bytes).unwrap();
    let reading = read_bytes(&bytes, "defender");
    let [first, second] = reading.evidence.as_slice() else { panic!() };
    assert_eq!(first.host.tool_id.as_deref(), Some("wjeriowerjoiewrjoweirjeowij"));
    assert_eq!(first.host.addresses, ["1.1.1.1"]);
    assert_eq!(first.host.macs, ["00:b0:d0:63:c2:26"]);
    assert_eq!(first.os.as_ref().unwrap().platform, Platform::Other);
    assert_eq!(second.host.names, ["afjweiofwejfio.com"]);
    assert_eq!(second.host.addresses, ["1.2.3.4", "1.2.3.5", "1.1.1.1"]);
    assert_eq!(second.collected_at, None);
    let lines: Vec<_> = reading.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("/value/0: lastSeen `1999-10-sdffew` is no date"), "{lines:?}");
}

#[test]
fn lansweeper_assets_are_hosts() {
    let Some(reading) = read("lansweeper/asset-resources-response.json", "lansweeper") else {
        return;
    };
    let [first, second] = reading.evidence.as_slice() else { panic!() };
    assert_eq!(first.host.names, ["XLAN-15"]);
    assert_eq!(first.host.addresses, ["159.101.1.186"]);
    assert_eq!(first.host.macs, ["cc:00:00:00:00:14"]);
    assert_eq!(first.host.serial.as_deref(), Some("LAN15"));
    assert_eq!(first.host.model.as_deref(), Some("OptiPlex 760"));
    let product = |e: &model::evidence::Evidence| match &e.os.as_ref().unwrap().platform {
        Platform::Windows { product, build: None } => product.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(product(first), "Windows 7");
    assert_eq!(product(second), "Windows Server 2003");
    assert_eq!(second.collected_at.as_ref().unwrap().raw, "2012-08-27T12:18:52.000Z");
    assert_eq!(reading.warnings, []);
}
