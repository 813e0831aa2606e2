//! One row of a table with a header.

use std::str::FromStr;

use model::organisation::{
    Contact, Listing, ListingClass, OrganisationCode, OrganisationCodeError, Role, Slot,
};

use super::columns::{Column, Columns, Contact as ContactColumn, Detail};
use super::kind;
use crate::inventory::notes::Notes;
use crate::inventory::table::Row;
use crate::register::day::day;

/// What separates codes in one cell.
const SEPARATORS: [char; 5] = [';', ',', '|', '/', ' '];
/// The longest text that a contact's cell may have.
const LONGEST: usize = 200;

/// What a row says, or why it cannot be used.
pub(super) fn listing(
    row: &Row<'_>,
    columns: &Columns,
    notes: &mut Notes,
) -> Result<Listing, String> {
    let cell = |column| row.get(columns.name(column));
    let code: OrganisationCode = cell(Column::Code)
        .unwrap_or("")
        .parse()
        .map_err(|error: OrganisationCodeError| error.to_string())?;
    let date = |column| cell(column).map(day).transpose();
    // Without its days or with a broken hierarchy a row would say something else than it does.
    let (opened, closed) = (date(Column::Opened)?, date(Column::Closed)?);
    if let (Some(opened), Some(closed)) = (opened, closed)
        && closed < opened
    {
        return Err(format!("{code} closes on {closed}, before it opens on {opened}"));
    }
    let other = |column| {
        let other = cell(column).map(str::parse::<OrganisationCode>).transpose();
        other.map_err(|error| error.to_string())
    };
    // What is less than the row is left out alone.
    let mut left_out = |text: &str, why: &str| {
        notes.add(row.place(), format!("`{text}` {why}; read without it"));
    };
    let mut above = |column| lenient(cell(column)?, "is no organisation code", &mut left_out);
    let (geography, region) = (above(Column::Geography), above(Column::Region));
    let commissioner = other(Column::Commissioner)?;
    let parent = other(Column::Parent)?
        .or_else(|| commissioner.clone())
        .or_else(|| geography.clone())
        .or_else(|| region.clone())
        .filter(|parent| *parent != code);
    let mut listing = Listing {
        parent,
        opened,
        closed,
        successors: successors(cell(Column::Successor).unwrap_or(""))?,
        geography,
        region,
        it_provider: other(Column::ItProvider)?,
        commissioner,
        ..Listing::new(code, ListingClass::Listed, row.place())
    };
    if let Some(text) = cell(Column::Name) {
        listing.name = lenient(text, "is no name", &mut left_out);
    }
    if let Some(text) = cell(Column::Kind) {
        listing.kind = kind::kind(text);
        if listing.kind.is_none() {
            left_out(text, &format!("is no kind (write one of {})", kind::allowed()));
        }
    }
    if let Some(text) = cell(Column::ExpectedHosts) {
        listing.expected_hosts = lenient(text, "is no number of hosts", &mut left_out);
    }
    if let Some(text) = cell(Column::ConfirmedOn) {
        listing.confirmed_on = day(text).map_err(|_| left_out(text, "is no day")).ok();
    }
    listing.contacts = contacts(row, columns, &mut left_out);
    Ok(listing)
}

fn lenient<T: FromStr>(text: &str, why: &str, left_out: &mut dyn FnMut(&str, &str)) -> Option<T> {
    let value = text.parse().ok();
    if value.is_none() {
        left_out(text, why);
    }
    value
}

fn successors(text: &str) -> Result<Vec<OrganisationCode>, String> {
    text.split(SEPARATORS)
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().map_err(|error: OrganisationCodeError| error.to_string()))
        .collect()
}

fn contacts(
    row: &Row<'_>,
    columns: &Columns,
    left_out: &mut dyn FnMut(&str, &str),
) -> Vec<(Slot, Contact)> {
    let roles: [(Role, ContactColumn); 4] = [
        (Role::OutOfHours, Column::OutOfHours),
        (Role::SecurityLead, Column::Lead),
        (Role::Deputy, Column::Deputy),
        (Role::Executive, Column::Executive),
    ];
    roles
        .into_iter()
        .filter_map(|(role, column)| {
            let mut detail = |detail| {
                let text = row.get(columns.name(column(detail)))?;
                if text.len() > LONGEST || text.chars().any(char::is_control) {
                    left_out(text.get(..40).unwrap_or("..."), "is too long for a contact");
                    return None;
                }
                Some(text.to_owned())
            };
            let contact = Contact {
                name: detail(Detail::Name),
                phone: detail(Detail::Phone),
                mobile: detail(Detail::Mobile),
                mail: detail(Detail::Mail),
            };
            (!contact.is_empty()).then_some((Slot { role, call_order: 1 }, contact))
        })
        .collect()
}
