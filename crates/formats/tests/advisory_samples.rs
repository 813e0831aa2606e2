//! Every real sample of an advisory or feed is recognised and read whole; counts are those of the
//! samples' own descriptions.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::io::Read;
use std::path::{Path, PathBuf};

use formats::advisory::{Summary, detect};
use formats::inventory::Input;
use jiff::civil::date;
use model::cve::CveId;
use model::fact::{
    Bound, Collected, Exploitation, Fact, KnownExploited, PackageStatement, RemediationCategory,
    SourceKind, StatementStatus, VulnerabilityFact, WindowsUpdateFact,
};
use model::kb::Kb;
use model::version::Scheme;
use support::shared_data;

fn kb(number: u32) -> Kb {
    Kb::new(number).unwrap()
}

fn read(path: &Path) -> (&'static str, Summary, Collected) {
    let mut bytes = std::fs::read(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
        bytes = unpacked;
    }
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let input = Input { bytes: &bytes, file_name: Some(&name) };
    let format = detect(&input).unwrap_or_else(|| panic!("not recognised: {}", path.display()));
    let mut facts = Collected::default();
    let summary = (format.read)(&input, &mut facts)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(!facts.sources.is_empty(), "{} gave no source", path.display());
    (format.name, summary, facts)
}

/// Files below a folder whose name ends with `ending`.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn updates(facts: &Collected) -> impl Iterator<Item = &WindowsUpdateFact> {
    facts.facts.iter().filter_map(|(_, fact)| match fact {
        Fact::WindowsUpdate(update) => Some(update),
        _ => None,
    })
}

fn statements(facts: &Collected) -> Vec<&PackageStatement> {
    let all = facts.facts.iter().filter_map(|(_, fact)| match fact {
        Fact::Package(statement) => Some(statement),
        _ => None,
    });
    all.collect()
}

fn vulnerability<'a>(facts: &'a Collected, id: &str) -> &'a VulnerabilityFact {
    let mut all = facts.facts.iter().filter_map(|(_, fact)| match fact {
        Fact::Vulnerability(vulnerability) if vulnerability.id == id => Some(vulnerability),
        _ => None,
    });
    all.next().unwrap()
}

#[test]
fn wes_ng_definitions_are_read_row_by_row() {
    let Some(path) = shared_data("ms-kb/CVEs_20260628_dev.csv.gz") else { return };
    let (format, summary, facts) = read(&path);
    assert_eq!(format, "wes-ng");
    assert_eq!((summary.records, summary.unreadable), (490_926, 0));
    assert_eq!(facts.sources[0].as_of, Some(date(2026, 6, 26)));

    let product = "Windows 7 for x64-based Systems Service Pack 1";
    let eternal: Vec<&WindowsUpdateFact> = updates(&facts)
        .filter(|update| update.cve == Some(CveId::new(2017, 144)) && update.product == product)
        .collect();
    let mut fixes: Vec<Option<Kb>> = eternal.iter().map(|update| update.kb).collect();
    fixes.sort_unstable();
    fixes.dedup();
    assert_eq!(fixes, [None, Some(kb(4_012_212)), Some(kb(4_012_215))]);
    let rollup = eternal.iter().find(|update| update.kb == Some(kb(4_012_215))).unwrap();
    assert_eq!(rollup.supersedes, [kb(3_212_646)]);
    assert_eq!(rollup.published, Some(date(2017, 3, 14)));
    assert_eq!(rollup.component, "Windows SMB Server");
    assert!(updates(&facts).all(|update| update.severity != "System.Object[]"));
    // A fix that is no update says where it is, and never looks like one.
    let elsewhere = updates(&facts).find(|update| update.kind.as_deref() == Some("Release Notes"));
    assert_eq!(elsewhere.unwrap().kb, None);
}

#[test]
fn custom_definitions_of_service_packs_are_read() {
    let Some(path) = shared_data("ms-kb/Custom_20190321.csv") else { return };
    let (_, summary, facts) = read(&path);
    assert_eq!((summary.records, summary.unreadable), (160, 0));
    let pack = updates(&facts).find(|update| update.kb == Some(kb(976_932))).unwrap();
    assert_eq!((pack.cve, pack.kind.as_deref()), (None, Some("Service Pack")));
    let later = updates(&facts).find(|update| update.kb == Some(kb(835_935))).unwrap();
    assert_eq!(later.supersedes, [kb(324_722)]);
    let xp = updates(&facts).filter(|update| {
        update.product == "Microsoft Windows XP Service Pack 3"
            && update.cve == Some(CveId::new(2017, 143))
    });
    assert_eq!(xp.map(|update| update.kb).collect::<Vec<_>>(), [Some(kb(4_012_598))]);
}

