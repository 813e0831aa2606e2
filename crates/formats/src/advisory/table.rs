//! CSV as feeds publish it: a header that names the columns, comment lines, rows read one at a time.

use std::borrow::Cow;

use csv::{ByteRecord, Reader, ReaderBuilder};
use model::reading::{Place, ReadError};

use crate::advisory::content;

/// The rows of a table.
pub(super) struct Table<'a> {
    bytes: Cow<'a, [u8]>,
    header: ByteRecord,
}

impl<'a> Table<'a> {
    /// Reads the header.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        // UTF-16 (a table saved again by a spreadsheet) becomes UTF-8 first; anything else is read
        // as it stands, cell by cell, so that a table of 100 MB is not copied.
        let bytes: Cow<'a, [u8]> =
            if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
                Cow::Owned(content::whole(bytes).into_owned().into_bytes())
            } else {
                Cow::Borrowed(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))
            };
        let header = reader(&bytes).byte_headers().cloned().map_err(|error| {
            ReadError::new(Place::Line(1), error.to_string(), "check that the file is a CSV table")
        })?;
        Ok(Self { bytes, header })
    }

    /// The position of a column.
    pub(super) fn column(&self, name: &str) -> Result<usize, ReadError> {
        self.header
            .iter()
            .position(|cell| cell.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
            .ok_or_else(|| {
                ReadError::new(
                    Place::Line(1),
                    format!("there is no column `{name}`"),
                    "fetch the table again, or say with --format what it is",
                )
            })
    }

    /// Gives every row with its line to `each`, or what is wrong with it.
    pub(super) fn rows(&self, mut each: impl FnMut(Place, Result<Row<'_>, String>)) {
        let mut reader = reader(&self.bytes);
        let mut record = ByteRecord::new();
        loop {
            let more = reader.read_byte_record(&mut record);
            let line = record.position().map_or(0, csv::Position::line);
            let place = Place::Line(u32::try_from(line).unwrap_or(u32::MAX));
            match more {
                Ok(false) => break,
                Ok(true) if record.len() == self.header.len() => {
                    each(place, Ok(Row { record: &record }));
                }
                Ok(true) => each(
                    place,
                    Err(format!("{} cells where {} belong", record.len(), self.header.len())),
                ),
                Err(error) => {
                    each(place, Err(error.to_string()));
                    break;
                }
            }
        }
    }
}

/// One row.
pub(super) struct Row<'a> {
    record: &'a ByteRecord,
}

impl Row<'_> {
    /// The text of a cell; bytes that are no UTF-8 are replaced.
    pub(super) fn cell(&self, column: usize) -> Cow<'_, str> {
        match String::from_utf8_lossy(self.record.get(column).unwrap_or_default()) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }
}

fn reader(bytes: &[u8]) -> Reader<&[u8]> {
    ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(bytes)
}
