//! Access in the record: events read back and added.

use jiff::Timestamp;
use model::event::{Event, EventId};
use model::organisation::OrganisationCode;
use store::Filter;

use super::decode::decode;
use super::encode::{KINDS, encode, of_unit};
use super::fold::{AccessState, fold};
use super::statement::{Entry, Statement};
use crate::context::{Caller, Context};
use crate::error::Error;

/// How many events are read at once.
const PAGE: usize = 4_096;

/// Access of everybody, as at now.
pub(super) async fn everybody(context: &Context) -> Result<AccessState, Error> {
    Ok(fold(&read(context, None).await?, context.now))
}

/// What one account has, as at now.
pub(super) async fn of_account(context: &Context, account: &str) -> Result<AccessState, Error> {
    Ok(fold(&read(context, Some(account.to_owned())).await?, context.now))
}

/// Who has delegated to a support unit, as at now.
pub(super) async fn of_clients(
    context: &Context,
    unit: &OrganisationCode,
) -> Result<AccessState, Error> {
    Ok(fold(&read(context, Some(of_unit(unit))).await?, context.now))
}

async fn read(context: &Context, subject: Option<String>) -> Result<Vec<Entry>, Error> {
    let kinds = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    let mut filter = Filter { kinds, subject, ..Filter::default() };
    let mut entries = Vec::new();
    loop {
        let events = context.store.events(&filter, PAGE).await?;
        let Some(last) = events.last() else { return Ok(entries) };
        filter.from_number = last.number + 1;
        for event in &events {
            // One that cannot be read may take something away: nobody goes on without it.
            entries.push(decode(event).map_err(|source| damaged(event, source))?);
        }
    }
}

fn damaged(event: &Event, source: super::decode::DecodeError) -> Error {
    Error::damaged("event of access", event.event.subject.clone(), source)
}

/// Records statements, all or none; gives the identity of the last.
pub(super) async fn record(
    context: &Context,
    caller: &Caller,
    reason: Option<&str>,
    statements: &[(Statement, Option<&OrganisationCode>)],
) -> Result<EventId, Error> {
    let events = statements
        .iter()
        .map(|(statement, organisation)| {
            encode(context, caller, reason, (statement, *organisation))
        })
        .collect();
    let appended = context.store.append(events, context.now).await?;
    let last = appended.events.into_iter().next_back();
    last.map(|event| event.id).ok_or_else(|| Error::Store(store::Error::Closed))
}

/// Whether an instant that somebody gave as an end lies ahead.
pub(super) fn lies_ahead(context: &Context, until: Option<Timestamp>) -> bool {
    until.is_none_or(|until| until > context.now)
}
