//! Corrections point back; nothing is changed in place.

use model::organisation::OrganisationKind;
use model::organisation::register::{Change, History, Refusal, Statement, command};

use crate::support::{closed, code, corrected, day, id, record, say, trust, under};

fn name_on(events: &[model::organisation::register::Entry], on: &str) -> String {
    History::of(events).at(day(on)).get(&code("A")).map_or("nobody", |it| it.label()).to_owned()
}

fn renamed(name: &str) -> Change {
    Change::Renamed { name: name.parse().unwrap() }
}

#[test]
fn the_last_correction_counts_and_may_be_taken_back() {
    let mut events = vec![
        trust("A", "2000-01-01"),
        say("A", "2010-01-01", renamed("Wrong")),
        corrected("A", "2011-01-01", 1, Some(renamed("Right"))),
    ];
    let at = |events: &[_], on: &str| name_on(&record(events.to_vec()), on);
    assert_eq!([at(&events, "2010-06-01"), at(&events, "2011-06-01")], ["The A", "Right"]);
    // Another correction of the same event.
    events.push(corrected("A", "2012-01-01", 1, None));
    assert_eq!(at(&events, "2013-01-01"), "The A");
    // That one was itself a mistake: the first correction counts again.
    events.push(corrected("A", "2012-01-01", 3, None));
    assert_eq!(at(&events, "2011-06-01"), "Right");
    // And the first correction is corrected.
    events.push(corrected("A", "2011-02-01", 2, Some(renamed("Exact"))));
    assert_eq!([at(&events, "2011-01-15"), at(&events, "2011-02-01")], ["The A", "Exact"]);
    assert!(History::of(&record(events)).faults().is_empty());
}

#[test]
fn a_correction_of_nothing_or_of_another_is_a_fault() {
    let record = record(vec![
        corrected("A", "2000-01-01", 1, None),
        trust("A", "2000-01-01"),
        trust("B", "2000-01-01"),
        corrected("A", "2000-01-01", 2, None),
        corrected("A", "2000-01-01", 99, None),
    ]);
    let history = History::of(&record);
    let refusals: Vec<_> = history.faults().iter().map(|fault| &fault.refusal).collect();
    assert!(matches!(
        refusals[..],
        [Refusal::NothingToCorrect(_), Refusal::CorrectsOther { .. }, Refusal::NothingToCorrect(_)]
    ));
    assert_eq!(history.at(day("2001-01-01")).open().count(), 2);
}

#[test]
fn a_closing_that_was_wrong_is_taken_back_unless_others_rest_on_it() {
    let record = record(vec![
        trust("A", "2000-01-01"),
        trust("B", "2000-01-01"),
        closed("A", "2010-01-01", &["B"]),
        under("B", "2005-01-01", "A"),
    ]);
    let taken_back = command::correct(&record, &id(2), None).unwrap();
    assert!(matches!(taken_back.statement, Statement::Corrected { instead: None, .. }));
    let refused = command::correct(&record, &id(0), None).unwrap_err();
    assert!(matches!(&refused, Refusal::CorrectionBreaks { event, .. } if *event == id(2)));
    // Opening later than a change that stands is refused too; the change itself says so.
    let kind = OrganisationKind::Trust;
    let later = Change::Registered {
        name: None,
        kind,
        opening: model::organisation::register::Opening::Stated,
    };
    let refused = command::correct(&record, &id(1), Some((day("2007-01-01"), later)));
    assert!(matches!(refused, Err(Refusal::CorrectionBreaks { .. })));
    let cycle = Change::ParentSet { parent: Some(code("B")) };
    let refused = command::correct(&record, &id(3), Some((day("2005-01-01"), cycle)));
    assert!(matches!(refused, Err(Refusal::HierarchyCycle { .. })));
}
