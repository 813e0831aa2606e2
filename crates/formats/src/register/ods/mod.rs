//! Files of the NHS Organisation Data Service in its 27-column layout, which has no header.
//!
//! ```text
//! "RX1","MARSH END NHS TRUST","Y54","Q83","1 MARSH LANE","","","FENSIDE","","ZZ1 1ZZ","20010401","20170930",...
//! ```
//! Columns, counted from 1: 1 code, 2 name, 3 national grouping (region), 4 high level health
//! geography, 5 to 10 address, 11 open date, 12 close date, 13 status, 14 sub-type, 15
//! commissioner, 16 and 17 the days it joined and left that, 18 telephone, 26 prescribing setting.
//! Address and telephone are left aside. (NHS Digital, "ODS CSV downloads", file layouts.)

mod kind;
mod row;

use csv::{ReaderBuilder, StringRecord};
use model::organisation::OrganisationKind;
use model::reading::{Place, ReadError};

use super::Reading;
use super::mentions::Mentions;
use crate::inventory::Input;
use crate::inventory::lines::LineOf;
use crate::inventory::notes::Notes;
use crate::text;

/// The name `--format` takes.
pub(crate) const NAME: &str = "ods";
/// How many columns a row has.
const COLUMNS: usize = 27;
/// How far into a file [`sniff`] looks.
const SNIFFED: usize = 16 << 10;

/// Whether the first rows have the layout's columns, a code, and a day where a day belongs.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = input.bytes.get(..SNIFFED).unwrap_or(input.bytes);
    let head = text::decode(head).content;
    let first: Vec<_> = records(&head).take(3).collect();
    first.iter().any(row::is_one)
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let content = text::decode(input.bytes).content;
    let file = kind::FileKind::of_name(input.file_name.unwrap_or(""));
    let mut lines = LineOf::new(&content);
    let mut notes = Notes::default();
    let mut mentions = Mentions::default();
    let mut listings = Vec::new();
    for record in records(&content) {
        let offset = record.position().map_or(0, csv::Position::byte);
        let place = Place::Line(lines.offset(offset));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match row::listing(&record, file, place.clone(), &mut notes) {
            Ok(row) => {
                let commissioner = row.parent.as_ref().filter(|_| row::has_commissioner(&record));
                mentions.add(
                    &row,
                    &[
                        (commissioner, OrganisationKind::Commissioner),
                        (row.geography.as_ref(), OrganisationKind::Commissioner),
                        (row.region.as_ref(), OrganisationKind::Region),
                    ],
                );
                listings.push(row);
            }
            Err(message) => notes.add(place, format!("{message}; the row was left out")),
        }
    }
    if listings.is_empty() {
        return Err(ReadError::new(
            Place::Whole,
            format!("no row has the {COLUMNS} columns of the Organisation Data Service"),
            "download the file again, or write a table with a header (see docs/formats)",
        ));
    }
    mentions.finish(&mut listings, &mut notes);
    Ok(Reading { listings, warnings: notes.finish() })
}

fn records(content: &str) -> impl Iterator<Item = StringRecord> {
    let reader =
        ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content.as_bytes());
    // Reading from memory as text cannot fail: neither I/O nor UTF-8 errors are possible.
    reader.into_records().map_while(Result::ok)
}
