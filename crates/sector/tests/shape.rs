//! The sector has the shape it should have, from scale to scale; no file is written for it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/files.rs"]
mod files;
mod support;

use std::collections::{BTreeMap, BTreeSet};

use files::read;
use jiff::civil::date;
use model::organisation::OrganisationKind as Kind;
use sector::{Detail, HostFact, System, Truth};
use support::sector;

#[test]
fn at_full_scale_there_is_a_nation() {
    let sector = sector(1, 1.0);
    let mut count: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut hosts: BTreeMap<Kind, u64> = BTreeMap::new();
    for organisation in sector.organisations().iter().filter(|o| o.closed.is_none()) {
        *count.entry(organisation.kind).or_default() += 1;
        *hosts.entry(organisation.kind).or_default() += u64::from(organisation.expected_hosts);
    }
    assert_eq!((count[&Kind::Trust], count[&Kind::Practice]), (236, 7_454));
    assert_eq!((count[&Kind::Region], count[&Kind::SupportUnit]), (4, 30));
    let sum: u64 = hosts.values().sum();
    assert!(sum.abs_diff(1_500_000) < 75_000, "{sum}");
    let share = hosts[&Kind::Trust] * 6 / 5;
    assert!(share.abs_diff(sum) < sum / 20, "trusts hold {} of {sum}", hosts[&Kind::Trust]);
    let trusts = sector.organisations().iter().filter(|o| o.kind == Kind::Trust);
    let sizes: Vec<u32> = trusts.map(|o| o.expected_hosts).collect();
    assert!(*sizes.iter().max().unwrap() > 14_000 && *sizes.iter().min().unwrap() < 2_000);
    for practice in sector.organisations().iter().filter(|o| o.kind == Kind::Practice) {
        assert!((5..=60).contains(&practice.expected_hosts));
    }
}

#[test]
fn every_kind_is_there_at_any_scale_and_all_references_lead_somewhere() {
    for scale in [0.000_001, 0.01, 0.1, 3.0] {
        let sector = sector(9, scale);
        let all = sector.organisations();
        let codes: BTreeSet<_> = all.iter().map(|o| &o.code).collect();
        let names: BTreeSet<_> = all.iter().map(|o| &o.name).collect();
        assert_eq!((codes.len(), names.len()), (all.len(), all.len()), "unique at {scale}");
        for kind in [Kind::Trust, Kind::Practice, Kind::SupportUnit, Kind::Supplier, Kind::CareHome]
        {
            assert!(all.iter().filter(|o| o.kind == kind).count() >= 2, "{kind} at {scale}");
        }
        for o in all {
            for code in [&o.parent, &o.region, &o.it_provider, &o.commissioner, &o.successor] {
                assert!(code.as_ref().is_none_or(|code| codes.contains(code)), "{o:?}");
            }
            assert_eq!(o.closed.is_some(), o.successor.is_some());
            assert!(o.kind != Kind::Practice || (o.it_provider.is_some() && o.region.is_some()));
        }
    }
}

#[test]
fn reports_come_by_habit_and_some_not_at_all() {
    let sector = sector(3, 0.05);
    let last = sector.settings().last;
    let mut counts: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    let (mut never, mut stopped) = (0, 0);
    for o in sector.organisations().iter().filter(|o| o.closed.is_none()) {
        let days = sector.reports(o);
        assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(days.iter().all(|day| *day <= last && *day >= sector.settings().first));
        if o.expected_hosts > 0 {
            never += usize::from(days.is_empty());
            stopped +=
                usize::from(days.last().is_some_and(|day| (last - *day).get_days() > 45 + 91));
            counts.entry(o.kind).or_default().push(days.len());
        }
    }
    let most = |kind: &Kind| counts[kind].iter().max().copied().unwrap();
    assert!((70..=80).contains(&most(&Kind::Trust)), "{}", most(&Kind::Trust));
    assert!((17..=19).contains(&most(&Kind::Practice)), "{}", most(&Kind::Practice));
    let all: usize = counts.values().map(Vec::len).sum();
    assert!((all / 40..all / 10).contains(&never), "{never} of {all} never report");
    assert!(stopped > 0);
}

/// All facts of a sector on a day.
fn all_facts(sector: &sector::Sector, day: jiff::civil::Date) -> Vec<HostFact> {
    sector.organisations().iter().flat_map(|o| sector.facts(o, day)).collect()
}

#[test]
fn the_estate_is_that_of_its_year() {
    let sector = sector(6, 0.02);
    let facts = all_facts(&sector, date(2017, 5, 12));
    let share = |fits: &dyn Fn(&HostFact) -> bool| {
        facts.iter().filter(|fact| fits(fact)).count() * 1000 / facts.len()
    };
    let seven = share(&|f| matches!(f.system, System::Seven));
    let xp = share(&|f| f.system == System::Xp);
    let patched = share(&|f| f.truth == Truth::Patched);
    assert!((550..930).contains(&seven), "Windows 7: {seven}");
    assert!((5..120).contains(&xp), "XP: {xp}");
    assert!((350..800).contains(&patched), "patched on 12 May: {patched}");
    let open = share(&|f| f.truth.is_open());
    assert!(open > 150, "open: {open}");
    for truth in [Truth::PendingRestart, Truth::Mitigated, Truth::NotAffected] {
        assert!(facts.iter().any(|fact| fact.truth == truth), "{truth:?}");
    }
    // Nobody is patched before the fix came out, and more are a week after the outbreak.
    let patched_on = |day| {
        let facts = all_facts(&sector, day);
        facts.iter().filter(|fact| fact.truth == Truth::Patched).count() * 1000 / facts.len()
    };
    assert_eq!(patched_on(date(2017, 3, 13)), 0);
    assert!(patched_on(date(2017, 5, 19)) > patched + 50);
}

#[test]
fn a_pc_has_about_two_hundred_rows_of_software() {
    let sector = sector(8, 0.001);
    let (mut rows, mut hosts) = (0, 0);
    for organisation in sector.organisations() {
        let Some(day) = sector.reports(organisation).pop() else { continue };
        for file in sector.report(organisation, day, Detail::Full) {
            if !file.path.starts_with("software/") && !file.path.starts_with("osquery/") {
                continue;
            }
            for evidence in read(&file).1.evidence {
                let pc = evidence.host.names.first().is_some_and(|name| name.contains("-W"));
                hosts += usize::from(pc);
                rows += if pc { evidence.software.len() } else { 0 };
            }
        }
    }
    let mean = rows / hosts;
    assert!((190..=210).contains(&mean), "{mean} rows a PC of {hosts}");
}
