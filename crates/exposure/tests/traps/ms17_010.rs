//! MS17-010, every row of its table: what fixes it, what does not, and what decides.

use exposure::judge::{Reason, Remedy, judge};
use model::evidence::{Completeness, UpdateListKind};
use model::fact::SourceKind;
use model::verdict::Verdict;

use crate::support::{Fix, Machine, World, day, kb};

const ETERNAL: &str = "CVE-2017-0144";
const TODAY: &str = "2026-06-30";

/// Name, version and system type of a host, the updates that fix it, and updates that do not.
type Row = (&'static str, &'static str, &'static str, &'static [u32], &'static [u32]);

/// One row for each product of the bulletin's table.
const PRODUCTS: [Row; 18] = [
    (
        "Microsoft Windows Vista Business",
        "6.0.6002 Service Pack 2 Build 6002",
        "x64-based PC",
        &[4_012_598],
        &[3_177_186],
    ),
    (
        "Microsoft Windows Server 2008 Standard",
        "6.0.6002 Service Pack 2 Build 6002",
        "X86-based PC",
        &[4_012_598, 4_018_466],
        &[3_177_186],
    ),
    (
        "Microsoft Windows Server 2008 for Itanium",
        "6.0.6002 Service Pack 2 Build 6002",
        "Itanium-based System",
        &[4_012_598],
        &[3_177_186],
    ),
    (
        "Microsoft Windows 7 Enterprise",
        "6.1.7601 Service Pack 1 Build 7601",
        "X86-based PC",
        &[4_012_212, 4_012_215, 4_012_218, 4_015_549, 4_015_552, 4_019_263, 4_019_264],
        &[3_212_646, 4_015_546, 4_012_213, 4_040_957],
    ),
    (
        "Microsoft Windows 7 Professional",
        "6.1.7601 Service Pack 1 Build 7601",
        "x64-based PC",
        &[4_012_212, 4_012_215, 4_019_264],
        &[3_212_646, 4_015_546, 4_012_598],
    ),
    (
        "Microsoft Windows Server 2008 R2 Standard",
        "6.1.7601 Service Pack 1 Build 7601",
        "x64-based PC",
        &[4_012_212, 4_012_215, 4_019_264],
        &[3_212_646, 4_015_546],
    ),
    (
        "Microsoft Windows 8.1 Pro",
        "6.3.9600 N/A Build 9600",
        "X86-based PC",
        &[4_012_213, 4_012_216, 4_012_219, 4_015_550, 4_015_553, 4_019_213, 4_019_215],
        &[3_205_401, 4_015_547],
    ),
    (
        "Microsoft Windows 8.1 Enterprise",
        "6.3.9600 N/A Build 9600",
        "x64-based PC",
        &[4_012_213, 4_012_216],
        &[3_205_401, 4_015_547],
    ),
    (
        "Microsoft Windows Server 2012 R2 Standard",
        "6.3.9600 N/A Build 9600",
        "x64-based PC",
        &[4_012_213, 4_012_216],
        &[3_205_401, 4_015_547],
    ),
    (
        "Microsoft Windows Server 2012 Datacenter",
        "6.2.9200 N/A Build 9200",
        "x64-based PC",
        &[4_012_214, 4_012_217, 4_012_220, 4_015_551, 4_015_554, 4_019_214, 4_019_216],
        &[3_205_409, 4_015_548],
    ),
    (
        "Microsoft Windows 10 Enterprise",
        "10.0.10240 N/A Build 10240",
        "x64-based PC",
        &[4_012_606, 4_015_221, 4_019_474],
        &[3_210_720],
    ),
    (
        "Microsoft Windows 10 Pro",
        "10.0.10586 N/A Build 10586",
        "X86-based PC",
        &[4_013_198, 4_015_219, 4_019_473],
        &[3_210_721],
    ),
    (
        "Microsoft Windows 10 Pro",
        "10.0.14393 N/A Build 14393",
        "x64-based PC",
        &[4_013_429, 4_015_438, 4_015_217, 4_016_635, 4_019_472],
        &[3_213_986],
    ),
    (
        "Microsoft Windows Server 2016 Standard",
        "10.0.14393 N/A Build 14393",
        "x64-based PC",
        &[4_013_429, 4_015_438, 4_015_217, 4_016_635, 4_019_472],
        &[3_213_986],
    ),
    (
        "Microsoft Windows XP Professional",
        "5.1.2600 Service Pack 3 Build 2600",
        "X86-based PC",
        &[4_012_598],
        &[958_644],
    ),
    (
        "Microsoft Windows XP Professional x64 Edition",
        "5.2.3790 Service Pack 2 Build 3790",
        "x64-based PC",
        &[4_012_598],
        &[958_644],
    ),
    (
        "Microsoft(R) Windows(R) Server 2003, Standard Edition",
        "5.2.3790 Service Pack 2 Build 3790",
        "X86-based PC",
        &[4_012_598],
        &[958_644],
    ),
    (
        "Microsoft Windows 8 Pro",
        "6.2.9200 N/A Build 9200",
        "x64-based PC",
        &[4_012_598],
        &[3_205_409],
    ),
];

fn rows() -> impl Iterator<Item = (Machine, &'static Row)> {
    PRODUCTS.iter().map(|row| (Machine::windows(row.0, row.1, row.2).with(&[]), row))
}

#[test]
fn a_host_without_any_fix_is_affected_and_every_alternative_is_offered() {
    let world = World::builtin();
    for (machine, row) in rows() {
        let line = world.line(&machine.host(), TODAY, ETERNAL);
        assert_eq!(line.verdict, Verdict::Affected, "{row:?}");
        assert_eq!(line.advisory, "MS17-010");
        assert_eq!(line.vulnerabilities.len(), 1);
        let first = row.3[0];
        assert!(
            line.remedies
                .iter()
                .any(|r| matches!(r, Remedy::InstallUpdate { kb: offered, .. } if offered.number() == first)),
            "{row:?}: {:?}",
            line.remedies
        );
    }
}

#[test]
fn any_one_of_the_alternatives_is_enough() {
    let world = World::builtin();
    for (machine, row) in rows() {
        for number in row.3 {
            let line = world.line(&machine.clone().with(&[*number]).host(), TODAY, ETERNAL);
            assert_eq!(line.verdict, Verdict::Fixed, "KB{number} on {}", row.0);
            assert!(line.remedies.is_empty());
        }
    }
}

#[test]
fn replaced_updates_and_security_only_ones_of_april_do_not_fix() {
    let world = World::builtin();
    for (machine, row) in rows() {
        let host = machine.clone().with(row.4).host();
        let line = world.line(&host, TODAY, ETERNAL);
        assert_eq!(line.verdict, Verdict::Affected, "{:?} on {}", row.4, row.0);
    }
}

#[test]
fn a_republished_list_that_calls_a_later_security_only_update_a_fix_is_not_believed() {
    let product = "Windows 7 for 32-bit Systems Service Pack 1";
    let rows = [
        Fix {
            cve: Some(ETERNAL),
            kb: 4_012_212,
            product,
            published: "2017-03-14",
            ..Fix::default()
        },
        Fix {
            cve: Some(ETERNAL),
            kb: 4_015_546,
            product,
            published: "2017-04-11",
            ..Fix::default()
        },
    ];
    let world = World::with(|b| Fix::state(SourceKind::WesNg, &rows, b));
    let line = world.line(&Machine::seven().with(&[4_015_546]).host(), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Affected, "{line:?}");
    let line = world.line(&Machine::seven().with(&[4_012_212]).host(), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Fixed);
}

#[test]
fn a_republished_update_is_not_offered_where_the_publisher_has_none() {
    let product = "Windows XP Service Pack 2";
    let rows = [Fix {
        cve: Some(ETERNAL),
        kb: 4_012_598,
        product,
        published: "2017-03-14",
        ..Fix::default()
    }];
    let world = World::with(|b| Fix::state(SourceKind::WesNg, &rows, b));
    let machine = Machine::windows(
        "Microsoft Windows XP Professional",
        "5.1.2600 Service Pack 2 Build 2600",
        "X86-based PC",
    );
    let line = world.line(&machine.with(&[]).host(), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Affected);
    assert!(matches!(line.remedies[0], Remedy::ServicePack(3)), "{line:?}");
}

#[test]
fn a_security_only_update_supersedes_nothing_whatever_a_feed_says() {
    let product = "Windows 7 for 32-bit Systems Service Pack 1";
    let rows = [Fix {
        kb: 4_015_546,
        product,
        published: "2017-04-11",
        supersedes: &[4_012_212, 4_012_215],
        ..Fix::default()
    }];
    let world = World::with(|b| Fix::state(SourceKind::WesNg, &rows, b));
    let line = world.line(&Machine::seven().with(&[4_015_546]).host(), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Affected);
}

#[test]
fn a_later_rollup_that_hides_the_march_update_is_credited_with_its_chain() {
    let world = World::builtin();
    let line = world.line(&Machine::seven().with(&[4_486_563]).host(), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Fixed);
    let Reason::UpdateContainsFix { installed, chain, .. } = &line.reasons[0] else {
        panic!("{line:?}")
    };
    assert_eq!(*installed, kb(4_486_563));
    assert_eq!((chain.first(), chain.last()), (Some(installed), Some(&kb(4_012_215))));
}

#[test]
fn the_chain_begins_with_the_update_that_is_named_as_installed() {
    let world = World::builtin();
    for installed in [[4_486_563, 4_019_264], [4_019_264, 4_486_563], [4_015_549, 4_489_878]] {
        let line = world.line(&Machine::seven().with(&installed).host(), TODAY, ETERNAL);
        match &line.reasons[0] {
            Reason::UpdateContainsFix { installed, chain, row, .. } => {
                assert_eq!(chain.first(), Some(installed), "{line:?}");
                assert_eq!(row.raw, installed.to_string());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_build_decides_over_the_list_both_ways() {
    let world = World::builtin();
    let below = Machine::windows("Microsoft Windows 10 Pro", "10.0.14393.693", "x64-based PC");
    let at = Machine::windows("Microsoft Windows 10 Pro", "10.0.14393.953", "x64-based PC");
    let past = Machine::windows("Microsoft Windows 10 Pro", "10.0.14393.2969", "x64-based PC");
    // Listed as installed, but the build that runs is older: rolled back, or never restarted.
    let line = world.line(&below.with(&[4_013_429]).host(), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Affected);
    assert!(matches!(line.reasons[0], Reason::BuildBelowFix { .. }));
    for machine in [at, past] {
        for machine in [machine.clone(), machine.clone().with(&[]), machine.with(&[]).cut(9)] {
            let line = world.line(&machine.host(), TODAY, ETERNAL);
            assert_eq!(line.verdict, Verdict::Fixed);
            assert!(matches!(line.reasons[0], Reason::BuildShowsFix { .. }));
        }
    }
}

#[test]
fn a_build_of_another_branch_decides_nothing() {
    let product = "Windows Server 2016";
    // A fix that is stated for another branch only.
    let rows = [Fix {
        cve: Some("CVE-2030-90001"),
        kb: 9_000_001,
        product,
        published: "2030-01-01",
        build: "10.0.17763.100",
        ..Fix::default()
    }];
    let world = World::with(|b| Fix::state(SourceKind::MsrcCvrf, &rows, b));
    let machine = Machine::windows("Microsoft Windows Server 2016", "10.0.14393.9999", "");
    let line = world.line(&machine.unlisted().host(), "2030-02-01", "CVE-2030-90001");
    assert_eq!(line.verdict, Verdict::Unknown, "{line:?}");
}

#[test]
fn products_that_came_out_after_the_fix_are_not_affected() {
    let world = World::builtin();
    for (name, version) in [
        ("Microsoft Windows 10 Pro", "10.0.15063 N/A Build 15063"),
        ("Microsoft Windows 10 Pro", "10.0.19045 N/A Build 19045"),
        ("Microsoft Windows 11 Pro", "10.0.22621 N/A Build 22621"),
        ("Microsoft Windows Server 2019 Standard", "10.0.17763 N/A Build 17763"),
        ("Microsoft Windows Server 2022 Standard", "10.0.20348 N/A Build 20348"),
    ] {
        let machine = Machine::windows(name, version, "x64-based PC");
        let line = world.line(&machine.host(), TODAY, ETERNAL);
        assert_eq!(line.verdict, Verdict::NotAffected, "{name} {version}");
    }
}

#[test]
fn a_service_pack_that_gets_no_fix_is_affected_whatever_the_list_shows() {
    let world = World::builtin();
    for (name, version) in [
        ("Microsoft Windows 7 Professional", "6.1.7600 N/A Build 7600"),
        ("Microsoft Windows Vista Business", "6.0.6001 Service Pack 1 Build 6001"),
        ("Microsoft Windows XP Professional", "5.1.2600 Service Pack 2 Build 2600"),
    ] {
        for machine in [
            Machine::windows(name, version, "X86-based PC"),
            Machine::windows(name, version, "X86-based PC").with(&[]),
            Machine::windows(name, version, "X86-based PC").with(&[958_644]).cut(40),
        ] {
            let line = world.line(&machine.host(), TODAY, ETERNAL);
            assert_eq!(line.verdict, Verdict::Affected, "{name} {version}");
            assert!(
                matches!(line.remedies[0], Remedy::ServicePack(_) | Remedy::NoneAvailable),
                "{line:?}"
            );
        }
    }
}

#[test]
fn what_a_list_does_not_show_proves_nothing_unless_it_shows_everything() {
    let world = World::builtin();
    let seven = || Machine::seven().with(&[2_534_111, 976_902]);
    let cases = [
        (seven(), Verdict::Affected),
        (seven().cut(3), Verdict::Unknown),
        (seven().list_is(UpdateListKind::History, Completeness::Complete), Verdict::Unknown),
        (
            seven().list_is(UpdateListKind::Hotfixes, Completeness::Partial("a part")),
            Verdict::Unknown,
        ),
        (seven().list_is(UpdateListKind::Missing, Completeness::Complete), Verdict::Unknown),
        (seven().unlisted(), Verdict::Unknown),
    ];
    for (machine, expected) in cases {
        let words = format!("{:?}", machine.evidence.updates);
        let line = world.line(&machine.host(), TODAY, ETERNAL);
        assert_eq!(line.verdict, expected, "{words}");
    }
    // A cut list still proves what it shows.
    let line = world.line(&seven().with(&[4_012_212]).cut(400).host(), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Fixed);
    // A list of missing updates does not install them.
    let missing =
        seven().with(&[4_012_212]).list_is(UpdateListKind::Missing, Completeness::Complete);
    let line = world.line(&missing.host(), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Unknown);
}

#[test]
fn six_flaws_that_one_update_fixes_are_one_line() {
    let world = World::builtin();
    let question = world.only(TODAY, "MS17-010");
    let verdicts = judge(&question, &Machine::seven().host());
    assert_eq!(verdicts.lines.len(), 1);
    assert_eq!(verdicts.lines[0].vulnerabilities.len(), 6);
}

#[test]
fn a_title_proves_later_months_only() {
    let world = World::builtin();
    let title = |month: &str| {
        Machine::ten_1607()
            .titled(
                9_999_999,
                &format!(
                    "{month} Cumulative Update for Windows 10 Version 1607 for x64-based Systems"
                ),
            )
            .list_is(UpdateListKind::History, Completeness::Partial("history"))
    };
    let verdict = |machine: Machine| world.line(&machine.host(), TODAY, ETERNAL).verdict;
    assert_eq!(verdict(title("2019-03")), Verdict::Fixed);
    assert_eq!(verdict(title("2017-02")), Verdict::Unknown);
    // The month of the fix: its update may be from before or after.
    assert_eq!(verdict(title("2017-03")), Verdict::Unknown);
    for other in [
        "2019-03 Cumulative Update for .NET Framework 4.8 for Windows 10 Version 1607",
        "2019-03 Servicing Stack Update for Windows 10 Version 1607 for x64-based Systems",
        "2019-03 Cumulative Update for Windows 10 Version 1809 for x64-based Systems",
    ] {
        let machine = Machine::ten_1607()
            .titled(9_999_999, other)
            .list_is(UpdateListKind::History, Completeness::Partial("history"));
        assert_eq!(verdict(machine), Verdict::Unknown, "{other}");
    }
}

#[test]
fn the_cumulative_update_of_the_month_does_not_hold_a_fix_that_came_out_days_later() {
    // Windows 10 1903: KB4540673 of 10 March 2020, and KB4551762 of 12 March with the fix of
    // CVE-2020-0796. Both are titled "2020-03 Cumulative Update".
    let world = World::builtin();
    let host = |number: u32| {
        Machine::windows("Microsoft Windows 10 Pro", "10.0.18362 N/A Build 18362", "x64-based PC")
            .titled(
                number,
                "2020-03 Cumulative Update for Windows 10 Version 1903 for x64-based Systems",
            )
            .host()
    };
    let line = world.line(&host(4_540_673), TODAY, "CVE-2020-0796");
    assert_eq!(line.verdict, Verdict::Affected, "{line:?}");
    let line = world.line(&host(4_551_762), TODAY, "CVE-2020-0796");
    assert_eq!(line.verdict, Verdict::Fixed, "{line:?}");
}

#[test]
fn a_list_with_an_update_newer_than_this_knowledge_is_unknown() {
    let product = "Windows 11 Version 24H2 for x64-based Systems";
    let rows = [Fix {
        cve: Some("CVE-2026-90001"),
        kb: 5_090_001,
        product,
        published: "2026-06-09",
        ..Fix::default()
    }];
    let world = World::with(|b| Fix::state(SourceKind::MsrcCvrf, &rows, b));
    let host = || {
        Machine::windows("Microsoft Windows 11 Pro", "10.0.26100 N/A Build 26100", "x64-based PC")
            .with(&[5_005_635])
    };
    let verdict = |m: Machine| world.line(&m.host(), "2026-12-01", "CVE-2026-90001").verdict;
    assert_eq!(verdict(host()), Verdict::Affected);
    assert_eq!(verdict(host().with(&[5_999_999])), Verdict::Unknown);
    // Numbers are given out before they are used: the day tells, too.
    assert_eq!(verdict(host().with_on(5_080_123, day("2026-10-14"))), Verdict::Unknown);
    assert_eq!(verdict(host().with_on(5_080_123, day("2026-05-14"))), Verdict::Affected);
}

#[test]
fn nothing_is_newer_than_the_last_update_of_a_product_out_of_support() {
    let world = World::builtin();
    let host = Machine::seven().with_on(9_999_999, day("2026-05-01")).host();
    assert_eq!(world.line(&host, TODAY, ETERNAL).verdict, Verdict::Affected);
}
