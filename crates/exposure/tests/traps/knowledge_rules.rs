//! What the compiler makes of facts: groups, builds, horizons, what is left out.

use exposure::judge::{Reason, judge};
use model::cve::CveId;
use model::fact::{Fact, FactSink as _, SourceKind, VulnerabilityFact};
use model::verdict::Verdict;

use crate::support::{Fix, Machine, World, cve, day};

const TODAY: &str = "2026-06-30";
const SERVER: &str = "Windows Server 2022";

fn server() -> Machine {
    Machine::windows("Microsoft Windows Server 2022", "10.0.20348 Build 20348", "x64-based PC")
}

#[test]
fn flaws_with_the_same_fixes_are_one_line() {
    let names: Vec<String> = (1..=6).map(|n| format!("CVE-2022-9000{n}")).collect();
    let rows: Vec<Fix<'_>> = names
        .iter()
        .flat_map(|name| {
            [5_010_001, 5_010_002].map(|kb| Fix {
                cve: Some(name),
                kb,
                product: SERVER,
                published: "2022-02-08",
                ..Fix::default()
            })
        })
        .collect();
    let world = World::with(|b| Fix::state(SourceKind::MsrcCvrf, &rows, b));
    let question = world.at(TODAY);
    let verdicts = judge(&question, &server().with(&[]).host());
    let line = world.find(&verdicts, "CVE-2022-90003").expect("a line");
    assert_eq!(line.vulnerabilities.len(), 6);
    assert_eq!(line.remedies.len(), 2);
    assert_eq!(line.advisory, "KB5010001");
}

#[test]
fn the_build_with_the_fix_comes_from_the_alternatives_where_no_row_states_it() {
    let rows = [
        Fix {
            cve: Some("CVE-2022-90001"),
            kb: 5_010_001,
            product: SERVER,
            published: "2022-02-08",
            ..Fix::default()
        },
        Fix {
            kb: 5_010_001,
            product: SERVER,
            published: "2022-02-08",
            build: "10.0.20348.525",
            ..Fix::default()
        },
    ];
    for order in [[0, 1], [1, 0]] {
        let rows = order.map(|at| rows[at]);
        let world = World::with(|b| Fix::state(SourceKind::MsrcCvrf, &rows, b));
        let verdict = |revision: &str| {
            let version = format!("10.0.20348.{revision}");
            let machine = Machine::windows("Microsoft Windows Server 2022", &version, "");
            world.line(&machine.host(), TODAY, "CVE-2022-90001").verdict
        };
        assert_eq!(verdict("524"), Verdict::Affected);
        assert_eq!(verdict("525"), Verdict::Fixed);
        assert_eq!(verdict("2000"), Verdict::Fixed);
    }
}

#[test]
fn a_component_that_may_be_missing_is_unknown_until_a_fix_or_a_build_shows() {
    let rows = [
        Fix {
            cve: Some("CVE-2022-90001"),
            kb: 5_010_001,
            product: SERVER,
            component: "Role: DNS Server",
            published: "2022-02-08",
            ..Fix::default()
        },
        Fix {
            kb: 5_010_001,
            product: SERVER,
            published: "2022-02-08",
            build: "10.0.20348.525",
            ..Fix::default()
        },
    ];
    let world = World::with(|b| Fix::state(SourceKind::MsrcCvrf, &rows, b));
    let verdict = |machine: Machine| world.line(&machine.host(), TODAY, "CVE-2022-90001").verdict;
    let built = |version: &str| Machine::windows("Microsoft Windows Server 2022", version, "");
    assert_eq!(verdict(server().with(&[])), Verdict::Unknown);
    assert_eq!(verdict(server().with(&[5_010_001])), Verdict::Fixed);
    assert_eq!(verdict(built("10.0.20348.600")), Verdict::Fixed);
    assert_eq!(verdict(built("10.0.20348.400")), Verdict::Unknown);
}

#[test]
fn circles_of_supersedence_neither_hang_nor_prove() {
    let row = |kb, published, supersedes| Fix {
        kb,
        product: SERVER,
        published,
        supersedes,
        ..Fix::default()
    };
    let rows = [
        Fix {
            cve: Some("CVE-2022-90001"),
            kb: 5_010_002,
            product: SERVER,
            published: "2022-02-08",
            supersedes: &[5_010_003],
            ..Fix::default()
        },
        row(5_010_003, "2022-03-08", &[5_010_002]),
        row(5_010_001, "2022-01-11", &[5_010_003]),
    ];
    let world = World::with(|b| Fix::state(SourceKind::WesNg, &rows, b));
    let verdict = |kb| world.line(&server().with(&[kb]).host(), TODAY, "CVE-2022-90001").verdict;
    assert_eq!(verdict(5_010_003), Verdict::Fixed);
    assert_eq!(verdict(5_010_002), Verdict::Fixed);
}

