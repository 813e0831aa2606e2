//! What the register says as at a day, by example.

use model::organisation::OrganisationKind;
use model::organisation::register::{Change, History, LooseEnd, Refusal, Register};

use Refusal::{AfterClosing, AlreadyClosed, BeforeOpening, NotRegistered};

use crate::support::{born, closed, code, day, record, say, trust, under};

fn refusals(history: &History) -> Vec<&Refusal> {
    history.faults().iter().map(|fault| &fault.refusal).collect()
}

#[test]
fn a_merger_counts_two_trusts_before_and_one_after() {
    let record = record(vec![
        trust("RAA", "2001-04-01"),
        trust("RAB", "1994-04-01"),
        trust("R0Z", "2017-10-01"),
        closed("RAA", "2017-09-30", &["R0Z"]),
        closed("RAB", "2017-09-30", &["R0Z"]),
    ]);
    let history = History::of(&record);
    assert!(history.faults().is_empty());
    let open = |on: &str| history.at(day(on)).open_of(OrganisationKind::Trust).count();
    assert_eq!((open("2017-05-12"), open("2017-09-30"), open("2017-10-01")), (2, 2, 1));
    let after = history.at(day("2018-01-01"));
    let current: Vec<_> = after.current(&code("RAA")).iter().map(|one| one.code.as_str()).collect();
    assert_eq!(current, ["R0Z"]);
    let before: Vec<_> = after.predecessors(&code("R0Z")).map(|one| one.code.as_str()).collect();
    assert_eq!(before, ["RAA", "RAB"]);
    // Before the merger the successor is not known to come.
    assert_eq!(history.at(day("2017-05-12")).current(&code("RAA"))[0].code, code("RAA"));
}

#[test]
fn a_chain_of_successors_is_followed_to_the_open_ones() {
    let record = record(vec![
        trust("A", "2000-01-01"),
        trust("B", "2005-01-01"),
        trust("C", "2010-01-01"),
        trust("D", "2010-01-01"),
        closed("A", "2006-01-01", &["B"]),
        closed("B", "2011-01-01", &["C"]),
        say("B", "2012-01-01", Change::Succeeded { successors: vec![code("D"), code("LATER")] }),
        closed("D", "2019-01-01", &["A"]),
    ]);
    let history = History::of(&record);
    assert!(matches!(refusals(&history)[..], [Refusal::SuccessionCycle { .. }]));
    let current = |on: &str| {
        let register = history.at(day(on));
        let current = register.current(&code("A"));
        current.iter().map(|one| one.code.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!([current("2005-06-01"), current("2007-01-01")], ["A", "B"]);
    assert_eq!([current("2011-06-01"), current("2013-01-01")], ["C", "C D"]);
    let register = history.at(day("2013-01-01"));
    assert!(register.loose_ends().contains(&LooseEnd::SuccessorMissing {
        organisation: &code("B"),
        successor: &code("LATER"),
    }));
}

#[test]
fn a_code_is_never_given_again() {
    let record = record(vec![
        trust("RAA", "2001-04-01"),
        trust("RAA", "2002-04-01"),
        closed("RAA", "2017-09-30", &[]),
        trust("RAA", "2020-04-01"),
        trust("RAA", "1990-04-01"),
    ]);
    let history = History::of(&record);
    let [open, later, earlier] = refusals(&history)[..] else { panic!("{:?}", history.faults()) };
    assert!(matches!(open, Refusal::AlreadyRegistered { .. }));
    assert!(matches!(earlier, Refusal::CodeReused { .. }));
    assert_eq!(
        later.to_string(),
        "RAA named an organisation that closed on 2017-09-30, and a code is never given again: \
         take another code, or correct the closing if it was wrong"
    );
    assert_eq!(history.at(day("2020-05-01")).open().count(), 0);
}

#[test]
fn the_hierarchy_is_that_of_the_day() {
    let region = OrganisationKind::Region;
    let record = record(vec![
        born("Y54", "2013-01-01", region),
        born("Y62", "2019-04-01", region),
        trust("RAA", "2001-04-01"),
        under("RAA", "2013-01-01", "Y54"),
        under("RAA", "2019-04-01", "Y62"),
        closed("Y54", "2019-03-31", &["Y62"]),
        trust("RAB", "2001-04-01"),
        under("RAB", "2013-01-01", "Y54"),
        under("RAB", "2013-01-01", "Y99"),
    ]);
    let history = History::of(&record);
    let children = |on: &str, of: &str| {
        history.at(day(on)).children(&code(of)).map(|it| it.code.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(children("2017-05-12", "Y54"), ["RAA"]);
    assert_eq!(children("2019-04-01", "Y62"), ["RAA"]);
    // What was said last for the same day counts, also where the code is not in the register.
    assert_eq!(children("2019-04-01", "Y99"), ["RAB"]);
    let now = history.at(day("2019-04-01"));
    let roots: Vec<_> = now.roots().map(|root| root.code.as_str()).collect();
    assert_eq!(roots, ["RAB", "Y62"]);
    assert_eq!(now.descendants(&code("Y62")).len(), 1);
    assert_eq!(now.ancestors(&code("RAA")), [&code("Y62")]);
    assert_eq!(
        now.loose_ends(),
        [LooseEnd::ParentMissing { organisation: &code("RAB"), parent: &code("Y99") }]
    );
}

#[test]
fn nobody_stands_below_themselves_on_any_day() {
    let record = record(vec![
        trust("A", "2000-01-01"),
        trust("B", "2000-01-01"),
        trust("C", "2000-01-01"),
        under("A", "2000-01-01", "A"),
        under("A", "2010-01-01", "B"),
        under("B", "2000-01-01", "C"),
        // Fits as at 2005, and would lead back from 2010 on.
        under("C", "2005-01-01", "A"),
        // Ends before it would.
        say("C", "2008-01-01", Change::ParentSet { parent: None }),
        under("C", "2005-01-01", "A"),
    ]);
    let history = History::of(&record);
    let days: Vec<_> = refusals(&history)
        .into_iter()
        .map(|refusal| match refusal {
            Refusal::HierarchyCycle { day, .. } => day.to_string(),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(days, ["2000-01-01", "2010-01-01"]);
    assert_eq!(history.at(day("2006-01-01")).ancestors(&code("B")), [&code("C"), &code("A")]);
}

#[test]
fn a_day_outside_an_organisations_life_is_refused() {
    let name = || "Later".parse().unwrap();
    let record = record(vec![
        say("A", "2000-01-01", Change::Renamed { name: name() }),
        trust("A", "2001-01-01"),
        say("A", "2000-12-31", Change::Renamed { name: name() }),
        closed("A", "2000-12-31", &[]),
        closed("A", "2010-01-01", &[]),
        closed("A", "2011-01-01", &[]),
        say("A", "2010-01-02", Change::Renamed { name: name() }),
        say("A", "2009-01-01", Change::Renamed { name: name() }),
    ]);
    let history = History::of(&record);
    assert!(matches!(
        refusals(&history)[..],
        [
            NotRegistered(_),
            BeforeOpening { .. },
            BeforeOpening { .. },
            AlreadyClosed { .. },
            AfterClosing { .. }
        ]
    ));
    let register = Register::fold(&record, day("2020-01-01"));
    assert_eq!(register.get(&code("A")).unwrap().label(), "Later");
    assert_eq!(history.at(day("2005-01-01")).get(&code("A")).unwrap().label(), "The A");
}
