//! Package lists of real hosts, and hostile variants of small ones.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken sample should fail the test"
)]

mod support;

use formats::inventory::{Input, Reading, detect, named};
use model::evidence::{Completeness, Evidence, Platform, Software};
use model::reading::Place;
use proptest::prelude::*;

fn sample(relative: &str) -> Option<Reading> {
    let path = support::shared_data(&format!("inventories-linux/{relative}"))?;
    let bytes = std::fs::read(&path).unwrap();
    let input = Input { bytes: &bytes, file_name: path.file_name().and_then(|n| n.to_str()) };
    let format = detect(&input).unwrap_or_else(|| panic!("{relative} is not recognised"));
    Some((format.read)(&input).unwrap_or_else(|error| panic!("{relative}: {error}")))
}

fn only(reading: &Reading) -> &Evidence {
    assert_eq!(reading.evidence.len(), 1);
    &reading.evidence[0]
}

fn find<'a>(evidence: &'a Evidence, name: &str) -> &'a Software {
    evidence.software.iter().find(|package| package.name == name).unwrap()
}

fn linux(evidence: &Evidence) -> (String, Option<String>, Option<u8>) {
    let os = evidence.os.as_ref().unwrap();
    let Platform::Linux { distribution, version } = &os.platform else { panic!("{os:?}") };
    (distribution.clone(), version.clone(), os.guess_percent)
}

#[test]
fn alpine_installed_database() {
    let Some(reading) = sample("apk/installed") else { return };
    let evidence = only(&reading);
    assert_eq!(evidence.format, "apk-installed");
    assert_eq!(evidence.software.len(), 15);
    let crypto = find(evidence, "libcrypto3");
    assert_eq!(crypto.version.as_deref(), Some("3.1.0-r4"));
    assert_eq!(crypto.source, Some(("openssl".into(), None)));
    assert_eq!(evidence.software_completeness, Some(Completeness::Complete));
    assert_eq!(linux(evidence), ("alpine".into(), None, Some(80)));
    assert_eq!(reading.warnings, []);
}

#[test]
fn centos_records() {
    let Some(reading) = sample("centos-7.7/rpm-qai.out") else { return };
    let evidence = only(&reading);
    assert_eq!(evidence.format, "rpm-info");
    // 433 records, three of them keys.
    assert_eq!(evidence.software.len(), 430);
    assert!(evidence.software.iter().all(|package| package.version.is_some()));
    let smartcols = find(evidence, "libsmartcols");
    assert_eq!(smartcols.version.as_deref(), Some("0:2.23.2-61.el7"));
    assert_eq!(smartcols.source, Some(("util-linux".into(), Some("2.23.2-61.el7".into()))));
    assert_eq!(smartcols.vendor.as_deref(), Some("CentOS"));
    assert_eq!(evidence.software_completeness, Some(Completeness::Complete));
    assert_eq!(linux(evidence), ("centos".into(), Some("7".into()), Some(90)));
    assert_eq!(reading.warnings, []);

    let Some(reading) = sample("centos-7.7/rpm-qi-package.out") else { return };
    let make = find(only(&reading), "make");
    assert_eq!(make.version.as_deref(), Some("1:3.82-24.el7"));
    assert!(matches!(only(&reading).software_completeness, Some(Completeness::Partial(_))));
}

#[test]
fn dpkg_status_files() {
    let Some(reading) = sample("dpkg-status/valid") else { return };
    let evidence = only(&reading);
    assert_eq!(evidence.software.len(), 7);
    let extra = find(evidence, "util-linux-extra");
    assert_eq!(extra.version.as_deref(), Some("2.38.1-5+b1"));
    assert_eq!(extra.source, Some(("util-linux".into(), Some("2.38.1-5".into()))));
    assert_eq!(find(evidence, "libacl1").source, Some(("acl".into(), None)));
    assert_eq!(find(evidence, "attr").version.as_deref(), Some("1:2.5.1-4"));
    assert_eq!(reading.warnings, []);

    let Some(reading) = sample("dpkg-status/noversion") else { return };
    assert_eq!(only(&reading).software.len(), 3);
    assert_eq!(find(only(&reading), "acl").version, None);
    assert_eq!(reading.warnings.len(), 1);
    assert_eq!(reading.warnings[0].place, Place::Line(5));

    let Some(reading) = sample("dpkg-status/transitional") else { return };
    let weasel = find(only(&reading), "iceweasel");
    assert_eq!(weasel.source, Some(("firefox-esr".into(), None)));
    assert_eq!(linux(only(&reading)), ("debian".into(), Some("10".into()), Some(75)));

    let Some(reading) = sample("dpkg-status/single") else { return };
    assert_eq!(only(&reading).software.len(), 1);
}

