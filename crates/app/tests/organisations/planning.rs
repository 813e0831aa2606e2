//! What an import would change.

use app::organisations::{ImportOptions, Sites, plan_import};
use model::organisation::register::{Change, History, Opening, RegisterEvent, Statement};
use model::organisation::{Listing, ListingClass, OrganisationKind, Personal, Role, Slot};
use model::reading::Place;

use crate::support::{code, day, import, options, plan};

const FIRST: &str = "code,name,kind,geography,region,opened,closed,successor,it_provider,expected_hosts,security_lead_phone,confirmed_on\n\
    RX1,Marsh End,trust,Q83,Y54,2001-04-01,,,SU1,8000,01632 960001,2017-04-01\n\
    RX2,Fenside,trust,Q83,Y54,1994-04-01,,,,,,\n";

fn name_on(history: &History, of: &str, on: &str) -> String {
    history.at(day(on)).get(&code(of)).map_or("nobody", |one| one.label()).to_owned()
}

fn parent_on(history: &History, of: &str, on: &str) -> Option<String> {
    history.at(day(on)).get(&code(of))?.parent.as_ref().map(ToString::to_string)
}

#[test]
fn the_first_import_registers_rows_and_the_codes_above_them() {
    let mut history = History::default();
    let plan = import(&mut history, "register.csv", FIRST.as_bytes(), "2017-05-12");
    let summary = plan.summary;
    assert_eq!((summary.registered, summary.by_code_only, summary.moved), (4, 2, 3));
    assert_eq!((summary.responsibilities, summary.expected_hosts, summary.conflicts), (2, 1, 0));
    // The region is known from the day on which somebody first stood below it.
    let region = history.life(&code("Y54")).unwrap();
    assert_eq!((region.opened(), region.opening()), (day("1994-04-01"), Opening::Assumed));
    let register = history.at(day("2000-01-01"));
    assert_eq!(register.descendants(&code("Y54")).len(), 2);
    // The number of hosts is known from the day of the file only.
    assert!(register.get(&code("RX2")).unwrap().expected_hosts.is_none());
    assert!(plan.events.iter().any(|planned| planned.reason.is_some()));
    assert!(plan.summary.to_string().contains("\n2 of these known by code only"));
}

#[test]
fn a_change_counts_from_the_day_of_the_file_and_a_missing_row_changes_nothing() {
    let mut history = History::default();
    import(&mut history, "register.csv", FIRST.as_bytes(), "2017-05-12");
    let second =
        "code,name,kind,geography,region,opened\nRX1,Marsh End and Fen,trust,Q84,Y63,2001-04-01\n";
    let plan = import(&mut history, "register.csv", second.as_bytes(), "2019-04-01");
    assert_eq!((plan.summary.renamed, plan.summary.registered), (1, 2));
    assert_eq!(name_on(&history, "RX1", "2019-03-31"), "Marsh End");
    assert_eq!(name_on(&history, "RX1", "2019-04-01"), "Marsh End and Fen");
    assert_eq!(parent_on(&history, "RX1", "2019-03-31").unwrap(), "Q83");
    assert!(history.at(day("2020-01-01")).get(&code("RX2")).unwrap().is_open());
}

#[test]
fn letter_case_alone_is_no_new_name() {
    let mut history = History::default();
    import(&mut history, "register.csv", FIRST.as_bytes(), "2017-05-12");
    let capitals = "code,name\nRX1,MARSH END\n";
    let plan = import(&mut history, "register.csv", capitals.as_bytes(), "2019-04-01");
    assert_eq!((plan.events.len(), plan.summary.unchanged), (0, 1));
}

#[test]
fn an_older_file_fills_the_past_and_leaves_the_present() {
    let mut history = History::default();
    let newer = "code,name,kind,parent,opened\nRX1,New Name,trust,Y63,2001-04-01\n";
    import(&mut history, "register.csv", newer.as_bytes(), "2022-01-01");
    assert_eq!(name_on(&history, "RX1", "2017-05-12"), "New Name");
    let older = "code,name,kind,parent,opened\nRX1,Old Name,trust,Y54,2001-04-01\n";
    import(&mut history, "register.csv", older.as_bytes(), "2018-09-15");
    let names = ["2001-04-01", "2018-09-15", "2021-12-31", "2022-01-01"]
        .map(|on| name_on(&history, "RX1", on));
    assert_eq!(names, ["Old Name", "Old Name", "Old Name", "New Name"]);
    assert_eq!(parent_on(&history, "RX1", "2017-05-12").unwrap(), "Y54");
    assert_eq!(parent_on(&history, "RX1", "2022-01-01").unwrap(), "Y63");
    let again = plan(&history, "register.csv", newer.as_bytes(), "2022-01-01");
    assert_eq!(again.events, []);
}