#[test]
fn monthly_documents_of_microsoft_are_read() {
    let Some(folder) = shared_data("msrc-cvrf") else { return };
    for (name, vulnerabilities, with_update, without) in [
        ("cvrfDocument-2017-Jan.xml", 4, 39, 0),
        ("cvrfDocument-2017-Mar.xml", 135, 2_406, 3),
        ("cvrfDocument-2026-Feb.xml", 141, 951, 184),
    ] {
        let (format, summary, facts) = read(&folder.join(name));
        assert_eq!(format, "msrc-cvrf");
        assert_eq!((summary.records, summary.unreadable), (vulnerabilities, 0), "{name}");
        assert_eq!(summary.warnings, [], "{name}");
        let found = updates(&facts).filter(|update| update.kb.is_some()).count();
        assert_eq!((found, updates(&facts).count() - found), (with_update, without), "{name}");
    }
}

#[test]
fn a_monthly_document_names_every_fix_of_a_flaw() {
    let Some(path) = shared_data("msrc-cvrf/cvrfDocument-2017-Mar.xml") else { return };
    let (_, _, facts) = read(&path);
    let source = &facts.sources[0];
    assert_eq!((source.kind, source.id.as_str()), (SourceKind::MsrcCvrf, "2017-Mar"));
    assert_eq!(source.publisher.as_deref(), Some("Microsoft"));
    let fixes: Vec<_> = updates(&facts)
        .filter(|update| {
            update.cve == Some(CveId::new(2017, 144))
                && update.product == "Windows 7 for x64-based Systems Service Pack 1"
        })
        .map(|update| (update.kb.unwrap().number(), update.kind.as_deref(), update.restart))
        .collect();
    assert_eq!(
        fixes,
        [
            (4_012_215, Some("Monthly Rollup"), Some(true)),
            (4_012_212, Some("Security Only"), Some(true))
        ]
    );
    // "MS16-110, 3187754" names one update.
    let server = updates(&facts).find(|update| update.kb == Some(kb(4_012_214))).unwrap();
    assert_eq!(server.supersedes, [kb(3_187_754)]);
    let flaw = vulnerability(&facts, "CVE-2017-0144");
    assert_eq!(flaw.title.as_deref(), Some("Windows SMB Remote Code Execution Vulnerability"));
    assert_eq!(flaw.severity.as_deref(), Some("Critical"));
    assert_eq!((flaw.exploited, flaw.published), (Some(false), Some(date(2017, 3, 14))));
    assert_eq!(flaw.cvss.iter().map(|c| c.score_tenths).collect::<Vec<_>>(), [Some(81)]);
    assert!(flaw.description.as_deref().unwrap().starts_with("A remote code execution"));
}

#[test]
fn a_monthly_document_gives_fixed_builds() {
    let Some(path) = shared_data("msrc-cvrf/cvrfDocument-2026-Feb.xml") else { return };
    let (_, _, facts) = read(&path);
    assert_eq!(facts.sources[0].as_of, Some(date(2026, 3, 1)));
    let update = updates(&facts)
        .find(|u| u.kb == Some(kb(5_075_904)) && u.product == "Windows Server 2019")
        .unwrap();
    assert_eq!(update.fixed_build.unwrap().to_string(), "10.0.17763.8389");
    let edge =
        updates(&facts).find(|update| update.product == "Microsoft Edge (Chromium-based)").unwrap();
    assert_eq!((edge.kb, edge.kind.as_deref()), (None, Some("Release Notes")));
    let exploited = facts.facts.iter().filter(
        |(_, fact)| matches!(fact, Fact::Vulnerability(flaw) if flaw.exploited == Some(true)),
    );
    assert_eq!(exploited.count(), 6);
}

