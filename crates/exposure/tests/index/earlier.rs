//! A segment built again from the one before is the one that is built from all evidence.

use exposure::index::{Basis, BuildError, Earlier, IndexError, SegmentBuilder};
use exposure::knowledge::View;
use model::organisation::OrganisationCode;
use proptest::prelude::*;

use crate::estate::{Estate, Member, add, mark, open};
use crate::hosts::{Dice, pieces};
use crate::statements::world;

fn code(number: usize) -> OrganisationCode {
    format!("ORG{number}").parse().unwrap()
}

/// The estate's segment, with every host taken over of which the evidence is what it was.
fn again(estate: &Estate, knowledge: View<'_>, before: &[u8]) -> (Vec<u8>, usize) {
    let basis = Basis::new(knowledge);
    let mut builder = SegmentBuilder::new(&basis);
    let before = exposure::index::Segment::open(before).unwrap();
    let mut earlier = Earlier::of(&basis, &before).unwrap();
    let mut taken = 0;
    for (number, members) in estate.organisations.iter().enumerate() {
        builder.organisation(code(number));
        for member in members {
            if builder.take(&mut earlier, member.id, mark(member)).unwrap() {
                taken += 1;
            } else {
                add(&mut builder, member, 0);
            }
        }
    }
    (builder.finish().unwrap(), taken)
}

/// Hosts get other evidence, go, and come.
fn changed(estate: &mut Estate, dice: &mut Dice) -> usize {
    let mut changed = 0;
    for members in &mut estate.organisations {
        members.retain(|_| dice.roll(8) > 0);
        for member in members.iter_mut() {
            if dice.roll(4) == 0 {
                member.pieces = pieces(dice.roll(1 << 20) as u64);
                changed += 1;
            }
        }
        for _ in 0..dice.roll(3) {
            let id = model::host_id::HostId(1 << 40 | dice.roll(1 << 30) as u64);
            members.push(Member { id, pieces: pieces(dice.roll(1 << 20) as u64) });
            changed += 1;
        }
    }
    changed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_built_again_is_what_is_built_from_all(seed: u64, turn in 0_usize..5) {
        let knowledge = world().view();
        let mut estate = Estate::new(seed, &[20, 0, 7, 31]);
        let before = estate.segments(knowledge, 4, 0).remove(0);
        // Hosts in another order, with the same evidence, are the same segment.
        let (same, taken) = again(&estate, knowledge, &before);
        prop_assert_eq!(taken, 58);
        prop_assert!(same == before);
        let mut dice = Dice(seed ^ turn as u64);
        let new = changed(&mut estate, &mut dice);
        let (built, taken) = again(&estate, knowledge, &before);
        let hosts: usize = estate.organisations.iter().map(Vec::len).sum();
        prop_assert!(taken >= hosts - new, "{} of {} hosts were taken over", taken, hosts);
        let all = estate.segments(knowledge, 4, 0).remove(0);
        prop_assert!(built == all, "{} taken over of {}", taken, hosts);
    }
}

#[test]
fn an_organisation_is_taken_over_whole() {
    let knowledge = world().view();
    let estate = Estate::new(5, &[12, 9]);
    let before = estate.segments(knowledge, 2, 0).remove(0);
    let before = &open(std::slice::from_ref(&before))[0];
    let basis = Basis::new(knowledge);
    let mut builder = SegmentBuilder::new(&basis);
    let mut earlier = Earlier::of(&basis, before).unwrap();
    assert!(earlier.holds(&code(1)) && !earlier.holds(&code(2)));
    assert!(builder.take_organisation(&mut earlier, &code(1)).unwrap());
    assert!(!builder.take_organisation(&mut earlier, &code(2)).unwrap(), "it is not there");
    let mut alone = SegmentBuilder::new(&basis);
    alone.organisation(code(1));
    for member in &estate.organisations[1] {
        add(&mut alone, member, 0);
    }
    assert!(builder.finish().unwrap() == alone.finish().unwrap());
}

#[test]
fn evidence_that_is_not_what_it_was_is_not_taken_over() {
    let knowledge = world().view();
    let estate = Estate::new(9, &[3]);
    let before = estate.segments(knowledge, 1, 0).remove(0);
    let before = &open(std::slice::from_ref(&before))[0];
    let basis = Basis::new(knowledge);
    let mut builder = SegmentBuilder::new(&basis);
    let mut earlier = Earlier::of(&basis, before).unwrap();
    let member = &estate.organisations[0][0];
    assert_eq!(
        builder.take(&mut earlier, member.id, mark(member)),
        Err(BuildError::NoOrganisation)
    );
    builder.organisation(code(0));
    let mut other = Member { id: member.id, pieces: member.pieces.clone() };
    for (_, received) in &mut other.pieces {
        *received = received.tomorrow().unwrap();
    }
    assert!(
        other.pieces.is_empty() || !builder.take(&mut earlier, other.id, mark(&other)).unwrap()
    );
    builder.organisation(code(7));
    assert!(
        !builder.take(&mut earlier, member.id, mark(member)).unwrap(),
        "another organisation's"
    );
}

#[test]
fn a_segment_of_another_basis_is_not_taken_from() {
    let estate = Estate::new(9, &[3]);
    let before = estate.segments(world().view(), 1, 0).remove(0);
    let before = &open(std::slice::from_ref(&before))[0];
    let other = crate::support::World::of(exposure::knowledge::Builder::new());
    let refused = Earlier::of(&Basis::new(other.view()), before).err();
    assert!(matches!(refused, Some(IndexError::OtherKnowledge)), "{refused:?}");
}
