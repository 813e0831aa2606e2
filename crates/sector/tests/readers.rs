//! Every generated file is recognised and read, with the hosts it should have and no warning but
//! those that are meant.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/files.rs"]
mod files;
mod support;

use std::collections::{BTreeMap, BTreeSet};

use files::read;
use sector::{Detail, Shown};
use support::sector;

/// The format that each kind of file must be taken for.
fn expected_format(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap();
    match name {
        _ if name.ends_with("_systeminfo.txt") || name.starts_with("systeminfo-") => "systeminfo",
        _ if name.ends_with("_qfe.txt") || name.starts_with("qfe-") => "qfe",
        _ if name.starts_with("results-") => "osquery",
        _ if name.ends_with("_nmap.xml") => "nmap",
        _ if name.ends_with(".nessus") => "nessus",
        _ if name.ends_with(".cdx.json") => "cyclonedx",
        _ if name.ends_with("_os-release") => "os-release",
        _ if name.ends_with("_dpkg.txt") => "dpkg-status",
        _ if name.ends_with("_rpm.txt") => "rpm-list",
        _ => "wardround-csv",
    }
}

/// Warnings that the generator means to cause.
fn is_meant(warning: &str) -> bool {
    // systeminfo cuts long lists.
    warning.contains("an update that is not listed may be installed")
        // Plain `rpm -qa` shows no epochs.
        || warning.contains("packages show no epoch")
}

#[test]
fn every_file_is_recognised_and_read_without_unmeant_warnings() {
    let mut formats = BTreeMap::<&str, usize>::new();
    let mut cut = 0;
    for seed in [1, 2, 3, 4, 5] {
        let sector = sector(seed, 0.0006);
        for organisation in sector.organisations() {
            let Some(day) = sector.reports(organisation).pop() else { continue };
            for file in sector.report(organisation, day, Detail::Full) {
                let (format, reading) = read(&file);
                assert_eq!(format, expected_format(&file.path), "{}", file.path);
                *formats.entry(format).or_default() += 1;
                for warning in &reading.warnings {
                    assert!(is_meant(&warning.message), "{}: {warning:?}", file.path);
                    cut += usize::from(warning.message.contains("not listed"));
                }
            }
        }
    }
    let all: Vec<&str> = formats.keys().copied().collect();
    assert_eq!(
        all,
        [
            "cyclonedx",
            "dpkg-status",
            "nessus",
            "nmap",
            "os-release",
            "osquery",
            "qfe",
            "rpm-list",
            "systeminfo",
            "wardround-csv"
        ]
    );
    assert!(cut > 0, "some lists are cut");
}

#[test]
fn the_files_of_a_report_hold_the_hosts_that_the_facts_name() {
    for seed in [4, 5] {
        let sector = sector(seed, 0.0006);
        for organisation in sector.organisations() {
            for day in sector.reports(organisation).into_iter().rev().take(2) {
                let mut named = BTreeSet::new();
                for file in sector.report(organisation, day, Detail::Light) {
                    let (_, reading) = read(&file);
                    let hosts = reading.evidence.iter().map(|evidence| {
                        let name = evidence.host.names.first().cloned();
                        let name = name.unwrap_or_else(|| {
                            let file = file.path.rsplit('/').next().unwrap();
                            file.split('_').next().unwrap().to_owned()
                        });
                        name.split('.').next().unwrap().to_ascii_uppercase()
                    });
                    named.extend(hosts);
                }
                let true_hosts: BTreeSet<String> = sector
                    .facts(organisation, day)
                    .into_iter()
                    .filter_map(|fact| fact.evidence)
                    .filter(|sent| sent.day == day)
                    .filter(|sent| sent.shown > Shown::Nothing || sent.scanned)
                    .map(|sent| sent.name)
                    .collect();
                assert_eq!(named, true_hosts, "{} on {day}", organisation.code);
            }
        }
    }
}