#[test]
fn both_forms_of_the_exploited_catalogue_say_the_same() {
    let Some(folder) = shared_data("kev-epss") else { return };
    let entries = |facts: &Collected| -> Vec<KnownExploited> {
        let all = facts.facts.iter().filter_map(|(_, fact)| match fact {
            Fact::KnownExploited(entry) => Some(entry.clone()),
            _ => None,
        });
        all.collect()
    };
    let (_, json, from_json) = read(&folder.join("known_exploited_vulnerabilities.json"));
    let (_, csv, from_csv) = read(&folder.join("known_exploited_vulnerabilities.csv"));
    assert_eq!((json.records, csv.records), (1_327, 1_327));
    assert_eq!((json.unreadable, csv.unreadable), (0, 0));
    assert_eq!(from_json.sources[0].as_of, Some(date(2025, 4, 29)));
    assert_eq!(from_csv.sources[0].as_of, Some(date(2025, 4, 29)));
    assert_eq!(from_json.sources[0].id, "KEV 2025.04.29");
    let (from_json, from_csv) = (entries(&from_json), entries(&from_csv));
    let keys = |entries: &[KnownExploited]| {
        entries.iter().map(|e| (e.cve, e.added, e.due, e.ransomware)).collect::<Vec<_>>()
    };
    assert_eq!(keys(&from_json), keys(&from_csv));
    let eternal = from_json.iter().find(|e| e.cve == CveId::new(2017, 144)).unwrap();
    assert_eq!(eternal.ransomware, Some(true));
    assert!(from_json.iter().all(|entry| entry.ransomware != Some(false)));
    assert!(from_json.iter().any(|entry| entry.ransomware.is_none()));
}

#[test]
fn scores_carry_the_day_of_their_feed() {
    let Some(path) = shared_data("kev-epss/epss_scores-sample.csv") else { return };
    let (_, summary, facts) = read(&path);
    assert_eq!((summary.records, summary.unreadable), (27, 0));
    assert_eq!(facts.sources[0].as_of, Some(date(2025, 12, 26)));
    let Fact::Epss(first) = &facts.facts[0].1 else { panic!("no score") };
    assert_eq!((first.cve, first.date), (CveId::new(1999, 1), Some(date(2025, 12, 26))));
    assert!((first.probability - 0.01151).abs() < 1e-9);
}

#[test]
fn cve_records_are_read_whole() {
    let Some(folder) = shared_data("cve-records") else { return };
    let paths = files(&folder, ".json");
    assert_eq!(paths.len(), 187);
    let mut assessed = 0;
    for path in &paths {
        let (format, summary, facts) = read(path);
        assert_eq!((format, summary.records, summary.unreadable), ("cve", 1, 0));
        let id = path.file_stem().unwrap().to_string_lossy();
        assert_eq!(facts.sources[0].id, id);
        assessed += usize::from(vulnerability(&facts, &id).ssvc.is_some());
    }
    assert_eq!(assessed, 185);
}

#[test]
fn a_cve_record_keeps_free_text_and_reads_ranges() {
    let Some(folder) = shared_data("cve-records") else { return };
    let (_, _, eternal) = read(&folder.join("abridged/CVE-2017-0144.json"));
    let statement = statements(&eternal)[0];
    assert!(statement.product.ranges.is_empty() && statement.product.versions.is_empty());
    assert!(statement.product.free_text.as_deref().unwrap().contains("Windows 7 SP1"));

    let (_, _, nightmare) = read(&folder.join("vulnrichment/CVE-2021-34527.json"));
    let flaw = vulnerability(&nightmare, "CVE-2021-34527");
    assert_eq!(flaw.ssvc.unwrap().exploitation, Some(Exploitation::Active));
    let server = statements(&nightmare)
        .into_iter()
        .find(|statement| {
            statement.product.target.name.as_deref() == Some("Windows Server 2012 R2")
        })
        .unwrap();
    assert_eq!(
        server.product.ranges.iter().map(|range| &range.upper).collect::<Vec<_>>(),
        [&Bound::Excluded("6.3.9600.20046".to_owned())]
    );
    assert!(nightmare.facts.iter().any(|(_, fact)| matches!(fact, Fact::KnownExploited(_))));
}

