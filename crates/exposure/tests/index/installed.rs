//! What is installed in an organisation is what its hosts' lists say, by name.

use std::collections::{BTreeMap, BTreeSet};

use exposure::freshness::FreshnessPolicy;
use exposure::index::Index;
use exposure::judge::{Question, judge};
use jiff::civil::Date;
use model::evidence::Ecosystem;

use crate::estate::{Estate, open};
use crate::hosts::host;
use crate::statements::world;

#[test]
fn names_are_counted_once_for_each_host_that_has_them() {
    let estate = Estate::new(29, &[40, 0, 70]);
    let knowledge = world().view();
    let as_at: Date = "2017-05-19".parse().unwrap();
    let segments = estate.segments(knowledge, 2, 0);
    let index = Index::open(open(&segments), knowledge).unwrap();
    let judging = index.judging(as_at);
    let judged = [judging.judge(0..judging.len())];
    let view = judging.view(&judged, &FreshnessPolicy::default()).unwrap();
    let question = Question::new(knowledge, as_at, &[]);
    let (mut known, mut unknown) = (0, 0);
    for (number, members) in estate.organisations.iter().enumerate() {
        let mut expected: BTreeMap<(String, bool), u32> = BTreeMap::new();
        let mut unrecognised: BTreeSet<String> = BTreeSet::new();
        for member in members {
            let host = host(&member.pieces);
            let software = host.pieces.iter().flat_map(|piece| &piece.evidence.software);
            let names: BTreeSet<(String, bool)> = software
                .map(|own| (own.name.to_lowercase(), own.ecosystem == Ecosystem::Device))
                .collect();
            for name in names {
                *expected.entry(name).or_default() += 1;
            }
            let verdicts = judge(&question, &host);
            unrecognised.extend(verdicts.unrecognised.iter().map(|own| own.name.to_lowercase()));
        }
        let found = view.installed_in(number).unwrap();
        let counted: BTreeMap<(String, bool), u32> =
            found.iter().map(|own| ((own.name.to_lowercase(), own.is_device), own.hosts)).collect();
        assert_eq!(counted, expected, "organisation {number}");
        assert!(found.is_sorted_by(|a, b| a.hosts >= b.hosts));
        for own in &found {
            // What the knowledge has no name for, judgement does not recognise on any host.
            let name = own.name.to_lowercase();
            assert!(own.is_known || unrecognised.contains(&name), "{own:?}");
            known += u32::from(own.is_known);
            unknown += u32::from(!own.is_known);
        }
    }
    assert!(known > 0 && unknown > 0, "{known} known, {unknown} unknown");
}

#[test]
fn an_organisation_that_is_not_there_has_nothing_installed() {
    let index: Index<'_, &[u8]> = Index::open(Vec::new(), world().view()).unwrap();
    let judging = index.judging("2017-05-19".parse().unwrap());
    let view = judging.view(&[], &FreshnessPolicy::default()).unwrap();
    assert!(view.installed_in(0).unwrap().is_empty());
}
