//! What closes most in an organisation is what closes most on each of its hosts, added up.

use std::collections::BTreeMap;

use exposure::deadline::Policy;
use exposure::freshness::{EvidenceDays, FreshnessPolicy};
use exposure::index::Index;
use exposure::judge::{Question, Remedy, Urgency, judge, steps, urgency};
use jiff::civil::Date;

use crate::estate::{Estate, open};
use crate::hosts::host;
use crate::statements::world;

#[test]
fn updates_are_counted_as_for_each_host_alone() {
    let mut estate = Estate::new(23, &[60, 0, 25]);
    // Scanners are no part of a system; what they say is counted by advisory.
    for member in estate.organisations.iter_mut().flatten() {
        for (evidence, _) in &mut member.pieces {
            evidence.findings.clear();
        }
    }
    let knowledge = world().view();
    let as_at: Date = "2017-05-19".parse().unwrap();
    let policy = FreshnessPolicy::default();
    let deadlines = Policy::built_in("nhs-14-day").unwrap();
    let segments = estate.segments(knowledge, 2, 0);
    let index = Index::open(open(&segments), knowledge).unwrap();
    let judging = index.judging(as_at);
    let judged = [judging.judge(0..judging.len())];
    let view = judging.view(&judged, &policy).unwrap();
    let question = Question::new(knowledge, as_at, &[]);
    let mut all = 0;
    for (number, members) in estate.organisations.iter().enumerate() {
        let mut expected: BTreeMap<Remedy, u64> = BTreeMap::new();
        let mut too_old = 0;
        for member in members {
            let days = EvidenceDays::of(member.pieces.iter().map(|(e, on)| (e, *on)));
            let age = days.patch_state.map(|day| (as_at - day).get_days());
            if age.is_none_or(|age| age > i32::from(policy.patch_state_days)) {
                too_old += 1;
                continue;
            }
            let host = host(&member.pieces);
            let verdicts = judge(&question, &host);
            let weights: Vec<u64> = verdicts
                .lines
                .iter()
                .map(|line| urgency(&question, line, &deadlines, None))
                .map(|urgency: Urgency| urgency.weight())
                .collect();
            for step in steps(&question, &verdicts, &weights) {
                if matches!(step.remedy, Remedy::InstallUpdate { .. }) {
                    *expected.entry(step.remedy).or_default() += 1;
                }
            }
        }
        let found = view.steps_of(number, &deadlines);
        assert_eq!((found.hosts, found.too_old), (members.len() as u64 - too_old, too_old));
        let updates: BTreeMap<Remedy, u64> = found
            .steps
            .iter()
            .filter(|(remedy, _)| matches!(remedy, Remedy::InstallUpdate { .. }))
            .map(|(remedy, step)| (remedy.clone(), step.hosts))
            .collect();
        assert_eq!(updates, expected, "organisation {number}");
        for step in found.steps.values() {
            assert!(step.findings >= step.hosts && !step.advisories.is_empty(), "{step:?}");
            assert!(step.worm_hosts <= step.hosts && step.kev_hosts <= step.hosts, "{step:?}");
        }
        all += updates.len();
    }
    assert!(all > 3, "the estate has too little to fix to show anything");
}

#[test]
fn an_organisation_that_is_not_there_has_no_steps() {
    let index: Index<'_, &[u8]> = Index::open(Vec::new(), world().view()).unwrap();
    let judging = index.judging("2017-05-19".parse().unwrap());
    let view = judging.view(&[], &FreshnessPolicy::default()).unwrap();
    let found = view.steps_of(3, &Policy::built_in("nhs-14-day").unwrap());
    assert_eq!((found.hosts, found.too_old, found.steps.len()), (0, 0, 0));
}