#[test]
fn dpkg_states_decide_what_is_installed() {
    let Some(reading) = sample("dpkg-status/statusfield") else { return };
    let seen: Vec<(&str, Option<&str>)> = only(&reading)
        .software
        .iter()
        .map(|package| (package.name.as_str(), package.version.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            ("wantinstall_installed", Some("1.0")),
            ("wantdeinstall_installed", Some("1.0")),
            ("wantinstall_unpacked", Some("1.0")),
            ("wantpurge_installed", Some("1.0")),
            ("wantinstall_halfinstalled", None),
        ]
    );
    assert_eq!(reading.warnings.len(), 3, "{:?}", reading.warnings);
}

#[test]
fn ubuntu_tables_with_cut_columns() {
    let Some(reading) = sample("ubuntu-18.04/dpkg-l.out") else { return };
    let evidence = only(&reading);
    assert_eq!(evidence.format, "dpkg-list");
    assert_eq!(linux(evidence), ("ubuntu".into(), Some("18.04".into()), Some(90)));
    assert_eq!(find(evidence, "bash").version.as_deref(), Some("4.4.18-2ubuntu1.2"));
    // "1:1.2.11.dfsg-0ubunt" and "2.30-21ubuntu1~18.04" fill the column of 20.
    for name in ["zlib1g", "binutils"] {
        assert_eq!(find(evidence, name).version, None, "{name}");
    }
    assert!(matches!(evidence.software_completeness, Some(Completeness::Partial(_))));
    let unknown = evidence.software.iter().filter(|package| package.version.is_none()).count();
    assert_eq!((evidence.software.len(), unknown), (614, 143));

    let Some(reading) = sample("ubuntu-18.04/dpkg-l-codes.out") else { return };
    let evidence = only(&reading);
    let names: Vec<&str> = evidence.software.iter().map(|package| package.name.as_str()).collect();
    assert!(!names.contains(&"acl") && !names.contains(&"adduser"), "{names:?}");
    assert!(names.contains(&"linux-image-4.15.0-140-generic"));
}

const SMALL: &[(&str, &str)] = &[
    (
        "dpkg-status",
        "Package: a\nStatus: install ok installed\nVersion: 1:2-3\nSource: b (1)\n\nPackage: dpkg\nStatus: install ok installed\nVersion: 1\n",
    ),
    (
        "dpkg-list",
        "||/ Name           Version      Architecture Description\n+++-==============-============-============-=================================\nii  bash           5.2.15-2+b2  amd64        Shell\nrc  gone:i386      1            i386         gone\n",
    ),
    ("dpkg-query", "adduser\t3.134\nii \tlibssl3:amd64\t3.0.11-1~deb12u2\tamd64\n"),
    ("rpm-list", "make-1:3.82-24.el7.x86_64\nbash 0 4.2 3.el7 x86_64\n"),
    (
        "rpm-info",
        "Name        : make\nEpoch       : 1\nVersion     : 3.82    Vendor: X\nRelease     : 24.el7\nDescription :\nx\n",
    ),
    ("apk-installed", "C:Q1\nP:a\nV:1-r0\no:b\n\nP:apk-tools\nV:2-r0\n"),
    ("apk-list", "musl-1.2.4-r0 x86_64 {musl} (MIT) [installed]\nbusybox-1-r2\n"),
    ("os-release", "ID=debian\nVERSION_ID=\"12\"\nNAME='x\\'y'\n"),
];

fn read_all(bytes: &[u8]) {
    let input = Input { bytes, file_name: None };
    let _ = detect(&input);
    for (name, _) in SMALL {
        let format = named(name).unwrap();
        let _ = (format.sniff)(&input);
        if let Ok(reading) = (format.read)(&input) {
            let rows = String::from_utf8_lossy(bytes).lines().count() + 1;
            assert!(reading.evidence.iter().all(|evidence| evidence.software.len() <= rows));
            assert!(reading.warnings.len() <= rows + 4);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read_all(&bytes);
    }

    #[test]
    fn any_text_is_survived(text in "[ -~\\n\\t:+=é-]{0,400}") {
        read_all(text.as_bytes());
    }

    #[test]
    fn damaged_lists_are_survived(
        which in 0..SMALL.len(), cut in 0usize..400, flip in 0usize..400, with in any::<u8>(), twice in any::<bool>(),
    ) {
        let mut bytes = SMALL[which].1.as_bytes().to_vec();
        if twice {
            bytes.extend_from_within(..);
        }
        bytes.truncate(cut.max(1));
        let at = flip % bytes.len();
        bytes[at] = with;
        read_all(&bytes);
    }
}