#[test]
fn a_closing_day_in_the_file_closes_and_successors_may_come_later() {
    let mut history = History::default();
    import(&mut history, "register.csv", FIRST.as_bytes(), "2017-05-12");
    let closed = "code,name,closed,successor\nRX1,Marsh End,2017-09-30,\n";
    let plan = import(&mut history, "register.csv", closed.as_bytes(), "2018-09-15");
    let [event] = plan.events.as_slice() else { panic!("{:?}", plan.events) };
    assert_eq!(event.event.as_at, day("2017-09-30"));
    let merged = "code,name,kind,opened,closed,successor\nRX1,Marsh End,,,2017-09-30,R0Z\n\
        R0Z,Marsh and Fen,trust,2017-10-01,,\n";
    let plan = import(&mut history, "register.csv", merged.as_bytes(), "2018-09-15");
    assert_eq!((plan.summary.succeeded, plan.summary.registered), (1, 1));
    let register = history.at(day("2018-01-01"));
    assert_eq!(register.current(&code("RX1"))[0].code, code("R0Z"));
    let count = |on: &str| history.at(day(on)).open_of(OrganisationKind::Trust).count();
    assert_eq!((count("2017-09-30"), count("2017-10-01")), (2, 2));
}

#[test]
fn what_contradicts_the_register_is_reported_with_its_place_and_not_taken() {
    let mut history = History::default();
    import(&mut history, "register.csv", FIRST.as_bytes(), "2017-05-12");
    let closed = "code,name,closed\nRX1,Marsh End,2017-09-30\n";
    import(&mut history, "register.csv", closed.as_bytes(), "2018-09-15");
    let odd = "code,name,parent,opened,closed\nRX1,Marsh End,,2001-04-01,2017-10-31\n\
        RX2,Fenside,,1995-04-01,\nRX2,Twice,,,\nQ83,Marshes,RX2,,\nRX1,Marsh End,,,\n";
    let plan = import(&mut history, "register.csv", odd.as_bytes(), "2018-10-01");
    let conflicts: Vec<String> = plan.conflicts.iter().map(ToString::to_string).collect();
    let expected = [
        "line 4: RX2: listed before at line 3, differently",
        "line 6: RX1: listed before at line 2, differently",
        "line 2: RX1: closed on 2017-10-31 here and on 2017-09-30 in the register",
        "line 3: RX2: opened on 1995-04-01 here and on 1994-04-01 in the register",
        "line 5: Q83: RX2 stands below Q83 on 2018-10-01",
    ];
    assert_eq!(conflicts.len(), expected.len(), "{conflicts:#?}");
    for (conflict, expected) in conflicts.iter().zip(expected) {
        assert!(conflict.starts_with(expected), "{conflict}");
    }
    assert_eq!(plan.summary.conflicts, 5);
    let open = "code,name\nRX1,Marsh End\n";
    let plan = import(&mut history, "register.csv", open.as_bytes(), "2018-10-01");
    assert!(plan.conflicts[0].message.starts_with("listed without a closing"));
}

#[test]
fn a_code_known_only_by_mention_gets_its_name_and_its_opening_later() {
    let mut history = History::default();
    import(&mut history, "register.csv", FIRST.as_bytes(), "2017-05-12");
    let regions = "code,name,kind,opened\nY54,North,region,2013-04-01\n";
    let plan = import(&mut history, "register.csv", regions.as_bytes(), "2018-01-01");
    assert_eq!((plan.summary.openings, plan.summary.renamed), (1, 1));
    assert_eq!(name_on(&history, "Y54", "2014-01-01"), "North");
    assert_eq!(name_on(&history, "Y54", "2012-01-01"), "nobody");
}

#[test]
fn erased_details_are_not_brought_back_by_the_same_file() {
    let mut history = History::default();
    import(&mut history, "register.csv", FIRST.as_bytes(), "2017-05-12");
    let slot = Slot { role: Role::SecurityLead, call_order: 1 };
    let life = history.life(&code("RX1")).unwrap();
    let mut known = life.responsibility(slot).unwrap().stretches()[0].value.clone().unwrap();
    known.personal = Personal::Erased;
    let change = Change::ResponsibilitySet { slot, responsibility: Some(known) };
    history.accept(&RegisterEvent::change(code("RX1"), day("2017-05-12"), change)).unwrap();
    let plan = plan(&history, "register.csv", FIRST.as_bytes(), "2017-05-12");
    assert_eq!(plan.events, []);
    assert!(plan.conflicts[0].message.contains("were erased"));
}

#[test]
fn sites_are_left_out_unless_asked_for() {
    let site = Listing {
        parent: Some(code("RX1")),
        opened: Some(day("2001-04-01")),
        ..Listing::new(code("RX101"), ListingClass::Site, Place::Line(2))
    };
    let rows = [Listing::new(code("RX1"), ListingClass::Listed, Place::Line(1)), site];
    let left = plan_import(&History::default(), &rows, &options("2017-05-12"));
    assert_eq!((left.summary.registered, left.summary.sites_left_out), (1, 1));
    let take = ImportOptions { sites: Sites::Take, ..options("2017-05-12") };
    let taken = plan_import(&History::default(), &rows, &take);
    assert_eq!((taken.summary.registered, taken.summary.kind_unknown), (2, 2));
    let above = &taken.events[0].event;
    assert_eq!(above.as_at, day("2001-04-01"));
    assert!(matches!(above.statement, Statement::Change(Change::Registered { .. })));
}
