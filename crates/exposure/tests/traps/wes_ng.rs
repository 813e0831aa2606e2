//! The wrong answers that a well-known tool gives on its own samples, answered right, on evidence
//! and knowledge of the same shape written by us.

use exposure::judge::{Reason, judge};
use model::fact::SourceKind;
use model::verdict::Verdict;

use crate::support::{Fix, Machine, World};

const ETERNAL: &str = "CVE-2017-0144";
const TODAY: &str = "2026-06-30";
const AS_IS: [u32; 2] = [2_534_111, 976_902];

/// The definitions' rows for one product: a row without KB beside each with one.
fn definitions() -> World {
    let product = "Windows 7 for 32-bit Systems Service Pack 1";
    let row = |kb: u32, published, supersedes| Fix {
        cve: Some(ETERNAL),
        kb,
        product,
        published,
        supersedes,
        ..Fix::default()
    };
    let rows = [
        row(0, "2017-03-14", &[]),
        row(4_012_212, "2017-03-14", &[]),
        row(4_012_215, "2017-03-14", &[3_212_646]),
        Fix {
            kb: 4_019_264,
            product,
            published: "2017-05-09",
            supersedes: &[4_015_549],
            ..Fix::default()
        },
        Fix {
            kb: 4_015_549,
            product,
            published: "2017-04-11",
            supersedes: &[4_012_215],
            ..Fix::default()
        },
        Fix {
            cve: Some("CVE-2017-8759"),
            kb: 4_040_957,
            product: "Microsoft .NET Framework 4.7 on Windows 7 for 32-bit Systems Service Pack 1",
            published: "2017-09-12",
            ..Fix::default()
        },
    ];
    World::with(|b| Fix::state(SourceKind::WesNg, &rows, b))
}

#[test]
fn windows_7_as_it_is_and_with_each_fix() {
    let cases: [(&[u32], Verdict); 6] = [
        (&[], Verdict::Affected),
        (&[4_012_212], Verdict::Fixed),
        (&[4_012_215], Verdict::Fixed),
        (&[4_012_212, 4_012_215, 4_019_264], Verdict::Fixed),
        (&[4_019_264], Verdict::Fixed),
        // A .NET update of a later month fixes nothing of the system.
        (&[4_040_957], Verdict::Affected),
    ];
    for world in [World::builtin(), &definitions()] {
        for (more, expected) in cases {
            let host = Machine::seven().with(&AS_IS).with(more).host();
            let line = world.line(&host, TODAY, ETERNAL);
            assert_eq!(line.verdict, expected, "{more:?}: {line:?}");
        }
    }
}

/// One flaw for each of several labels of one product.
fn labelled(labels: &[&'static str]) -> World {
    let names: Vec<String> = (0..labels.len()).map(|n| format!("CVE-2022-9000{n}")).collect();
    let rows: Vec<Fix<'_>> = labels
        .iter()
        .zip(&names)
        .zip(5_012_000..)
        .map(|((product, cve), kb)| Fix {
            cve: Some(cve),
            kb,
            product,
            published: "2022-03-08",
            ..Fix::default()
        })
        .collect();
    World::with(|b| Fix::state(SourceKind::WesNg, &rows, b))
}

/// Every flaw of [`labelled`] is affected, whatever the label's form.
fn every_label_counts(labels: &[&'static str], machine: Machine) {
    let world = labelled(labels);
    let question = world.at(TODAY);
    let verdicts = judge(&question, &machine.host());
    for (number, label) in labels.iter().enumerate() {
        let line = world.find(&verdicts, &format!("CVE-2022-9000{number}"));
        assert_eq!(line.map(|l| l.verdict), Some(Verdict::Affected), "{label}");
    }
}

#[test]
fn windows_11_whose_newest_update_is_of_2021_is_affected_by_what_came_since() {
    let machine = Machine::windows(
        "Microsoft Windows 11 Enterprise",
        "10.0.22000 Build 22000",
        "x64-based PC",
    )
    .with(&[5_004_342, 5_005_635]);
    every_label_counts(
        &[
            "Windows 11 Version 21H2 for x64-based Systems",
            "Windows 11 version 21H2 for x64-based Systems",
            "Windows 11  version 21H2 for x64-based systems ",
            "Windows 11 for x64-based Systems, version 21H2",
        ],
        machine,
    );
}

#[test]
fn windows_8_1_reads_labels_in_either_case() {
    let machine =
        Machine::windows("Microsoft Windows 8.1 Pro", "6.3.9600 N/A Build 9600", "x64-based PC")
            .with(&[3_000_850]);
    every_label_counts(
        &["Windows 8.1 for x64-based Systems", "Windows 8.1 for x64-based systems"],
        machine,
    );
}

#[test]
fn windows_10_without_a_version_is_1507() {
    let machine =
        Machine::windows("Microsoft Windows 10 Pro", "10.0.10240 N/A Build 10240", "x64-based PC")
            .with(&[3_074_683]);
    every_label_counts(
        &["Windows 10 for x64-based Systems", "Windows 10 Version 1507 for x64-based Systems"],
        machine.clone(),
    );
    // And only 1507.
    let world = labelled(&["Windows 10 for x64-based Systems"]);
    let other =
        Machine::windows("Microsoft Windows 10 Pro", "10.0.14393 Build 14393", "x64-based PC")
            .with(&[]);
    assert!(world.find(&judge(&world.at(TODAY), &other.host()), "CVE-2022-90000").is_none());
}

#[test]
fn what_a_cut_list_does_not_show_is_unknown_with_that_reason() {
    let kbs: Vec<u32> = (2_500_000..2_500_245).collect();
    let host = Machine::seven().with(&kbs).cut(273).host();
    let line = World::builtin().line(&host, TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Unknown);
    let words = exposure::judge::sentence(&line.reasons[0], &host);
    assert!(words.contains("declares 273 updates and shows 245"), "{words}");
    assert!(matches!(line.reasons[0], Reason::ListIncomplete { .. }));
}
