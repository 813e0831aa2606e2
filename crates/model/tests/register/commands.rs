//! Commands give events, nothing where nothing changes, or a reason.

use model::organisation::OrganisationKind;
use model::organisation::register::command::{self, NewOrganisation};
use model::organisation::register::{ExpectedHosts, History, Refusal, RegisterEvent};

use crate::support::{closed, code, day, record, trust, under};

type Command<'c> = Box<dyn Fn(&History) -> Result<Vec<RegisterEvent>, Refusal> + 'c>;

fn new(of: &str, parent: Option<&str>, opened: &str) -> NewOrganisation {
    NewOrganisation {
        code: code(of),
        name: "Marsh End".parse().unwrap(),
        kind: OrganisationKind::Trust,
        parent: parent.map(code),
        opened: day(opened),
    }
}

#[test]
fn every_command_gives_events_that_the_history_accepts_and_none_the_second_time() {
    let mut history = History::of(&record(vec![trust("UP", "2000-01-01")]));
    let on = day("2017-01-01");
    let hosts = ExpectedHosts { count: 8_000, source: "asset register".to_owned() };
    let name = "Marsh End and Fenside".parse().unwrap();
    let a = code("A");
    let commands: [Command<'_>; 5] = [
        Box::new(|history| command::rename(history, &a, &name, on)),
        Box::new(|history| command::set_kind(history, &a, OrganisationKind::Supplier, on)),
        Box::new(|history| command::set_parent(history, &a, None, on)),
        Box::new(|history| command::set_expected_hosts(history, &a, Some(&hosts), on)),
        Box::new(|history| command::close(history, &a, on, &[code("UP")])),
    ];
    for event in command::register(&history, &new("A", Some("UP"), "2010-01-01")).unwrap() {
        history.accept(&event).unwrap();
    }
    for command in commands {
        let events = command(&history).unwrap();
        assert_eq!(events.len(), 1);
        history.accept(&events[0]).unwrap();
        assert_eq!(command(&history).unwrap(), []);
    }
    let register = history.at(day("2017-01-02"));
    let a = register.get(&a).unwrap();
    assert_eq!((a.label(), a.is_open()), ("Marsh End and Fenside", false));
    assert_eq!(a.expected_hosts, Some(hosts));
}

#[test]
fn a_mistyped_or_closed_organisation_above_is_refused() {
    let history = History::of(&record(vec![
        trust("OLD", "2000-01-01"),
        closed("OLD", "2010-01-01", &[]),
        trust("A", "2000-01-01"),
        under("OLD", "2001-01-01", "NEW"),
    ]));
    let refused = |parent, opened| {
        command::register(&history, &new("NEW", Some(parent), opened)).unwrap_err()
    };
    assert_eq!(
        refused("OLD", "2011-01-01").to_string(),
        "OLD is not open on 2011-01-01: name one that is"
    );
    assert!(matches!(refused("TYPO", "2011-01-01"), Refusal::UnknownOther(_)));
    // NEW stands above OLD already, though nobody had registered it.
    assert!(matches!(refused("OLD", "2005-01-01"), Refusal::HierarchyCycle { .. }));
    let reused = command::register(&history, &new("OLD", None, "2020-01-01")).unwrap_err();
    assert!(reused.to_string().contains("a code is never given again"));
    let typo = command::close(&history, &code("A"), day("2012-01-01"), &[code("TYPO")]);
    assert!(matches!(typo, Err(Refusal::UnknownOther(_))));
}
