//! The one rule: what the index answers equals what `judge` says, host by host.

use std::collections::BTreeMap;

use exposure::freshness::FreshnessPolicy;
use exposure::index::{Advisory, Answer, AnswerCode, Asked, HostAnswer, Index, KnownClasses, View};
use exposure::judge::VulnerabilityRef;
use jiff::civil::Date;
use model::cve::CveId;
use model::verdict::Verdict;
use proptest::prelude::*;

use crate::estate::{Estate, aged, by_name, judged, open};
use crate::hosts::Dice;
use crate::statements::{FLAWS, world};

const DAYS: [&str; 4] = ["2019-06-30", "2017-05-12", "2026-06-30", "2019-05-14"];

fn view<'i, 'k>(
    index: &'i Index<'k, &'k [u8]>,
    as_at: Date,
    policy: &FreshnessPolicy,
) -> View<'i, 'k, &'k [u8]> {
    let judging = index.judging(as_at);
    let half = judging.len() / 2;
    let judged = [judging.judge(0..half), judging.judge(half..judging.len())];
    // Kept and taken up again.
    let mut known = KnownClasses::default();
    known.add(&judging, &judged);
    let kept = judging.save(&known, b"knowledge");
    assert!(judging.load(&kept, b"other").is_err());
    let known = judging.load(&kept, b"knowledge").unwrap();
    assert!(!judging.has_new(&known));
    let judged = [judging.judge_beside(&known, 0..judging.len())];
    judging.view(&judged, policy).unwrap()
}

/// An answer, organisation by organisation.
fn counts(answer: &Answer, organisations: usize) -> Vec<BTreeMap<AnswerCode, u32>> {
    (0..organisations).map(|number| answer.of(number).collect()).collect()
}

fn names() -> Vec<(String, VulnerabilityRef)> {
    let knowledge = world().view();
    (0_u32..)
        .zip(knowledge.vulnerabilities.iter())
        .map(|(at, row)| (row.id.as_str().to_owned(), VulnerabilityRef::Known(at)))
        .collect()
}

/// Compares the answers on some vulnerabilities with those of `judge`.
fn compare(
    estate: &Estate,
    segments: &[Vec<u8>],
    as_at: Date,
    wanted: &[(String, VulnerabilityRef)],
) {
    let knowledge = world().view();
    let policy = FreshnessPolicy::default();
    let index = Index::open(open(segments), knowledge).unwrap();
    let view = view(&index, as_at, &policy);
    for (name, vulnerability) in wanted {
        let question = by_name(knowledge, as_at, name);
        let asked = match vulnerability {
            VulnerabilityRef::Known(at) => Asked::vulnerability(*at),
            VulnerabilityRef::Unlisted(_) => index.resolve(&Advisory(name.clone())),
        };
        let answer = view.ask(&asked).unwrap();
        let counted = counts(&answer, estate.organisations.len());
        for (number, members) in estate.organisations.iter().enumerate() {
            let mut expected: BTreeMap<AnswerCode, u32> = BTreeMap::new();
            let listed: BTreeMap<u64, HostAnswer> =
                view.hosts(&asked, number).unwrap().into_iter().map(|h| (h.id.0, h)).collect();
            for member in members {
                let Some(said) = judged(&question, member, *vulnerability) else { continue };
                let code = aged(said, member, as_at, &policy);
                *expected.entry(code).or_default() += 1;
                assert_eq!(
                    listed.get(&member.id.0).map(|host| host.code),
                    Some(code),
                    "{name} as at {as_at}, before ageing {said:?}: {:#?}",
                    member.pieces
                );
            }
            assert_eq!(counted[number], expected, "{name} as at {as_at}, organisation {number}");
            let alone: BTreeMap<AnswerCode, u32> =
                view.ask_one(&asked, number).unwrap().into_iter().collect();
            assert_eq!(alone, expected, "{name} as at {as_at}, organisation {number} alone");
        }
    }
}

