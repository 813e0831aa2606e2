//! Whether one change fits all that was accepted before it.
//!
//! A change is judged over all days, not only as at one: a parent is refused if on any day on which
//! it would hold the hierarchy led back. So the order of the record decides, and what was accepted
//! stays right whatever comes later.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::event::{Change, Opening};
use super::history::History;
use super::life::Life;
use super::refusal::Refusal;
use crate::organisation::OrganisationCode;

/// Says why a change does not fit, if it does not.
pub(super) fn check(
    history: &History,
    code: &OrganisationCode,
    as_at: Date,
    change: &Change,
) -> Result<(), Refusal> {
    let life = history.lives.get(code);
    if let Change::Registered { .. } = change {
        return life.map_or(Ok(()), |life| Err(taken(code, life)));
    }
    let life = life.ok_or_else(|| Refusal::NotRegistered(code.clone()))?;
    match change {
        Change::OpeningStated if life.opening == Opening::Stated => {
            return Err(Refusal::OpeningKnown { code: code.clone(), opened: life.opened });
        }
        Change::OpeningStated => {}
        _ if as_at < life.opened => {
            let (code, opened) = (code.clone(), life.opened);
            return Err(Refusal::BeforeOpening { code, opened, day: as_at });
        }
        _ => {}
    }
    match (change, life.last_day) {
        (Change::Closed { .. }, Some(last_day)) => {
            return Err(Refusal::AlreadyClosed { code: code.clone(), last_day });
        }
        // Who took over is often known later than the closing.
        (Change::Succeeded { .. }, _) | (_, None) => {}
        (_, Some(last_day)) if as_at > last_day => {
            return Err(Refusal::AfterClosing { code: code.clone(), last_day, day: as_at });
        }
        _ => {}
    }
    match change {
        Change::ParentSet { parent: Some(parent) } => refuse_cycle(history, code, as_at, parent),
        Change::Closed { successors } | Change::Succeeded { successors } => {
            refuse_circle(history, code, successors)
        }
        _ => Ok(()),
    }
}

/// Takes a change into the history, or says why it does not fit; then nothing is changed.
pub(super) fn accept(
    history: &mut History,
    code: &OrganisationCode,
    as_at: Date,
    stated_on: Option<Date>,
    change: &Change,
) -> Result<(), Refusal> {
    check(history, code, as_at, change)?;
    let stated_on = stated_on.unwrap_or(as_at);
    if let Change::Registered { name, kind, opening } = change {
        let mut life = Life::new(as_at, *opening);
        life.names.set(as_at, stated_on, name.clone());
        life.kinds.set(as_at, stated_on, *kind);
        history.lives.insert(code.clone(), life);
        return Ok(());
    }
    let Some(life) = history.lives.get_mut(code) else { return Ok(()) };
    match change {
        Change::Registered { .. } => {}
        Change::OpeningStated => {
            life.opened = as_at;
            life.opening = Opening::Stated;
        }
        Change::Renamed { name } => life.names.set(as_at, stated_on, Some(name.clone())),
        Change::KindSet { kind } => life.kinds.set(as_at, stated_on, *kind),
        Change::ParentSet { parent } => life.parents.set(as_at, stated_on, parent.clone()),
        Change::Closed { successors } => {
            life.last_day = Some(as_at);
            life.succeed(as_at, successors);
        }
        Change::Succeeded { successors } => life.succeed(as_at, successors),
        Change::ResponsibilitySet { slot, responsibility } => {
            let track = life.responsibilities.entry(*slot).or_default();
            track.set(as_at, stated_on, responsibility.clone());
        }
        Change::ExpectedHostsSet { hosts } => {
            life.expected_hosts.set(as_at, stated_on, hosts.clone());
        }
    }
    if let Change::Closed { successors } | Change::Succeeded { successors } = change {
        for successor in successors {
            history.successions.add(code, successor);
        }
    }
    Ok(())
}

fn taken(code: &OrganisationCode, life: &Life) -> Refusal {
    let code = code.clone();
    match life.last_day {
        Some(last_day) => Refusal::CodeReused { code, last_day },
        None => Refusal::AlreadyRegistered { code, since: life.opened },
    }
}

fn refuse_circle(
    history: &History,
    code: &OrganisationCode,
    successors: &[OrganisationCode],
) -> Result<(), Refusal> {
    match successors.iter().find(|successor| history.successions.lead(successor, code)) {
        Some(successor) => {
            Err(Refusal::SuccessionCycle { code: code.clone(), successor: successor.clone() })
        }
        None => Ok(()),
    }
}

/// Refuses a parent below the organisation itself on any day from `as_at` until the organisation's
/// next parent is set.
pub(super) fn refuse_cycle(
    history: &History,
    code: &OrganisationCode,
    as_at: Date,
    parent: &OrganisationCode,
) -> Result<(), Refusal> {
    let until = history.lives.get(code).and_then(|life| life.parents.next_after(as_at));
    let mut seen: BTreeSet<(&OrganisationCode, Date)> = BTreeSet::new();
    let mut open = vec![(parent, as_at, until)];
    while let Some((above, from, until)) = open.pop() {
        if above == code {
            let (code, parent) = (code.clone(), parent.clone());
            return Err(Refusal::HierarchyCycle { code, parent, day: from });
        }
        // Spans that reach one organisation never overlap: on each day there is one way up.
        if !seen.insert((above, from)) {
            continue;
        }
        let Some(life) = history.lives.get(above) else { continue };
        for (from, until, next) in life.parents.within(from, until) {
            if let Some(next) = next {
                open.push((next, from, until));
            }
        }
    }
    Ok(())
}
