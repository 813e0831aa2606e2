//! Many hosts are few classes: what decides nothing does not tell them apart.

use exposure::index::Segment;

use crate::estate::{Estate, Member};
use crate::statements::world;
use crate::support::{Machine, boot, day};
use model::host_id::HostId;

fn classes(machines: Vec<Machine>) -> usize {
    let received = "2019-06-30".parse().unwrap();
    let members = (1..)
        .zip(machines)
        .map(|(id, machine)| Member { id: HostId(id), pieces: vec![(machine.evidence, received)] })
        .collect();
    let estate = Estate { organisations: vec![members] };
    let bytes = estate.segments(world().view(), 1, 0).pop().unwrap();
    Segment::open(bytes).unwrap().classes()
}

#[test]
fn names_and_dates_that_decide_nothing_do_not_tell_hosts_apart() {
    let one =
        Machine::seven().with_on(4_012_212, day("2017-03-20")).booted(boot("2017-04-01T00:00:00"));
    let mut two =
        Machine::seven().with_on(4_012_212, day("2017-04-02")).booted(boot("2017-04-03T00:00:00"));
    two.evidence.host.names = vec!["OTHER".to_owned()];
    assert_eq!(classes(vec![one.clone(), two]), 1);
    let pending =
        Machine::seven().with_on(4_012_212, day("2017-04-02")).booted(boot("2017-04-01T00:00:00"));
    assert_eq!(classes(vec![one, pending]), 2);
}

#[test]
fn updates_that_no_rule_looks_at_do_not_tell_hosts_apart() {
    // Unknown updates below the horizon, and the order of the list.
    let one = Machine::seven().with(&[4_012_212, 17]);
    let two = Machine::seven().with(&[18, 4_012_212]);
    assert_eq!(classes(vec![one, two]), 1);
    let ten = |kbs: &[u32]| Machine::ten_1607().with(kbs);
    assert_eq!(classes(vec![ten(&[9_999_999]), ten(&[9_999_998])]), 1);
    assert_eq!(classes(vec![ten(&[9_999_999]), ten(&[])]), 2);
}