/// Some of all vulnerabilities, and all that statements and scanners speak of.
fn some(dice: &mut Dice, many: usize) -> Vec<(String, VulnerabilityRef)> {
    let all = names();
    let mut wanted: Vec<(String, VulnerabilityRef)> =
        (0..many).map(|_| all[dice.roll(all.len())].clone()).collect();
    wanted.extend(all.iter().filter(|(name, _)| FLAWS.contains(&name.as_str())).cloned());
    let unlisted: CveId = "CVE-2099-0001".parse().unwrap();
    wanted.push((unlisted.to_string(), VulnerabilityRef::Unlisted(unlisted)));
    wanted
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_judge_does(seed: u64, each in 1_usize..4, turn in 0_usize..5) {
        let estate = Estate::new(seed, &[7, 0, 12, 3]);
        let knowledge = world().view();
        let segments = estate.segments(knowledge, each, 0);
        let mut dice = Dice(seed ^ 1);
        let as_at: Date = DAYS[dice.roll(DAYS.len())].parse().unwrap();
        compare(&estate, &segments, as_at, &some(&mut dice, 8));

        // Neither the order of hosts and files nor the cut into segments changes a count.
        let other = estate.segments(knowledge, 4, turn);
        let policy = FreshnessPolicy::default();
        let one = Index::open(open(&segments), knowledge).unwrap();
        let two = Index::open(open(&other), knowledge).unwrap();
        let (one, two) = (view(&one, as_at, &policy), view(&two, as_at, &policy));
        prop_assert_eq!(one.organisations(), two.organisations());
        for name in ["MS17-010", "CVE-2024-90001", "CVE-2017-0144", "KB4012212"] {
            let asked = resolve(name);
            prop_assert_eq!(one.ask(&asked).unwrap(), two.ask(&asked).unwrap(), "{}", name);
        }
    }
}

fn resolve(name: &str) -> Asked {
    let index: Index<'_, &[u8]> = Index::open(Vec::new(), world().view()).unwrap();
    let asked = index.resolve(&Advisory(name.to_owned()));
    assert!(!asked.is_unresolved && !asked.vulnerabilities.is_empty(), "{name}");
    asked
}

#[test]
fn every_vulnerability_of_the_knowledge_is_answered_as_judge_does() {
    let estate = Estate::new(7, &[20, 15]);
    let segments = estate.segments(world().view(), 1, 0);
    let all = names();
    // Every one of them in turn, over the days.
    for (turn, day) in DAYS.iter().enumerate() {
        let wanted: Vec<_> = all.iter().skip(turn).step_by(DAYS.len()).cloned().collect();
        compare(&estate, &segments, day.parse().unwrap(), &wanted);
    }
}

/// Of a bulletin the worst verdict counts, and of equal ones the first vulnerability's reason.
#[test]
fn a_bulletin_is_as_bad_as_the_worst_of_its_flaws() {
    let estate = Estate::new(11, &[40]);
    let knowledge = world().view();
    let segments = estate.segments(knowledge, 1, 0);
    let as_at: Date = "2019-06-30".parse().unwrap();
    let policy = FreshnessPolicy::default();
    let index = Index::open(open(&segments), knowledge).unwrap();
    let view = view(&index, as_at, &policy);
    for name in ["MS17-010", "KB4012212", "KB4499175"] {
        let asked = resolve(name);
        let mut expected: BTreeMap<AnswerCode, u32> = BTreeMap::new();
        for member in &estate.organisations[0] {
            let mut worst: Option<(Verdict, _)> = None;
            for position in &asked.vulnerabilities {
                let id = knowledge.vulnerabilities[*position as usize].id.as_str();
                let question = by_name(knowledge, as_at, id);
                let said = judged(&question, member, VulnerabilityRef::Known(*position));
                worst = match (worst, said) {
                    (Some(known), Some(said)) if said.0 >= known.0 => Some(known),
                    (known, said) => said.or(known),
                };
            }
            let code = aged(worst.expect("public"), member, as_at, &policy);
            *expected.entry(code).or_default() += 1;
        }
        let answer = view.ask(&asked).unwrap();
        assert_eq!(counts(&answer, 1)[0], expected, "{name}");
    }
}

#[test]
fn facts_on_organisations_are_counted() {
    let estate = Estate::new(3, &[30, 0]);
    let knowledge = world().view();
    let segments = estate.segments(knowledge, 2, 0);
    let index = Index::open(open(&segments), knowledge).unwrap();
    let view = view(&index, "2019-06-30".parse().unwrap(), &FreshnessPolicy::default());
    let [first, second] = view.organisations() else { panic!("two organisations") };
    assert_eq!((first.code.as_str(), first.hosts, second.hosts), ("ORG0", 30, 0));
    let with_evidence = estate.organisations[0].iter().filter(|m| {
        m.pieces.iter().any(|(e, _)| {
            e.os.is_some()
                || !e.controls.is_empty()
                || !e.software.is_empty()
                || e.software_completeness.is_some()
                || !e.findings.is_empty()
                || !e.updates.is_empty()
        })
    });
    assert_eq!(first.with_evidence as usize, with_evidence.count());
    assert!(first.patch_state_too_old > 0 && first.oldest_days > first.median_days);
    assert_eq!(second.median_days, None);
}

#[test]
fn a_segment_of_other_knowledge_is_refused() {
    let estate = Estate::new(3, &[3]);
    let segments = estate.segments(world().view(), 1, 0);
    let other = crate::support::World::of(exposure::knowledge::Builder::new());
    assert!(Index::open(open(&segments), other.view()).is_err());
}
