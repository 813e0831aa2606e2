//! Whatever is said in whatever order, the register stays a register.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use model::organisation::register::{
    CallPolicy, Change, Entry, ExpectedHosts, History, Hours, Opening, Organisation, RegisterEvent,
    Statement,
};
use model::organisation::{
    OrganisationCode, OrganisationKind, Party, Personal, Responsibility, Role, Slot,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{code, id, record};

const CODES: [&str; 7] = ["A", "B", "C", "D", "E", "F", "G"];
const DAYS: i64 = 40;

fn on(day: i64) -> Date {
    date(2017, 1, 1).checked_add(day.days()).unwrap()
}

fn any_code() -> impl Strategy<Value = OrganisationCode> {
    (0..CODES.len()).prop_map(|at| code(CODES[at]))
}

fn any_change() -> impl Strategy<Value = Change> {
    let kind = (0..OrganisationKind::ALL.len()).prop_map(|at| OrganisationKind::ALL[at]);
    let role = (0..Role::ALL.len()).prop_map(|at| Role::ALL[at]);
    prop_oneof![
        4 => (kind.clone(), any::<bool>()).prop_map(|(kind, is_known)| Change::Registered {
            name: None,
            kind,
            opening: if is_known { Opening::Stated } else { Opening::Assumed },
        }),
        1 => Just(Change::OpeningStated),
        1 => "[A-Z]{1,3}".prop_map(|name| Change::Renamed { name: name.parse().unwrap() }),
        1 => kind.prop_map(|kind| Change::KindSet { kind }),
        6 => prop::option::weighted(0.9, any_code()).prop_map(|parent| Change::ParentSet { parent }),
        2 => vec(any_code(), 0..3).prop_map(|successors| Change::Closed { successors }),
        1 => vec(any_code(), 0..3).prop_map(|successors| Change::Succeeded { successors }),
        2 => (role, 0..3_u16, prop::option::of(any_code())).prop_map(|(role, call_order, party)| {
            Change::ResponsibilitySet {
                slot: Slot { role, call_order },
                responsibility: party.map(|party| Responsibility {
                    party: Party::Organisation(party),
                    personal: Personal::None,
                    confirmed_on: None,
                }),
            }
        }),
        1 => any::<u64>().prop_map(|count| Change::ExpectedHostsSet {
            hosts: Some(ExpectedHosts { count, source: "any".to_owned() }),
        }),
    ]
}

fn any_events(corrections: u32) -> impl Strategy<Value = Vec<Entry>> {
    let change = any_change().prop_map(Statement::Change);
    let correction = (0..60_usize, prop::option::of(any_change()))
        .prop_map(|(at, instead)| Statement::Corrected { corrects: id(at), instead });
    let statement = prop_oneof![20 => change, corrections => correction];
    let event = (any_code(), 0..DAYS, prop::option::of(0..DAYS), statement).prop_map(
        |(organisation, as_at, stated_on, statement)| RegisterEvent {
            organisation,
            as_at: on(as_at),
            stated_on: stated_on.map(on),
            statement,
        },
    );
    vec(event, 0..60).prop_map(record)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn folding_is_total_and_asks_nothing_twice(entries in any_events(3)) {
        let history = History::of(&entries);
        prop_assert!(history.faults().len() <= entries.len());
        for day in -1..=DAYS {
            let register = history.at(on(day));
            for one in register.all() {
                let list = register.call_list(&one.code, Hours::Night, CallPolicy::default());
                prop_assert!(list.is_orphan());
            }
            prop_assert!(register.loose_ends().len() <= 3 * CODES.len());
        }
    }

    #[test]
    fn nobody_stands_below_themselves_on_any_day(entries in any_events(2)) {
        let history = History::of(&entries);
        for day in 0..=DAYS {
            for (code, _) in history.lives() {
                let mut at = Some(code.clone());
                for step in 0..=CODES.len() {
                    prop_assert!(step < CODES.len(), "{code} on {}", on(day));
                    at = at.and_then(|at| {
                        history.life(&at)?.parents().at(on(day))?.value.clone()
                    });
                    if at.is_none() { break; }
                    prop_assert_ne!(at.as_ref(), Some(code));
                }
            }
        }
    }

    #[test]
    fn a_code_names_one_organisation_for_one_span_of_days(entries in any_events(2)) {
        let history = History::of(&entries);
        for code in CODES.map(code) {
            let open: Vec<i64> = (0..=DAYS)
                .filter(|day| history.at(on(*day)).get(&code).is_some_and(Organisation::is_open))
                .collect();
            if let (Some(first), Some(last)) = (open.first(), open.last()) {
                prop_assert_eq!(i64::try_from(open.len()).unwrap(), last - first + 1, "{} {:?}", code, open);
            }
        }
    }

    #[test]
    fn counts_at_two_days_differ_by_who_opened_and_who_closed(
        entries in any_events(2),
        days in (0..DAYS, 0..DAYS),
    ) {
        let (early, late) = (days.0.min(days.1), days.0.max(days.1));
        let history = History::of(&entries);
        let count = |day| history.at(on(day)).open().count();
        let within = |day: Date, from: i64, to: i64| on(from) < day && day <= on(to);
        let opened = history.lives().filter(|(_, life)| within(life.opened(), early, late)).count();
        let closed = history
            .lives()
            // The last day is one on which it was still open.
            .filter(|(_, life)| life.last_day().is_some_and(|day| within(day, early - 1, late - 1)))
            .count();
        prop_assert_eq!(count(late) + closed, count(early) + opened);
    }

    #[test]
    fn what_was_accepted_stays_accepted(entries in any_events(1), cut in any::<prop::sample::Index>()) {
        let entries: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| matches!(entry.event.statement, Statement::Change(_)))
            .collect();
        let cut = cut.index(entries.len() + 1);
        let before = History::of(&entries[..cut]);
        let after = History::of(&entries);
        prop_assert_eq!(before.faults(), &after.faults()[..before.faults().len()]);
        let early: BTreeSet<_> = entries[..cut].iter().map(|entry| entry.id.clone()).collect();
        prop_assert!(after.faults()[before.faults().len()..].iter().all(|it| !early.contains(&it.id)));
    }

    #[test]
    fn successors_lead_to_open_organisations_and_never_round(entries in any_events(2)) {
        let history = History::of(&entries);
        let register = history.at(on(DAYS));
        for one in register.all() {
            let current = register.current(&one.code);
            prop_assert!(current.iter().all(|it| it.is_open()));
            prop_assert!(one.is_open() || current.iter().all(|it| it.code != one.code));
        }
    }
}
