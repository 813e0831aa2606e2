//! One row of the 27-column layout.

use std::str::FromStr;

use csv::StringRecord;
use model::organisation::{Listing, ListingClass, OrganisationCode};
use model::reading::Place;

use super::COLUMNS;
use super::kind::{self, FileKind};
use crate::inventory::notes::Notes;
use crate::register::day::day;

// Columns, counted from 0.
const CODE: usize = 0;
const NAME: usize = 1;
const REGION: usize = 2;
const GEOGRAPHY: usize = 3;
const OPENED: usize = 10;
const CLOSED: usize = 11;
const COMMISSIONER: usize = 14;
const JOINED: usize = 15;
const SETTING: usize = 25;

/// Whether a record looks like a row of this layout.
pub(super) fn is_one(record: &StringRecord) -> bool {
    let code = cell(record, CODE).is_some_and(|code| code.parse::<OrganisationCode>().is_ok());
    let days = [OPENED, CLOSED].into_iter().filter_map(|at| cell(record, at));
    let sound = days.clone().count() > 0 && days.into_iter().all(|text| day(text).is_ok());
    record.len() == COLUMNS && code && sound
}

/// Whether a row names its commissioner.
pub(super) fn has_commissioner(record: &StringRecord) -> bool {
    cell(record, COMMISSIONER).is_some()
}

/// What a row says, or why it cannot be used.
pub(super) fn listing(
    record: &StringRecord,
    file: FileKind,
    place: Place,
    notes: &mut Notes,
) -> Result<Listing, String> {
    if record.len() != COLUMNS {
        return Err(format!("{} columns where the layout has {COLUMNS}", record.len()));
    }
    let code: OrganisationCode = cell(record, CODE)
        .unwrap_or("")
        .parse()
        .map_err(|error: model::organisation::OrganisationCodeError| error.to_string())?;
    let date = |at: usize| cell(record, at).map(day).transpose();
    let (opened, closed) = (date(OPENED)?, date(CLOSED)?);
    if let (Some(opened), Some(closed)) = (opened, closed)
        && closed < opened
    {
        return Err(format!("{code} closes on {closed}, before it opens on {opened}"));
    }
    // What is less than the row is left out alone.
    let name = lenient(record, NAME, "name", &place, notes);
    let region = lenient(record, REGION, "region", &place, notes);
    let geography = lenient(record, GEOGRAPHY, "health geography", &place, notes);
    let commissioner = lenient(record, COMMISSIONER, "commissioner", &place, notes);
    let joined = date(JOINED).unwrap_or_else(|message| {
        notes.add(place.clone(), format!("{message}; read without the day it joined"));
        None
    });
    let (class, kind) = kind::of_row(file, &code, cell(record, SETTING));
    let trust = (class == ListingClass::Site).then(|| kind::trust_of_site(&code)).flatten();
    let parent_since = joined.filter(|_| commissioner.is_some() && trust.is_none());
    let parent = trust
        .or(commissioner)
        .or_else(|| geography.clone())
        .or_else(|| region.clone())
        .filter(|parent| *parent != code);
    Ok(Listing {
        name,
        kind: Some(kind),
        parent,
        parent_since,
        opened,
        closed,
        geography,
        region,
        ..Listing::new(code, class, place)
    })
}

/// A cell that is filled.
fn cell(record: &StringRecord, at: usize) -> Option<&str> {
    record.get(at).map(str::trim).filter(|cell| !cell.is_empty())
}

fn lenient<T: FromStr>(
    record: &StringRecord,
    at: usize,
    what: &str,
    place: &Place,
    notes: &mut Notes,
) -> Option<T> {
    let text = cell(record, at)?;
    let value = text.parse().ok();
    if value.is_none() {
        notes.add(place.clone(), format!("`{text}` is no {what}; read without it"));
    }
    value
}
