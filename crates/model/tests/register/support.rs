//! Short ways to write events.

use jiff::civil::Date;
use model::event::EventId;
use model::organisation::register::{Change, Entry, Opening, RegisterEvent, Statement};
use model::organisation::{
    Contact, OrganisationCode, OrganisationKind, Party, PersonReference, Personal, Responsibility,
    Slot,
};

pub(crate) fn code(text: &str) -> OrganisationCode {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn id(number: usize) -> EventId {
    format!("00000000-0000-7000-8000-{number:012x}").parse().unwrap()
}

pub(crate) fn record(events: Vec<RegisterEvent>) -> Vec<Entry> {
    events.into_iter().enumerate().map(|(number, event)| Entry { id: id(number), event }).collect()
}

pub(crate) fn say(of: &str, as_at: &str, change: Change) -> RegisterEvent {
    RegisterEvent::change(code(of), day(as_at), change)
}

pub(crate) fn born(of: &str, as_at: &str, kind: OrganisationKind) -> RegisterEvent {
    let name = Some(format!("The {of}").parse().unwrap());
    say(of, as_at, Change::Registered { name, kind, opening: Opening::Stated })
}

pub(crate) fn trust(of: &str, as_at: &str) -> RegisterEvent {
    born(of, as_at, OrganisationKind::Trust)
}

pub(crate) fn under(of: &str, as_at: &str, parent: &str) -> RegisterEvent {
    say(of, as_at, Change::ParentSet { parent: Some(code(parent)) })
}

pub(crate) fn closed(of: &str, last_day: &str, successors: &[&str]) -> RegisterEvent {
    let successors = successors.iter().map(|one| code(one)).collect();
    say(of, last_day, Change::Closed { successors })
}

pub(crate) fn corrected(
    of: &str,
    as_at: &str,
    number: usize,
    instead: Option<Change>,
) -> RegisterEvent {
    RegisterEvent {
        organisation: code(of),
        as_at: day(as_at),
        stated_on: None,
        statement: Statement::Corrected { corrects: id(number), instead },
    }
}

pub(crate) fn person(
    of: &str,
    as_at: &str,
    slot: Slot,
    phone: &str,
    confirmed: Option<&str>,
) -> RegisterEvent {
    let contact = Contact { phone: Some(phone.to_owned()), ..Contact::default() };
    let responsibility = Responsibility {
        party: Party::Person(PersonReference::of_slot(&code(of), slot)),
        personal: Personal::Given(contact),
        confirmed_on: confirmed.map(day),
    };
    say(of, as_at, Change::ResponsibilitySet { slot, responsibility: Some(responsibility) })
}

pub(crate) fn organisation(of: &str, as_at: &str, slot: Slot, other: &str) -> RegisterEvent {
    let responsibility = Responsibility {
        party: Party::Organisation(code(other)),
        personal: Personal::None,
        confirmed_on: None,
    };
    say(of, as_at, Change::ResponsibilitySet { slot, responsibility: Some(responsibility) })
}
