//! What the record says, for whoever checks it: events in order, one event with what belongs to it,
//! and a proof that it stands where it stands.
//!
//! A caller sees events of their organisations, and those of nobody in particular, as far as the
//! handling marking lets them; all others are not there for them.

use jiff::Timestamp;
use model::event::Event;
use model::organisation::OrganisationCode;
use record::checkpoint::Keys;
use record::proof::prove;
use store::Filter;

use crate::context::{Caller, Context};
use crate::error::Error;

/// Most events that are looked at for one page: where most are not the caller's, a page is short and
/// says where to go on.
const LOOKED_AT: usize = 5_000;
/// How many events are read at once.
const PAGE: usize = 500;

/// What part of the record is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this organisation only.
    pub organisation: Option<OrganisationCode>,
    /// Of these kinds only; none: all.
    pub kinds: Vec<String>,
    /// About this subject only.
    pub subject: Option<String>,
    /// Only what was known at this instant.
    pub known_until: Option<Timestamp>,
    /// From this number on.
    pub from: u64,
}

/// A part of the record, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Events.
    pub events: Vec<Event>,
    /// The number from which to go on; `None` at the end.
    pub next: Option<u64>,
    /// How many events the record has.
    pub size: u64,
}

/// Events that the caller may read, at most `limit`.
pub async fn events(
    context: &Context,
    caller: &Caller,
    wanted: &Wanted,
    limit: usize,
) -> Result<Part, Error> {
    if let Some(organisation) = &wanted.organisation
        && !caller.may(organisation)
    {
        return Err(Error::NoOrganisation(organisation.clone()));
    }
    let mut filter = Filter {
        kinds: wanted.kinds.clone(),
        subject: wanted.subject.clone(),
        organisation: wanted.organisation.clone(),
        known_until: wanted.known_until,
        from_number: wanted.from,
    };
    let mut part = Part { size: context.store.size().await?, ..Part::default() };
    let mut looked_at = 0;
    loop {
        let events = context.store.events(&filter, PAGE).await?;
        let Some(last) = events.last() else { return Ok(part) };
        filter.from_number = last.number + 1;
        looked_at += events.len();
        for event in events {
            if !caller.may_read(&event.event) {
                continue;
            }
            if part.events.len() == limit {
                part.next = Some(event.number);
                return Ok(part);
            }
            part.events.push(event);
        }
        if looked_at >= LOOKED_AT {
            part.next = Some(filter.from_number);
            return Ok(part);
        }
    }
}

/// One event; [`Error::NoEvent`] if it is not there or not for the caller.
pub async fn event(context: &Context, caller: &Caller, number: u64) -> Result<Event, Error> {
    let filter = Filter { from_number: number, ..Filter::default() };
    let found = context.store.events(&filter, 1).await?.into_iter().next();
    found
        .filter(|event| event.number == number && caller.may_read(&event.event))
        .ok_or(Error::NoEvent(number))
}

/// A file that proves to anyone, offline, that an event stands in the record.
pub async fn proof(context: &Context, caller: &Caller, number: u64) -> Result<String, Error> {
    event(context, caller, number).await?;
    let checkpoint = context.store.checkpoint().await?;
    let keys = Keys::new(vec![context.store.verifier_key().clone()]);
    let reader = context.store.log_reader();
    let made = tokio::task::spawn_blocking(move || prove(&reader, &checkpoint, &keys, number));
    let broken = |source: Box<dyn std::error::Error + Send + Sync>| {
        Error::damaged("log", format!("event {number}"), source)
    };
    made.await.map_err(|source| broken(source.into()))?.map_err(|source| broken(source.into()))
}
