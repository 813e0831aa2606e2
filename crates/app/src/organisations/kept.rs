//! The register in the record: read as known at an instant, added to by commands and imports.

use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::register::{Entry, History, RegisterEvent};
use model::organisation::{Listing, OrganisationCode};
use store::Filter;

use super::{ImportOptions, KINDS, Plan, Said, decode, encode, plan_import};
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;

/// How many events are read at once.
const PAGE: usize = 4_096;
/// How many events are appended at once.
const PART: usize = 4_096;

/// The register with all its past, as known at an instant (`None`: now).
pub async fn history(context: &Context, as_known: Option<Timestamp>) -> Result<History, Error> {
    let mut filter = Filter {
        kinds: KINDS.iter().map(|kind| (*kind).to_owned()).collect(),
        known_until: as_known,
        ..Filter::default()
    };
    let mut entries = Vec::new();
    loop {
        let events = context.store.events(&filter, PAGE).await?;
        let Some(last) = events.last() else { break };
        filter.from_number = last.number + 1;
        for event in &events {
            let decoded = decode(event).map_err(|source| {
                Error::damaged("event of the register", event.event.subject.clone(), source)
            })?;
            entries.push(Entry { id: event.id.clone(), event: decoded });
        }
    }
    Ok(History::of(&entries))
}

/// Imports the rows of a register. The same file twice records nothing.
pub async fn import(
    context: &Context,
    caller: &Caller,
    rows: &[Listing],
    options: &ImportOptions,
) -> Result<Plan, Error> {
    caller.expect(Permission::ManageKnowledge, None)?;
    let known = history(context, None).await?;
    let plan = plan_import(&known, rows, options);
    for planned in plan.events.chunks(PART) {
        let events = planned
            .iter()
            .map(|planned| {
                let mut said = said(caller);
                if said.reason.is_none() {
                    said.reason = planned.reason.map(ToOwned::to_owned);
                }
                encode(&planned.event, &said)
            })
            .collect();
        context.store.append(events, context.now).await?;
    }
    Ok(plan)
}

/// Records events that a command of the register gave.
pub async fn record(
    context: &Context,
    caller: &Caller,
    events: &[RegisterEvent],
) -> Result<(), Error> {
    caller.expect(Permission::ManageKnowledge, None)?;
    let said = said(caller);
    let events = events.iter().map(|event| encode(event, &said)).collect();
    context.store.append(events, context.now).await?;
    Ok(())
}

/// Whether an organisation is registered as at a day and the caller may know it.
pub async fn expect(
    context: &Context,
    caller: &Caller,
    organisation: &OrganisationCode,
    day: Date,
) -> Result<(), Error> {
    let known = history(context, None).await?.at(day).get(organisation).is_some();
    if known && caller.may(organisation) {
        return Ok(());
    }
    Err(Error::NoOrganisation(organisation.clone()))
}

fn said(caller: &Caller) -> Said {
    let mut said = Said::by(caller.actor.clone());
    said.on_behalf_of.clone_from(&caller.on_behalf_of);
    said.authority.clone_from(&caller.authority);
    said.reason.clone_from(&caller.reason);
    said
}
