//! Any table of organisations with a header, in our own column names or others' for the same.
//!
//! ```text
//! code,name,kind,parent,opened,closed,successor,it_provider,expected_hosts
//! RX1,Marsh End Hospital,trust,Q83,2001-04-01,2017-09-30,R0Z,SU1,8000
//! ```
//! `--format` calls it `organisations-csv`. Columns that nobody knows are named in one warning.

mod columns;
mod kind;
mod row;

use model::organisation::OrganisationKind;
use model::reading::{Place, ReadError};

use super::Reading;
use super::mentions::Mentions;
use crate::inventory::Input;
use crate::inventory::notes::Notes;
use crate::inventory::table;
use crate::text;

/// The name `--format` takes.
pub(crate) const NAME: &str = "organisations-csv";

/// Whether a header names a code and something to say of it.
pub fn sniff(input: &Input<'_>) -> bool {
    table::has_header(input.bytes, columns::is_register)
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let content = text::decode(input.bytes).content;
    let Some(header) = table::find(&content, None, columns::is_register) else {
        return Err(ReadError::new(
            Place::Whole,
            "no header with a column `code` and one of `name`, `kind`, `parent`",
            "begin the table with a line like code,name,kind,parent,opened,closed",
        ));
    };
    let columns = columns::Columns::of(&header);
    let mut notes = Notes::default();
    if !columns.unknown.is_empty() {
        notes.add(
            Place::Line(header.line),
            format!(
                "columns that mean nothing here were left aside: {}",
                columns.unknown.join(", ")
            ),
        );
    }
    let mut listings = Vec::new();
    let mut mentions = Mentions::default();
    table::rows(&content, &header, &mut notes, |row, notes| {
        match row::listing(row, &columns, notes) {
            Ok(listing) => {
                mentions.add(
                    &listing,
                    &[
                        (listing.geography.as_ref(), OrganisationKind::Commissioner),
                        (listing.region.as_ref(), OrganisationKind::Region),
                    ],
                );
                listings.push(listing);
            }
            Err(message) => notes.add(row.place(), format!("{message}; the row was left out")),
        }
    });
    if listings.is_empty() {
        return Err(ReadError::new(
            Place::Line(header.line),
            "no row below the header could be read",
            "see the warnings, or write one organisation a row",
        ));
    }
    mentions.finish(&mut listings, &mut notes);
    Ok(Reading { listings, warnings: notes.finish() })
}
