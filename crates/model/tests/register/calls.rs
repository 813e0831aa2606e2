//! Who fixes this, and who is rung at 02:00.

use model::organisation::register::RegisterEvent;
use model::organisation::register::{CallPolicy, Change, Freshness, History, Hours, Level};
use model::organisation::{
    Contact, OrganisationKind, Party, PersonReference, Personal, Responsibility, Role, Slot,
};

use Freshness::{Fresh, Stale, Unconfirmed};

use crate::support::{born, closed, code, day, organisation, person, record, say, trust, under};

const fn slot(role: Role, call_order: u16) -> Slot {
    Slot { role, call_order }
}

fn practice() -> Vec<RegisterEvent> {
    use OrganisationKind::{Commissioner, Practice, Region, SupportUnit};
    vec![
        born("Y54", "2013-01-01", Region),
        born("Q1", "2013-01-01", Commissioner),
        born("00Z", "2013-01-01", Commissioner),
        born("IT1", "2013-01-01", SupportUnit),
        born("P1", "2013-01-01", Practice),
        under("Q1", "2013-01-01", "Y54"),
        under("00Z", "2013-01-01", "Q1"),
        under("P1", "2013-01-01", "00Z"),
        organisation("P1", "2013-01-01", slot(Role::ItProvider, 1), "IT1"),
        person("P1", "2016-01-01", slot(Role::SecurityLead, 1), "01632 960001", Some("2016-01-01")),
        person(
            "IT1",
            "2016-01-01",
            slot(Role::SecurityLead, 1),
            "01632 960002",
            Some("2017-05-01"),
        ),
        person("IT1", "2016-01-01", slot(Role::OutOfHours, 2), "01632 960004", None),
        person("IT1", "2016-01-01", slot(Role::OutOfHours, 1), "01632 960003", Some("2017-05-01")),
        person("Y54", "2016-01-01", slot(Role::OutOfHours, 1), "01632 960005", Some("2030-01-01")),
    ]
}

fn numbers(events: Vec<RegisterEvent>, hours: Hours) -> Vec<(String, Level)> {
    let register = History::of(&record(events)).at(day("2017-05-12"));
    let list = register.call_list(&code("P1"), hours, CallPolicy::default());
    list.steps
        .iter()
        .filter_map(|step| {
            let phone = step.responsibility.personal.contact()?.phone.clone()?;
            Some((phone.trim_start_matches("01632 96000").to_owned(), step.level))
        })
        .collect()
}

#[test]
fn at_night_the_list_goes_through_owner_provider_commissioner_and_region() {
    let steps = numbers(practice(), Hours::Night);
    let expected = [
        ("1", Level::Owner),
        ("3", Level::ItProvider),
        ("4", Level::ItProvider),
        ("2", Level::ItProvider),
        ("5", Level::Region),
    ];
    assert_eq!(steps, expected.map(|(number, level)| (number.to_owned(), level)));
    assert_eq!(numbers(practice(), Hours::Working)[1].0, "2");
}

#[test]
fn who_runs_the_it_fixes_it_and_stale_contacts_are_flagged() {
    let register = History::of(&record(practice())).at(day("2017-05-12"));
    let list = register.call_list(&code("P1"), Hours::Night, CallPolicy::default());
    assert_eq!(list.fixers, [&code("IT1")]);
    let fresh: Vec<_> = list.steps.iter().map(|step| step.freshness).collect();
    let expected =
        [Stale { days: 497 }, Fresh { days: 11 }, Unconfirmed, Fresh { days: 11 }, Unconfirmed];
    assert_eq!(fresh, expected);
    let patient = CallPolicy { stale_after_days: 497 };
    let list = register.call_list(&code("P1"), Hours::Night, patient);
    assert_eq!(list.steps[0].freshness, Fresh { days: 497 });
}

#[test]
fn a_closed_provider_is_followed_to_who_took_over() {
    let mut events = practice();
    events.extend([
        born("IT2", "2017-01-01", OrganisationKind::Supplier),
        person("IT2", "2017-01-01", slot(Role::OutOfHours, 1), "01632 960009", None),
        closed("IT1", "2017-04-01", &["IT2"]),
    ]);
    let steps = numbers(events.clone(), Hours::Night);
    assert_eq!(steps[1], ("9".to_owned(), Level::ItProvider));
    events.push(born("P2", "2017-05-01", OrganisationKind::Practice));
    events.push(closed("P1", "2017-05-01", &["P2"]));
    let register = History::of(&record(events)).at(day("2017-05-12"));
    let list = register.call_list(&code("P1"), Hours::Night, CallPolicy::default());
    assert_eq!((list.stands_for, list.fixers), (vec![&code("P2")], vec![&code("P2")]));
}

#[test]
fn who_reaches_nobody_is_listed_as_an_orphan() {
    let slot_one = slot(Role::OutOfHours, 1);
    let mail = Contact { mail: Some("lead@raa.example".to_owned()), ..Contact::default() };
    let with_mail_only = Responsibility {
        party: Party::Person(PersonReference::of_slot(&code("RAA"), slot_one)),
        personal: Personal::Given(mail),
        confirmed_on: None,
    };
    let with_mail_only = say(
        "RAA",
        "2017-01-01",
        Change::ResponsibilitySet { slot: slot_one, responsibility: Some(with_mail_only) },
    );
    let erased = Responsibility {
        party: Party::Person("RAB/deputy/1".parse().unwrap()),
        personal: Personal::Erased,
        confirmed_on: Some(day("2017-05-01")),
    };
    let record = record(vec![
        trust("RAA", "2001-04-01"),
        trust("RAB", "2001-04-01"),
        trust("RAC", "2001-04-01"),
        with_mail_only,
        say(
            "RAB",
            "2017-01-01",
            Change::ResponsibilitySet { slot: slot(Role::Deputy, 1), responsibility: Some(erased) },
        ),
        person("RAC", "2017-01-01", slot(Role::Deputy, 1), "01632 960007", None),
        organisation("RAC", "2017-01-01", slot(Role::Owner, 1), "RAA"),
        organisation("RAA", "2017-01-01", slot(Role::Owner, 1), "RAC"),
        say(
            "RAC",
            "2017-06-01",
            Change::ResponsibilitySet { slot: slot(Role::Deputy, 1), responsibility: None },
        ),
    ]);
    let history = History::of(&record);
    assert!(history.faults().is_empty());
    let orphans = |on: &str, hours| {
        let register = history.at(day(on));
        let orphans = register.orphans(hours, CallPolicy::default());
        orphans.iter().map(|one| one.code.to_string()).collect::<Vec<_>>()
    };
    // RAA reaches its owner RAC by day and night; RAB's only contact was erased.
    assert_eq!(orphans("2017-05-12", Hours::Night), ["RAB"]);
    assert_eq!(orphans("2017-06-02", Hours::Night), ["RAA", "RAB", "RAC"]);
    assert_eq!(orphans("2017-06-02", Hours::Working), ["RAB"]);
}
