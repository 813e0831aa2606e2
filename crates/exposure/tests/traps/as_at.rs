//! The instant: what was published later does not count.

use exposure::judge::{Reason, Remedy, judge};
use model::fact::{EpssScore, Fact, FactSink as _, KnownExploited, Source, SourceKind};
use model::verdict::Verdict;

use crate::support::{Fix, Machine, World, cve, kb};

const ETERNAL: &str = "CVE-2017-0144";

#[test]
fn xp_before_the_fix_came_out_is_affected_and_no_fix_exists() {
    let world = World::builtin();
    for machine in [Machine::xp(), Machine::xp().cut(9), Machine::xp().unlisted()] {
        let line = world.line(&machine.host(), "2017-05-12", ETERNAL);
        assert_eq!(line.verdict, Verdict::Affected, "{line:?}");
        assert!(matches!(line.reasons[0], Reason::Unsupported { .. }), "{line:?}");
        assert_eq!(*line.remedies, [Remedy::NoneAvailable]);
    }
    let line = world.line(&Machine::xp().host(), "2017-05-14", ETERNAL);
    assert_eq!(line.verdict, Verdict::Affected);
    assert!(
        matches!(*line.remedies, [Remedy::InstallUpdate { kb, .. }] if kb.number() == 4_012_598),
        "{line:?}"
    );
    let line = world.line(&Machine::xp().unlisted().host(), "2017-05-14", ETERNAL);
    assert_eq!(line.verdict, Verdict::Unknown);
}

#[test]
fn a_republished_list_does_not_date_an_update_before_its_publisher_does() {
    let product = "Windows XP Service Pack 3";
    let rows = [Fix {
        cve: Some(ETERNAL),
        kb: 4_012_598,
        product,
        published: "2017-03-14",
        ..Fix::default()
    }];
    let world = World::with(|b| Fix::state(SourceKind::WesNg, &rows, b));
    let line = world.line(&Machine::xp().host(), "2017-05-12", ETERNAL);
    assert_eq!(*line.remedies, [Remedy::NoneAvailable], "{line:?}");
    // A flaw's row is dated by the flaw; the update came out in the month after.
    let product = "Windows 7 for 32-bit Systems Service Pack 1";
    let rows = [Fix {
        cve: Some("CVE-2019-90001"),
        kb: 4_489_878,
        product,
        published: "2019-02-12",
        ..Fix::default()
    }];
    let world = World::with(|b| Fix::state(SourceKind::WesNg, &rows, b));
    let host = Machine::seven()
        .titled(
            4_486_563,
            "2019-02 Security Monthly Quality Rollup for Windows 7 for x86-based Systems",
        )
        .host();
    let line = world.line(&host, "2026-06-30", "CVE-2019-90001");
    assert_eq!(line.verdict, Verdict::Affected, "{line:?}");
}

#[test]
fn a_fix_that_is_installed_counts_whatever_the_day() {
    let world = World::builtin();
    let line = world.line(&Machine::xp().with(&[4_012_598]).host(), "2017-05-12", ETERNAL);
    assert_eq!(line.verdict, Verdict::Fixed);
}

#[test]
fn a_supported_product_whose_fix_is_not_out_yet_is_affected_without_one() {
    let product = "Windows 11 Version 24H2 for x64-based Systems";
    let rows = [
        Fix {
            cve: Some("CVE-2025-90001"),
            kb: 5_060_001,
            product: "Windows Server 2022",
            published: "2025-05-13",
            ..Fix::default()
        },
        Fix {
            cve: Some("CVE-2025-90001"),
            kb: 5_060_002,
            product,
            published: "2025-06-10",
            build: "10.0.26100.4349",
            ..Fix::default()
        },
    ];
    let world = World::with(|b| Fix::state(SourceKind::MsrcCvrf, &rows, b));
    for version in ["10.0.26100 N/A Build 26100", "10.0.26100.100"] {
        let machine = || Machine::windows("Microsoft Windows 11 Pro", version, "x64-based PC");
        for machine in [machine(), machine().with(&[]), machine().with(&[]).cut(7)] {
            let line = world.line(&machine.host(), "2025-06-09", "CVE-2025-90001");
            assert_eq!(line.verdict, Verdict::Affected, "{line:?}");
            assert_eq!(*line.remedies, [Remedy::NoneAvailable], "{line:?}");
            assert_eq!(line.advisory, "CVE-2025-90001", "named after an update not out yet");
        }
        let line = world.line(&machine().with(&[]).host(), "2025-06-10", "CVE-2025-90001");
        assert_eq!(line.advisory, "KB5060002");
        assert!(matches!(line.remedies[0], Remedy::InstallUpdate { .. }));
    }
    let question = world.at("2025-05-12");
    let verdicts = judge(
        &question,
        &Machine::windows("Microsoft Windows 11 Pro", "10.0.26100 Build 26100", "x64-based PC")
            .with(&[])
            .host(),
    );
    assert!(world.find(&verdicts, "CVE-2025-90001").is_none(), "not public yet");
}

