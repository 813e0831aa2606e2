//! What must hold for every host: more evidence never frightens, less never reassures, and the
//! order of things changes nothing.

use std::collections::BTreeMap;

use exposure::host::Host;
use exposure::judge::{HostVerdicts, VulnerabilityRef, judge};
use exposure::knowledge::schema::update_kind;
use model::evidence::{Completeness, DateReading, UpdateListKind};
use model::fact::SourceKind;
use model::verdict::Verdict;
use proptest::prelude::*;

use crate::support::{Fix, Machine, World, boot, day, either, from_piece};

const TODAY: &str = "2026-06-30";

/// Hosts of several products, without updates.
const SYSTEMS: [(&str, &str); 5] = [
    ("Microsoft Windows 7 Enterprise", "6.1.7601 Service Pack 1 Build 7601"),
    ("Microsoft Windows 10 Pro", "10.0.14393 N/A Build 14393"),
    ("Microsoft Windows 10 Pro", "10.0.18362 N/A Build 18362"),
    ("Microsoft Windows Server 2019 Standard", "10.0.17763 N/A Build 17763"),
    ("Microsoft Windows XP Professional", "5.1.2600 Service Pack 3 Build 2600"),
];

/// Updates that the built-in knowledge has for these products, and some that it has not.
fn pool() -> Vec<u32> {
    let view = World::builtin().view();
    let mut pool: Vec<u32> = view
        .windows
        .iter()
        .flat_map(|row| {
            let count = row.updates.len();
            row.updates
                .iter()
                .enumerate()
                .filter(move |(at, u)| {
                    at % 7 == 0 || count < 20 || u.kind == update_kind::UNVERIFIED_CONTAINER
                })
                .map(|(_, u)| u.kb.to_native())
        })
        .chain([2_534_111, 976_902, 4_040_957, 9_999_999])
        .collect();
    pool.sort_unstable();
    pool.dedup();
    pool
}

fn by_flaw(verdicts: &HostVerdicts) -> BTreeMap<VulnerabilityRef, Verdict> {
    let mut map = BTreeMap::new();
    for line in &verdicts.lines {
        for vulnerability in line.vulnerabilities.iter() {
            let twice = map.insert(*vulnerability, line.verdict);
            assert!(twice.is_none(), "{vulnerability:?} stands in two lines");
        }
    }
    map
}

fn judged(host: &Host) -> BTreeMap<VulnerabilityRef, Verdict> {
    by_flaw(&judge(&World::builtin().at(TODAY), host))
}

fn machine(system: usize, kbs: &[u32]) -> Machine {
    let (name, version) = SYSTEMS[system];
    Machine::windows(name, version, "x64-based PC").with(kbs)
}

fn date() -> impl Strategy<Value = Option<DateReading>> {
    prop_oneof![
        Just(None),
        Just(Some(day("2019-01-10"))),
        Just(Some(day("2019-06-01"))),
        Just(Some(day("2019-12-31"))),
        Just(Some(either("2019-03-12", "2019-12-03"))),
        Just(Some(either("2019-05-06", "2019-06-05"))),
    ]
}

