//! The register in the record: read as known at an instant, added to by commands and imports.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::register::{Entry, History, Register, RegisterEvent};
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

/// The register as it was folded last, and of how many events of the record.
struct Known {
    size: u64,
    history: Arc<History>,
}

/// The same as at a day.
struct KnownAt {
    history: Arc<History>,
    day: Date,
    register: Arc<Register>,
}

/// The register with all its past, as known at an instant (`None`: now).
///
/// As known now it is folded once and kept in memory until the register is added to: at the size of a
/// nation folding costs more than most questions.
pub async fn history(
    context: &Context,
    as_known: Option<Timestamp>,
) -> Result<Arc<History>, Error> {
    if as_known.is_some() {
        return Ok(Arc::new(History::of(&entries(context, as_known).await?)));
    }
    // Read before the events: what is added meanwhile is looked for the next time.
    let size = context.store.size().await?;
    if let Some(known) = context.store.recall::<Known>() {
        let news = Filter { from_number: known.size, ..of_register(None) };
        if size <= known.size || context.store.events(&news, 1).await?.is_empty() {
            let history = Arc::clone(&known.history);
            let size = size.max(known.size);
            context.store.remember(Arc::new(Known { size, history: Arc::clone(&history) }));
            return Ok(history);
        }
    }
    let history = Arc::new(History::of(&entries(context, None).await?));
    context.store.remember(Arc::new(Known { size, history: Arc::clone(&history) }));
    Ok(history)
}

/// The register as it is known now, as at a day.
pub async fn at(context: &Context, day: Date) -> Result<Arc<Register>, Error> {
    let history = history(context, None).await?;
    if let Some(known) = context.store.recall::<KnownAt>()
        && known.day == day
        && Arc::ptr_eq(&known.history, &history)
    {
        return Ok(Arc::clone(&known.register));
    }
    let register = Arc::new(history.at(day));
    let kept = Arc::clone(&register);
    context.store.remember(Arc::new(KnownAt { history, day, register: kept }));
    Ok(register)
}

/// What one organisation is called as at a day, as known now, read from what is said of it alone; `None`: nothing is.
///
/// What others are decides nothing of a name, but where a closing was refused because of who took over.
pub async fn name(
    context: &Context,
    code: &OrganisationCode,
    day: Date,
) -> Result<Option<String>, Error> {
    let own = Filter { organisation: Some(code.clone()), ..of_register(None) };
    let register = Register::fold(&entries_of(context, own).await?, day);
    Ok(register.get(code).map(|own| own.label().to_owned()))
}

fn of_register(as_known: Option<Timestamp>) -> Filter {
    Filter {
        kinds: KINDS.iter().map(|kind| (*kind).to_owned()).collect(),
        known_until: as_known,
        ..Filter::default()
    }
}

async fn entries(context: &Context, as_known: Option<Timestamp>) -> Result<Vec<Entry>, Error> {
    entries_of(context, of_register(as_known)).await
}

async fn entries_of(context: &Context, mut filter: Filter) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    loop {
        let events = context.store.events(&filter, PAGE).await?;
        let Some(last) = events.last() else { return Ok(entries) };
        filter.from_number = last.number + 1;
        for event in &events {
            let decoded = decode(event).map_err(|source| {
                Error::damaged("event of the register", event.event.subject.clone(), source)
            })?;
            entries.push(Entry { id: event.id.clone(), event: decoded });
        }
    }
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
    let known = at(context, day).await?.get(organisation).is_some();
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
