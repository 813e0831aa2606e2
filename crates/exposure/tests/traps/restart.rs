//! Installed is not in effect until the host has started again.

use exposure::judge::{Reason, Remedy};
use model::evidence::DateTimeReading;
use model::verdict::Verdict;

use crate::support::{Machine, World, boot, day, either, from_piece};

const ETERNAL: &str = "CVE-2017-0144";
const TODAY: &str = "2026-06-30";
const ROLLUP: u32 = 4_012_215;
const LATER: u32 = 4_019_264;

fn judged(machine: Machine) -> (Verdict, Reason, Vec<Remedy>) {
    let line = World::builtin().line(&machine.host(), TODAY, ETERNAL);
    (line.verdict, line.reasons[0].clone(), line.remedies.into_owned())
}

#[test]
fn installed_after_the_last_start_is_affected_and_a_restart_closes_it() {
    for number in [ROLLUP, LATER] {
        let machine =
            Machine::seven().with_on(number, day("2017-06-20")).booted(boot("2017-06-01T08:00:00"));
        let (verdict, reason, remedies) = judged(machine);
        assert_eq!(verdict, Verdict::Affected, "KB{number}");
        assert!(matches!(reason, Reason::PendingRestart { .. }));
        assert_eq!(remedies, [Remedy::Restart]);
    }
}

#[test]
fn installed_before_the_last_start_is_in_effect() {
    let machine =
        Machine::seven().with_on(ROLLUP, day("2017-05-31")).booted(boot("2017-06-01T08:00:00"));
    assert_eq!(judged(machine).0, Verdict::Fixed);
}

#[test]
fn installed_on_the_day_of_the_last_start_is_fixed_and_says_that_the_order_is_not_shown() {
    let machine =
        Machine::seven().with_on(ROLLUP, day("2017-06-01")).booted(boot("2017-06-01T08:00:00"));
    let (verdict, reason, _) = judged(machine);
    assert_eq!(verdict, Verdict::Fixed);
    assert!(matches!(reason, Reason::UpdateInstalled { same_day: true, .. }));
}

#[test]
fn one_fix_in_effect_is_enough_beside_another_that_waits() {
    let machine = Machine::seven()
        .with_on(ROLLUP, day("2017-04-01"))
        .with_on(LATER, day("2017-06-20"))
        .booted(boot("2017-06-01T08:00:00"));
    assert_eq!(judged(machine).0, Verdict::Fixed);
}

#[test]
fn a_date_that_can_be_read_as_before_or_after_the_start_is_unknown() {
    let cases = [
        // The update's day is 4 March or 3 April.
        (either("2017-03-04", "2017-04-03"), boot("2017-03-20T08:00:00"), Verdict::Unknown),
        (either("2017-03-04", "2017-04-03"), boot("2017-04-20T08:00:00"), Verdict::Fixed),
        (either("2017-03-04", "2017-04-03"), boot("2017-03-01T08:00:00"), Verdict::Affected),
        // The start is on 4 March or 3 April.
        (
            day("2017-03-20"),
            DateTimeReading::days(&either("2017-03-04", "2017-04-03")),
            Verdict::Unknown,
        ),
        (
            day("2017-03-02"),
            DateTimeReading::days(&either("2017-03-04", "2017-04-03")),
            Verdict::Fixed,
        ),
        (
            day("2017-05-02"),
            DateTimeReading::days(&either("2017-03-04", "2017-04-03")),
            Verdict::Affected,
        ),
    ];
    for (on, start, expected) in cases {
        let words = format!("{} and {}", on.raw, start.raw);
        let (verdict, _, remedies) = judged(Machine::seven().with_on(ROLLUP, on).booted(start));
        assert_eq!(verdict, expected, "{words}");
        if verdict != Verdict::Fixed {
            assert_eq!(remedies, [Remedy::Restart], "{words}");
        }
    }
}