#[test]
fn remedies_grow_with_the_day_and_never_name_what_is_not_out() {
    let world = World::builtin();
    let offered = |day: &str| -> Vec<u32> {
        let line = world.line(&Machine::seven().host(), day, ETERNAL);
        line.remedies
            .iter()
            .filter_map(|r| match r {
                Remedy::InstallUpdate { kb, .. } => Some(kb.number()),
                _ => None,
            })
            .collect()
    };
    assert_eq!(offered("2017-03-14"), [4_012_215, 4_012_212]);
    let later = offered("2026-06-30");
    for number in offered("2017-03-14") {
        assert!(later.contains(&number));
    }
    let question = world.at("2017-05-12");
    let verdicts = judge(&question, &Machine::seven().host());
    for step in exposure::judge::steps(&question, &verdicts, &[]) {
        assert_ne!(step.remedy, Remedy::InstallUpdate { kb: kb(4_022_719), kind: 2 });
    }
}

/// KB4019265 is the preview of May 2017: a week later it contains the rollup of the second Tuesday,
/// and is not for everybody.
#[test]
fn a_rollup_that_only_a_preview_contains_stays_on_offer() {
    let world = World::builtin();
    let first = |day: &str| {
        let question = world.at(day);
        let verdicts = judge(&question, &Machine::seven().host());
        exposure::judge::steps(&question, &verdicts, &[])[0].remedy.clone()
    };
    let rollup = |number| Remedy::InstallUpdate { kb: kb(number), kind: 2 };
    assert_eq!(first("2017-05-12"), rollup(4_019_264));
    assert_eq!(first("2017-05-19"), rollup(4_019_264));
    assert_eq!(first("2017-06-13"), rollup(4_022_719));
}

#[test]
fn nothing_published_later_appears() {
    let world = World::builtin();
    let host = Machine::seven().host();
    let mut before: Vec<_> = Vec::new();
    for day in ["2017-03-13", "2017-03-14", "2019-05-13", "2019-05-14", "2020-08-11", "2026-06-30"]
    {
        let question = world.at(day);
        let verdicts = judge(&question, &host);
        let mut now: Vec<_> =
            verdicts.lines.iter().flat_map(|l| l.vulnerabilities.to_vec()).collect();
        now.sort_unstable();
        assert!(before.iter().all(|v| now.contains(v)), "{day}: a flaw was forgotten");
        before = now;
    }
    let question = world.at("2017-03-13");
    let early = judge(&question, &host);
    assert!(world.find(&early, ETERNAL).is_none());
    let question = world.at("2019-05-13");
    let early = judge(&question, &host);
    assert!(world.find(&early, "CVE-2019-0708").is_none());
}

#[test]
fn exploitation_counts_from_the_day_it_was_catalogued() {
    let world = World::with(|b| {
        Fix::state(
            SourceKind::MsrcCvrf,
            &[Fix { cve: Some("CVE-2022-90001"), kb: 5_009_566, ..Fix::default() }],
            b,
        );
        b.source(Source {
            kind: SourceKind::Kev,
            id: "written by us".to_owned(),
            title: None,
            publisher: None,
            url: None,
            published: None,
            as_of: None,
        });
        for (added, ransomware) in [("2022-03-01", Some(false)), ("2022-02-01", Some(true))] {
            b.fact(Fact::KnownExploited(KnownExploited {
                cve: cve("CVE-2022-90001"),
                name: "A flaw".to_owned(),
                vendor: "Microsoft".to_owned(),
                product: "Windows".to_owned(),
                added: added.parse().expect("a day"),
                due: None,
                ransomware,
                action: "Update.".to_owned(),
            }));
        }
    });
    let host =
        Machine::windows("Microsoft Windows 11 Pro", "10.0.22000 Build 22000", "x64-based PC")
            .with(&[])
            .host();
    let policy = exposure::deadline::Policy::built_in("nhs-14-day").expect("a built-in policy");
    for (day, kev) in [("2022-01-31", false), ("2022-02-01", true), ("2026-01-01", true)] {
        let question = world.only(day, "CVE-2022-90001");
        let line = world.line(&host, day, "CVE-2022-90001");
        let urgency = exposure::judge::urgency(&question, &line, &policy, None);
        assert_eq!((urgency.kev, urgency.ransomware), (kev, kev), "{day}");
    }
}

#[test]
fn of_several_exploit_predictions_the_newest_day_wins() {
    let scores = [("2022-05-01", 0.5), ("2022-07-01", 0.9), ("2022-06-01", 0.1)];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let world = World::with(|b| {
            for at in order {
                let (day, probability) = scores[at];
                b.fact(Fact::Epss(EpssScore {
                    cve: cve("CVE-2022-90001"),
                    probability,
                    percentile: 0.5,
                    date: Some(day.parse().expect("a day")),
                }));
            }
        });
        let view = world.view();
        let row = view.vulnerabilities.iter().find(|v| v.id.as_str() == "CVE-2022-90001");
        assert_eq!(row.map(|r| r.epss_millionths.to_native()), Some(900_000));
    }
}

#[test]
fn windows_7_before_its_patch_day_has_nothing_to_answer() {
    let world = World::builtin();
    let question = world.only("2017-03-13", ETERNAL);
    assert!(judge(&question, &Machine::seven().host()).lines.is_empty());
    assert_eq!(
        world.line(&Machine::seven().host(), "2017-03-14", ETERNAL).verdict,
        Verdict::Affected
    );
}
