//! What a person may say of organisations: each function checks it against the history and gives
//! events, or why not. Where nothing would change there are no events.
//!
//! A person is held to more than the fold: a parent or successor must be in the register and open,
//! because a mistyped code is more likely than one that nobody has told us of yet.

use jiff::civil::Date;

use super::accept::refuse_cycle;
use super::event::{Change, Entry, ExpectedHosts, Opening, RegisterEvent, Statement};
use super::history::History;
use super::refusal::Refusal;
use crate::event::EventId;
use crate::organisation::{
    OrganisationCode, OrganisationKind, OrganisationName, Party, Responsibility, Slot,
};

/// An organisation to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Its code.
    pub code: OrganisationCode,
    /// Its name.
    pub name: OrganisationName,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Who stands above it.
    pub parent: Option<OrganisationCode>,
    /// The first day on which it was open.
    pub opened: Date,
}

/// Registers an organisation.
pub fn register(history: &History, new: &NewOrganisation) -> Result<Vec<RegisterEvent>, Refusal> {
    let registered = Change::Registered {
        name: Some(new.name.clone()),
        kind: new.kind,
        opening: Opening::Stated,
    };
    let event = |change| RegisterEvent::change(new.code.clone(), new.opened, change);
    let mut events = vec![event(registered)];
    events.iter().try_for_each(|event| history.check(event))?;
    if let Some(parent) = &new.parent {
        must_be_open(history, parent, new.opened)?;
        refuse_cycle(history, &new.code, new.opened, parent)?;
        events.push(event(Change::ParentSet { parent: Some(parent.clone()) }));
    }
    Ok(events)
}

/// Renames an organisation.
pub fn rename(
    history: &History,
    code: &OrganisationCode,
    name: &OrganisationName,
    from: Date,
) -> Result<Vec<RegisterEvent>, Refusal> {
    let known = history.life(code).and_then(|life| life.names().at(from));
    let same = known.is_some_and(|stretch| stretch.value.as_ref() == Some(name));
    judged(history, code, from, same, Change::Renamed { name: name.clone() })
}

/// Says that an organisation is of another kind.
pub fn set_kind(
    history: &History,
    code: &OrganisationCode,
    kind: OrganisationKind,
    from: Date,
) -> Result<Vec<RegisterEvent>, Refusal> {
    let known = history.life(code).and_then(|life| life.kinds().at(from));
    let same = known.is_some_and(|stretch| stretch.value == kind);
    judged(history, code, from, same, Change::KindSet { kind })
}

/// Puts an organisation below another, or below none.
pub fn set_parent(
    history: &History,
    code: &OrganisationCode,
    parent: Option<&OrganisationCode>,
    from: Date,
) -> Result<Vec<RegisterEvent>, Refusal> {
    if let Some(parent) = parent {
        must_be_open(history, parent, from)?;
    }
    let known = history.life(code).and_then(|life| life.parents().at(from));
    let same = known.map_or(parent.is_none(), |stretch| stretch.value.as_ref() == parent);
    judged(history, code, from, same, Change::ParentSet { parent: parent.cloned() })
}

/// Closes an organisation; `last_day` is the last day on which it was open.
pub fn close(
    history: &History,
    code: &OrganisationCode,
    last_day: Date,
    successors: &[OrganisationCode],
) -> Result<Vec<RegisterEvent>, Refusal> {
    must_be_known(history, successors)?;
    if let Some(closed) = history.life(code).and_then(super::Life::last_day) {
        if closed != last_day {
            return Err(Refusal::AlreadyClosed { code: code.clone(), last_day: closed });
        }
        return succeed(history, code, last_day, successors);
    }
    judged(history, code, last_day, false, Change::Closed { successors: successors.to_vec() })
}