#[test]
fn osv_records_of_every_form_are_read() {
    let Some(folder) = shared_data("osv") else { return };
    let mut paths = files(&folder, ".json");
    paths.extend(files(&folder, ".yaml"));
    let records: u64 = paths
        .iter()
        .map(|path| {
            let (format, summary, _) = read(path);
            assert_eq!((format, summary.unreadable), ("osv", 0), "{}", path.display());
            summary.records
        })
        .sum();
    assert_eq!((paths.len(), records), (18, 117));

    let (_, _, wagtail) = read(&folder.join("vulnerablecode/pypa-6.yaml"));
    let statement = statements(&wagtail)[0];
    assert_eq!(statement.vulnerabilities, ["CVE-2023-28837"]);
    let ranges: Vec<&str> = statement.product.ranges.iter().map(|r| r.raw.as_str()).collect();
    assert_eq!(ranges, [">= 4.2, < 4.2.2", ">= 0, < 4.1.4"]);
    assert_eq!(statement.product.ranges[0].scheme, Some(Scheme::Pep440));
    assert!(statement.product.versions.contains(&"0.8.10".to_owned()));

    let (_, _, ubuntu) = read(&folder.join("vulnerablecode/UBUNTU-CVE-2005-1515.json"));
    let statement = statements(&ubuntu)[0];
    assert_eq!(statement.product.target.ecosystem.as_deref(), Some("Ubuntu:Pro:14.04:LTS"));
    assert_eq!(statement.vulnerabilities, ["CVE-2005-1515"]);
    assert_eq!(statement.product.ranges[0].scheme, Some(Scheme::Dpkg));
    assert_eq!(vulnerability(&ubuntu, "UBUNTU-CVE-2005-1515").severity.as_deref(), Some("medium"));

    let (_, _, fuzz) = read(&folder.join("vulnerablecode/oss-fuzz-3.yaml"));
    assert_eq!(statements(&fuzz)[0].product.versions, ["4.11.0", "5.0.0-alpha"]);
}

#[test]
fn csaf_documents_of_every_publisher_are_read() {
    let Some(folder) = shared_data("csaf") else { return };
    let mut documents = 0;
    for part in
        ["cisa-medical", "cisa-ics", "cisa-it", "vendors", "oasis-examples", "oasis-2.0-tests"]
    {
        for path in files(&folder.join(part), ".json") {
            if path.file_name().unwrap().to_string_lossy().starts_with("testcases") {
                continue;
            }
            let (format, summary, _) = read(&path);
            assert_eq!((format, summary.unreadable), ("csaf", 0), "{}", path.display());
            documents += 1;
        }
    }
    assert_eq!(documents, 265);
}

#[test]
fn csaf_statements_carry_products_ranges_and_reasons() {
    let Some(folder) = shared_data("csaf") else { return };
    let (_, _, portal) = read(&folder.join("cisa-medical/icsma-18-058-02.json"));
    let eternal: Vec<_> = statements(&portal)
        .into_iter()
        .filter(|statement| statement.vulnerabilities == ["CVE-2017-0144"])
        .collect();
    assert_eq!(eternal.len(), 2);
    let product = &eternal[0].product;
    assert_eq!(product.target.name.as_deref(), Some("IntelliSpace Portal 8.0.x"));
    assert_eq!((&product.ranges[0].lower, &product.ranges[0].upper), (&Bound::Open, &Bound::Open));
    assert_eq!(eternal[0].remediations[0].category, RemediationCategory::Mitigation);

    let (_, _, vex) = read(&folder.join("oasis-examples/sec-vex-2022-0001.json"));
    let not_affected = statements(&vex)[0];
    assert_eq!(not_affected.status, StatementStatus::NotAffected);
    assert_eq!(not_affected.justification.as_deref(), Some("component_not_present"));

    let (_, _, telnet) = read(&folder.join("oasis-examples/rhsa-2022_0011.json"));
    let fixed = statements(&telnet)
        .into_iter()
        .find(|statement| statement.product.target.name.as_deref() == Some("telnet"))
        .unwrap();
    assert_eq!(fixed.status, StatementStatus::Fixed);
    assert_eq!(fixed.product.ranges[0].lower, Bound::Included("1:0.17-65.el7_6".to_owned()));
    assert_eq!(fixed.product.ranges[0].scheme, Some(Scheme::Rpm));
    assert!(fixed.product.target.platform.as_deref().unwrap().contains("Red Hat Enterprise Linux"));
}