#[test]
fn a_start_recorded_before_the_update_was_installed_says_nothing_of_later_starts() {
    let world = World::builtin();
    let earlier =
        || Machine::seven().booted(boot("2017-02-01T08:00:00")).collected("2017-02-10T08:00:00");
    let later = || Machine::silent().with_on(ROLLUP, day("2017-03-20"));
    for files in [
        vec![("a.txt", earlier()), ("b.txt", later())],
        vec![("b.txt", later()), ("a.txt", earlier())],
    ] {
        let line = world.line(&from_piece(files), TODAY, ETERNAL);
        assert_eq!(line.verdict, Verdict::Fixed, "{line:?}");
    }
    // Without a day of collection the start may be the last one: the update waits.
    let undated = Machine::seven().booted(boot("2017-02-01T08:00:00"));
    let line =
        world.line(&from_piece(vec![("a.txt", undated), ("b.txt", later())]), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Affected);
    assert_eq!(*line.remedies, [Remedy::Restart]);
}

#[test]
fn a_build_from_before_the_installation_is_history() {
    let world = World::builtin();
    let old = || {
        Machine::windows("Microsoft Windows 10 Pro", "10.0.14393.693", "x64-based PC")
            .collected("2017-02-10T08:00:00")
    };
    let new = |on: &str| Machine::silent().with_on(4_013_429, day(on));
    let verdict = |files| world.line(&from_piece(files), TODAY, ETERNAL).verdict;
    assert_eq!(verdict(vec![("a", old()), ("b", new("2017-03-20"))]), Verdict::Fixed);
    assert_eq!(verdict(vec![("b", new("2017-03-20")), ("a", old())]), Verdict::Fixed);
    assert_eq!(verdict(vec![("a", old()), ("b", new("2017-01-20"))]), Verdict::Affected);
}

#[test]
fn two_rows_on_one_update_count_alike_in_any_order() {
    let world = World::builtin();
    let start = boot("2017-03-20T08:00:00");
    let rows = [
        (either("2017-03-04", "2017-04-03"), day("2017-03-04"), Verdict::Fixed),
        (day("2017-03-04"), day("2017-05-04"), Verdict::Fixed),
    ];
    for (one, other, expected) in rows {
        for (first, second) in [(&one, &other), (&other, &one)] {
            let files = vec![
                ("a", Machine::seven().with_on(ROLLUP, first.clone()).booted(start.clone())),
                ("b", Machine::silent().with_on(ROLLUP, second.clone())),
            ];
            let line = world.line(&from_piece(files), TODAY, ETERNAL);
            assert_eq!(line.verdict, expected, "{line:?}");
        }
    }
}

#[test]
fn an_update_that_waits_does_not_show_that_a_role_is_there() {
    let world = World::builtin();
    let server =
        || Machine::windows("Microsoft Windows Server 2019 Standard", "10.0.17763 Build 17763", "");
    let start = boot("2022-01-01T08:00:00");
    // CVE-2020-1350 is a flaw of the DNS server role.
    let verdict = |m: Machine| world.line(&m.host(), TODAY, "CVE-2020-1350").verdict;
    assert_eq!(verdict(server().with(&[])), Verdict::Unknown);
    let waits = server().with_on(5_017_379, day("2022-09-20")).booted(start.clone());
    assert_eq!(verdict(waits), Verdict::Unknown);
    let in_effect = server().with_on(5_017_379, day("2021-09-20")).booted(start);
    assert_eq!(verdict(in_effect), Verdict::Fixed);
}

#[test]
fn what_may_hold_the_fix_and_is_in_effect_outweighs_a_fix_that_waits() {
    let world = World::builtin();
    let server = || {
        Machine::windows("Microsoft Windows Server 2022", "10.0.20348 Build 20348", "")
            .booted(boot("2026-11-01T08:00:00"))
    };
    let verdict = |m: Machine| world.line(&m.host(), "2027-01-01", "CVE-2022-26809").verdict;
    let fix = 5_087_545;
    let waits = || server().with_on(fix, day("2026-12-01"));
    assert_eq!(verdict(waits()), Verdict::Affected);
    assert_eq!(verdict(waits().with_on(5_999_999, day("2026-10-20"))), Verdict::Unknown);
    // What waits itself is not in effect, whatever it holds.
    assert_eq!(verdict(waits().with_on(5_999_999, day("2026-12-20"))), Verdict::Affected);
    assert_eq!(verdict(server().with_on(5_999_999, day("2026-12-20"))), Verdict::Affected);
}