/// Says who took over from an organisation.
pub fn succeed(
    history: &History,
    code: &OrganisationCode,
    from: Date,
    successors: &[OrganisationCode],
) -> Result<Vec<RegisterEvent>, Refusal> {
    must_be_known(history, successors)?;
    let known = history.life(code).map_or(&[][..], |life| life.successions());
    let new: Vec<_> = successors
        .iter()
        .filter(|successor| !known.iter().any(|(_, known)| known == *successor))
        .cloned()
        .collect();
    judged(history, code, from, new.is_empty(), Change::Succeeded { successors: new })
}

/// Says who answers for an organisation in a role, or that nobody does.
pub fn set_responsibility(
    history: &History,
    code: &OrganisationCode,
    slot: Slot,
    responsibility: Option<&Responsibility>,
    from: Date,
) -> Result<Vec<RegisterEvent>, Refusal> {
    if let Some(Responsibility { party: Party::Organisation(other), .. }) = responsibility {
        must_be_open(history, other, from)?;
    }
    let track = history.life(code).and_then(|life| life.responsibility(slot));
    let known = track.and_then(|track| track.at(from)).and_then(|stretch| stretch.value.as_ref());
    let change = Change::ResponsibilitySet { slot, responsibility: responsibility.cloned() };
    judged(history, code, from, known == responsibility, change)
}

/// Says how many machines an organisation should have.
pub fn set_expected_hosts(
    history: &History,
    code: &OrganisationCode,
    hosts: Option<&ExpectedHosts>,
    from: Date,
) -> Result<Vec<RegisterEvent>, Refusal> {
    let known = history.life(code).and_then(|life| life.expected_hosts().at(from));
    let same = known.map_or(hosts.is_none(), |stretch| stretch.value.as_ref() == hosts);
    judged(history, code, from, same, Change::ExpectedHostsSet { hosts: hosts.cloned() })
}

/// Corrects an event, or takes it back. Needs the whole record, because what was said after it may
/// rest on it.
pub fn correct(
    record: &[Entry],
    corrects: &EventId,
    instead: Option<(Date, Change)>,
) -> Result<RegisterEvent, Refusal> {
    let Some(target) = record.iter().find(|entry| entry.id == *corrects) else {
        return Err(Refusal::NothingToCorrect(corrects.clone()));
    };
    let as_at = instead.as_ref().map_or(target.event.as_at, |(day, _)| *day);
    let event = RegisterEvent {
        organisation: target.event.organisation.clone(),
        as_at,
        stated_on: None,
        statement: Statement::Corrected {
            corrects: corrects.clone(),
            instead: instead.map(|(_, change)| change),
        },
    };
    let mut after = record.to_vec();
    // The identity that the record will give is not known here; it plays no part in the judgement.
    after.push(Entry { id: corrects.clone(), event: event.clone() });
    let before = History::of(record);
    let broken =
        History::of(&after).faults().iter().find(|fault| !before.faults().contains(fault)).cloned();
    match broken {
        None => Ok(event),
        Some(fault) if fault.id == *corrects => Err(fault.refusal),
        Some(fault) => Err(Refusal::CorrectionBreaks {
            event: fault.id,
            organisation: fault.organisation,
            because: Box::new(fault.refusal),
        }),
    }
}

/// The change as an event, if it fits; nothing if it says what is known.
fn judged(
    history: &History,
    code: &OrganisationCode,
    from: Date,
    same: bool,
    change: Change,
) -> Result<Vec<RegisterEvent>, Refusal> {
    let event = RegisterEvent::change(code.clone(), from, change);
    history.check(&event)?;
    Ok(if same { Vec::new() } else { vec![event] })
}

fn must_be_open(history: &History, code: &OrganisationCode, day: Date) -> Result<(), Refusal> {
    match history.life(code) {
        None => Err(Refusal::UnknownOther(code.clone())),
        Some(life) if life.is_open(day) => Ok(()),
        Some(_) => Err(Refusal::OtherNotOpen { code: code.clone(), day }),
    }
}

fn must_be_known(history: &History, codes: &[OrganisationCode]) -> Result<(), Refusal> {
    match codes.iter().find(|code| history.life(code).is_none()) {
        Some(code) => Err(Refusal::UnknownOther(code.clone())),
        None => Ok(()),
    }
}
