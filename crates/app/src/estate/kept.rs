//! The table of hosts in the record: the projection for now, a fold for any other instant.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use model::event::Event;
use model::organisation::OrganisationCode;
use store::{Change, Filter};

use super::fold::{RecognitionList, apply};
use super::table::{HostTable, PackRef};
use super::tables;
use crate::context::Context;
use crate::error::Error;
use crate::import::body::{ImportBody, KIND};

/// Key of the table in its space.
const TABLE: &str = "table";
/// How many events are read at once.
const PAGE: usize = 512;

/// The space of an organisation's estate.
pub(crate) fn space(organisation: &OrganisationCode) -> String {
    format!("estate/{organisation}")
}

/// Key of a file that the record holds.
pub(crate) fn file_key(sha256: &str, day: Option<Date>) -> String {
    match day {
        None => format!("file/{sha256}"),
        Some(day) => format!("file/{sha256}/{day}"),
    }
}

/// An organisation's hosts as they are known now, and of how many events of the record they are made.
pub async fn now(
    context: &Context,
    organisation: &OrganisationCode,
) -> Result<(Arc<HostTable>, u64), Error> {
    let space = space(organisation);
    loop {
        let before = context.store.projection_as_of(&space).await?;
        let table = match tables::known(&context.store, organisation, before) {
            Some(known) => Some(known),
            None => decoded(context, (&space, before), organisation).await?,
        };
        if before > 0 && table.is_none() {
            // Written by another version, or damaged: it is only a fold.
            context.store.projection_clear(&space).await?;
            continue;
        }
        let table = table.unwrap_or_default();
        let filter = Filter {
            kinds: vec![KIND.to_owned()],
            organisation: Some(organisation.clone()),
            from_number: before,
            ..Filter::default()
        };
        let events = context.store.events(&filter, PAGE).await?;
        let Some(last) = events.last() else { return Ok((table, before)) };
        let as_of = last.number + 1;
        // Not copied, unless somebody looks at it at this moment.
        tables::forget(&context.store, organisation);
        let mut table = Arc::unwrap_or_clone(table);
        let mut changes = Vec::new();
        for event in &events {
            let (body, list) = load(context, event).await?;
            for file in &list.files {
                let key = file_key(&file.sha256, file.undated_as);
                changes.push(Change::Put(key, body.import.clone().into_bytes()));
            }
            apply(&mut table, pack_of(event, &body), &list, Date::MAX);
        }
        let bytes = table
            .encode()
            .map_err(|source| Error::damaged("table of hosts", organisation.as_str(), source))?;
        changes.push(Change::Put(TABLE.to_owned(), bytes));
        match context.store.project(&space, (before, as_of), changes).await {
            Ok(()) => tables::keep(&context.store, organisation, (&Arc::new(table), as_of)),
            // Another process folded the same events: go on from where it is.
            Err(store::Error::ProjectionMoved { .. }) => {}
            // Only looked at: folded in memory and not kept.
            Err(store::Error::OpenedToRead) => {
                let day = Date::MAX;
                let table = at(context, organisation, day, Timestamp::MAX).await?;
                return Ok((Arc::new(table), as_of));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The table as it is kept, which stays in memory for the next who asks; `None` if it cannot be used.
async fn decoded(
    context: &Context,
    (space, as_of): (&str, u64),
    organisation: &OrganisationCode,
) -> Result<Option<Arc<HostTable>>, Error> {
    let Some(row) = context.store.projected(space, TABLE).await? else { return Ok(None) };
    let table = HostTable::decode(&row.value).map(Arc::new);
    // Another process may have projected a newer one between the two looks.
    let is_of_that = context.store.projection_as_of(space).await? == as_of;
    if let Some(table) = table.as_ref().filter(|_| is_of_that) {
        tables::keep(&context.store, organisation, (table, as_of));
    }
    Ok(table)
}

/// An organisation's hosts as at one day and as known at one instant, folded from the record.
pub async fn at(
    context: &Context,
    organisation: &OrganisationCode,
    as_at: Date,
    as_known: Timestamp,
) -> Result<HostTable, Error> {
    let mut table = HostTable::default();
    let mut from_number = 0;
    loop {
        let filter = Filter {
            kinds: vec![KIND.to_owned()],
            organisation: Some(organisation.clone()),
            known_until: Some(as_known),
            from_number,
            ..Filter::default()
        };
        let events = context.store.events(&filter, PAGE).await?;
        let Some(last) = events.last() else { return Ok(table) };
        from_number = last.number + 1;
        for event in &events {
            let (body, list) = load(context, event).await?;
            apply(&mut table, pack_of(event, &body), &list, as_at);
        }
    }
}

fn pack_of(event: &Event, body: &ImportBody) -> PackRef {
    PackRef { blob: body.pack.clone(), archive: body.archive.clone(), event: event.id.to_string() }
}

async fn load(context: &Context, event: &Event) -> Result<(ImportBody, RecognitionList), Error> {
    let subject = || event.event.subject.clone();
    let body: ImportBody = serde_json::from_str(&event.event.body)
        .map_err(|source| Error::damaged("body", subject(), source))?;
    let blob = body
        .recognition
        .parse()
        .map_err(|source| Error::damaged("name of the recognition", subject(), source))?;
    let bytes = context.store.get(blob).await?;
    let list = serde_json::from_slice(&bytes)
        .map_err(|source| Error::damaged("recognition", subject(), source))?;
    Ok((body, list))
}