#[test]
fn a_row_without_an_update_says_nothing_beside_one_with_and_is_unknown_alone() {
    let with = Fix {
        cve: Some("CVE-2022-90001"),
        kb: 5_010_001,
        product: SERVER,
        published: "2022-02-08",
        ..Fix::default()
    };
    let without = Fix { kb: 0, ..with };
    let world = World::with(|b| Fix::state(SourceKind::WesNg, &[without, with, without], b));
    let verdict = |w: &World, m: Machine| w.line(&m.host(), TODAY, "CVE-2022-90001").verdict;
    assert_eq!(verdict(&world, server().with(&[5_010_001])), Verdict::Fixed);
    assert_eq!(verdict(&world, server().with(&[])), Verdict::Affected);
    let world = World::with(|b| Fix::state(SourceKind::WesNg, &[without], b));
    let line = world.line(&server().with(&[]).host(), TODAY, "CVE-2022-90001");
    assert_eq!(line.verdict, Verdict::Unknown);
    assert_eq!(*line.reasons, [Reason::NoFixKnown]);
}

#[test]
fn a_second_hand_container_prevents_affected_and_proves_nothing() {
    // A preview that the built-in table has from a second-hand list only.
    let world = World::builtin();
    let view = world.view();
    let found = view.windows.iter().find_map(|row| {
        let product = exposure::knowledge::lookup::product_of(row)?;
        let update = row
            .updates
            .iter()
            .find(|u| u.kind == exposure::knowledge::schema::update_kind::UNVERIFIED_CONTAINER)?;
        (product.family == model::windows::WindowsFamily::Seven)
            .then(|| (update.kb.to_native(), product))
    });
    let (kb, product) = found.expect("a second-hand row for Windows 7");
    let system = if product.architecture == Some(model::windows::Architecture::X64) {
        "x64-based PC"
    } else {
        "X86-based PC"
    };
    let machine = Machine::windows(
        "Microsoft Windows 7 Professional",
        "6.1.7601 Service Pack 1 Build 7601",
        system,
    )
    .with(&[kb]);
    let line = world.line(&machine.host(), TODAY, "CVE-2017-0144");
    assert_eq!(line.verdict, Verdict::Unknown, "{line:?}");
    assert!(matches!(line.reasons[0], Reason::ContainerUnverified { .. }));
}

#[test]
fn a_withdrawn_flaw_is_left_out_from_that_day_on() {
    let rows = [Fix {
        cve: Some("CVE-2022-90001"),
        kb: 5_010_001,
        product: SERVER,
        published: "2022-02-08",
        ..Fix::default()
    }];
    let world = World::with(|b| {
        Fix::state(SourceKind::Cve, &rows, b);
        b.fact(Fact::Vulnerability(VulnerabilityFact {
            id: "CVE-2022-90001".to_owned(),
            cves: vec![cve("CVE-2022-90001")],
            withdrawn: Some("2023-01-01".parse().expect("a day")),
            ..VulnerabilityFact::default()
        }));
    });
    let found = |day: &str| {
        let question = world.at(day);
        let verdicts = judge(&question, &server().with(&[]).host());
        world.find(&verdicts, "CVE-2022-90001").is_some()
    };
    assert!(found("2022-12-31"));
    assert!(!found("2023-01-01"));
}

#[test]
fn a_title_of_a_later_month_does_not_close_what_is_serviced_apart() {
    // Flash Player is part of Windows 10 and gets updates of its own.
    let rows = [Fix {
        cve: Some("CVE-2018-90001"),
        kb: 4_480_979,
        product: "Windows 10 Version 1607 for x64-based Systems",
        component: "Adobe Flash Player",
        published: "2018-06-07",
        ..Fix::default()
    }];
    let world = World::with(|b| Fix::state(SourceKind::WesNg, &rows, b));
    let machine = Machine::ten_1607().titled(
        9_999_999,
        "2019-03 Cumulative Update for Windows 10 Version 1607 for x64-based Systems (KB9999999)",
    );
    let line = world.line(&machine.host(), TODAY, "CVE-2018-90001");
    assert_ne!(line.verdict, Verdict::Fixed, "{line:?}");
}

#[test]
fn knowledge_that_ends_before_the_hosts_newest_update_makes_it_unknown_not_affected() {
    let world = World::builtin();
    let machine = |on: &str| server().with_on(5_999_001, day(on));
    for id in ["CVE-2021-34527", "CVE-2022-26809"] {
        let id: CveId = cve(id);
        let question = world.only("2027-01-01", &id.to_string());
        let verdicts = judge(&question, &machine("2026-12-10").host());
        for line in &verdicts.lines {
            assert_ne!(line.verdict, Verdict::Affected, "{line:?}");
            assert_ne!(line.verdict, Verdict::Fixed, "{line:?}");
        }
    }
}