fn indices() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever was fixed stays fixed, and nothing becomes affected, when an update is added.
    #[test]
    fn an_installed_update_never_makes_a_host_more_affected(
        system in 0..SYSTEMS.len(),
        have in indices(),
        more in any::<prop::sample::Index>(),
        dates in prop::collection::vec(date(), 7),
        booted in any::<bool>(),
    ) {
        let pool = pool();
        let mut before = machine(system, &[]);
        if booted {
            before = before.booted(boot("2019-06-01T06:00:00"));
        }
        for (at, on) in have.iter().zip(&dates) {
            before = match on {
                Some(on) => before.with_on(*at.get(&pool), on.clone()),
                None => before.with(&[*at.get(&pool)]),
            };
        }
        let number = *more.get(&pool);
        let after = match dates.last().cloned().flatten() {
            Some(on) => before.clone().with_on(number, on),
            None => before.clone().with(&[number]),
        };
        let (before, after) = (judged(&before.host()), judged(&after.host()));
        for (flaw, verdict) in &after {
            let was = before.get(flaw).copied();
            prop_assert!(
                *verdict != Verdict::Affected || was == Some(Verdict::Affected),
                "KB{number}: {flaw:?} was {was:?} and is {verdict}"
            );
            prop_assert!(
                was != Some(Verdict::Fixed) || *verdict == Verdict::Fixed,
                "KB{number}: {flaw:?} was fixed and is {verdict}"
            );
        }
        prop_assert_eq!(before.len(), after.len());
    }

    /// A list that is cut, or left away, never turns affected or unknown into fixed or not affected.
    #[test]
    fn less_evidence_never_reassures(system in 0..SYSTEMS.len(), have in indices(), way in 0..4) {
        let pool = pool();
        let kbs: Vec<u32> = have.iter().map(|at| *at.get(&pool)).collect();
        let full = machine(system, &kbs);
        let less = match way {
            0 => full.clone().cut(300),
            1 => full.clone().unlisted(),
            2 => full.clone().list_is(UpdateListKind::History, Completeness::Partial("in part")),
            _ => machine(system, &kbs[..kbs.len() / 2]).cut(300),
        };
        let (full, less) = (judged(&full.host()), judged(&less.host()));
        for (flaw, verdict) in &less {
            let is_safe = |v: Verdict| matches!(v, Verdict::Fixed | Verdict::NotAffected);
            prop_assert!(
                !is_safe(*verdict) || full.get(flaw).copied().is_some_and(is_safe),
                "{flaw:?} was {:?} and is {verdict}", full.get(flaw)
            );
        }
        prop_assert_eq!(full.len(), less.len());
    }

    /// The order of files and of rows changes no verdict, and the same input gives the same output.
    #[test]
    fn order_changes_nothing(
        system in 0..SYSTEMS.len(),
        have in indices(),
        dates in prop::collection::vec(date(), 6),
        seed in any::<u64>(),
    ) {
        let pool = pool();
        let rows: Vec<(u32, Option<DateReading>)> =
            have.iter().map(|at| *at.get(&pool)).zip(dates).collect();
        let build = |rows: &[(u32, Option<DateReading>)]| {
            let mut machine = Machine::silent().with(&[]);
            for (number, on) in rows {
                machine = match on {
                    Some(on) => machine.with_on(*number, on.clone()),
                    None => machine.with(&[*number]),
                };
            }
            machine
        };
        let half = rows.len() / 2;
        let system = || machine(system, &[]).booted(boot("2019-06-01T06:00:00"));
        let mut reversed = rows.clone();
        reversed.reverse();
        let turn = usize::try_from(seed % 5).expect("small") % rows.len().max(1);
        reversed.rotate_left(turn);
        let one = from_piece(vec![
            ("a", system()), ("b", build(&rows[..half])), ("c", build(&rows[half..])),
        ]);
        let other = from_piece(vec![
            ("c", build(&reversed[half..])), ("b", build(&reversed[..half])), ("a", system()),
        ]);
        prop_assert_eq!(judged(&one), judged(&other));
        let (question, again) = (World::builtin().at(TODAY), World::builtin().at(TODAY));
        let (first, second) = (judge(&question, &one), judge(&again, &one.clone()));
        prop_assert_eq!(first.lines, second.lines);
        prop_assert_eq!(first.unrecognised, second.unrecognised);
        prop_assert_eq!(first.notes, second.notes);
    }

    /// A later day knows no fewer flaws, and offers nothing that is not out.
    #[test]
    fn a_later_day_forgets_nothing(system in 0..SYSTEMS.len(), have in indices(), early in 6000..7300_i64) {
        let pool = pool();
        let kbs: Vec<u32> = have.iter().map(|at| *at.get(&pool)).collect();
        let host = machine(system, &kbs).host();
        let day = |n: i64| jiff::civil::date(2000, 1, 1)
            .checked_add(jiff::Span::new().days(n)).expect("a day").to_string();
        let world = World::builtin();
        let earlier = by_flaw(&judge(&world.at(&day(early)), &host));
        let later = by_flaw(&judge(&world.at(&day(early + 400)), &host));
        for (flaw, verdict) in earlier {
            let then = later.get(&flaw).copied();
            prop_assert!(then.is_some(), "{flaw:?} was forgotten");
            // What is installed counts whatever the day.
            prop_assert_eq!(verdict == Verdict::Fixed, then == Some(Verdict::Fixed));
        }
    }

    /// Supersedence written at random, circles and all: more installed is never more affected.
    #[test]
    fn random_supersedence_is_monotone(
        edges in prop::collection::vec((0_u32..12, 0_u32..12), 0..24),
        days in prop::collection::vec(1_u32..28, 12),
        fixes in prop::collection::vec(0_u32..12, 1..4),
        have in prop::collection::vec(0_u32..12, 0..4),
        more in 0_u32..12,
    ) {
        const BASE: u32 = 5_010_000;
        let product = "Windows Server 2022";
        let below: Vec<Vec<u32>> = (0..12)
            .map(|n| edges.iter().filter(|(a, _)| *a == n).map(|(_, b)| BASE + b).collect())
            .collect();
        let dates: Vec<String> = days.iter().map(|d| format!("2022-02-{d:02}")).collect();
        let rows: Vec<Fix<'_>> = (0_u32..12)
            .zip(below.iter().zip(&dates))
            .map(|(n, (supersedes, published))| Fix {
                cve: fixes.contains(&n).then_some("CVE-2022-90001"),
                kb: BASE + n,
                product,
                published,
                supersedes,
                ..Fix::default()
            })
            .collect();
        let mut builder = exposure::knowledge::Builder::new();
        Fix::state(SourceKind::WesNg, &rows, &mut builder);
        let world = World::of(builder);
        let host = |kbs: &[u32]| {
            Machine::windows("Microsoft Windows Server 2022", "10.0.20348 Build 20348", "")
                .with(kbs)
                .host()
        };
        let mut kbs: Vec<u32> = have.iter().map(|n| BASE + n).collect();
        let before = world.line(&host(&kbs), TODAY, "CVE-2022-90001").verdict;
        kbs.push(BASE + more);
        let after = world.line(&host(&kbs), TODAY, "CVE-2022-90001").verdict;
        prop_assert!(after >= before, "{before} became {after}");
        if fixes.contains(&more) {
            prop_assert_eq!(after, Verdict::Fixed);
        }
    }
}
