//! One file, or every member of an archive, read for `check`.

use app::import::read::{ReadOptions, read_each};
use exposure::host::SourceFile;
use formats::export::report::ErrorReport;
use model::reading::Place;

use super::gather::Gathered;

/// Most warnings reported of one file; the rest are counted.
const MOST_WARNINGS: usize = 20;

/// Reads the bytes of a file, or of every member if it is an archive.
pub(super) fn read_bytes(name: &str, bytes: &[u8], options: &ReadOptions, into: &mut Gathered) {
    read_each(name, bytes, options, &mut |name, reading| match reading {
        Ok(reading) => {
            into.read += 1;
            let count = reading.warnings.len();
            let mut warn = |line, message| {
                let file = name.to_owned();
                into.errors.push(ErrorReport { file, line, level: "warning", message });
            };
            for warning in reading.warnings.into_iter().take(MOST_WARNINGS) {
                warn(line_of(&warning.place), warning.to_string());
            }
            if count > MOST_WARNINGS {
                warn(None, format!("{} more warnings of this file", count - MOST_WARNINGS));
            }
            into.files.push(SourceFile { path: name.to_owned(), evidence: reading.evidence });
        }
        Err(error) => into.fail(name, line_of(&error.place), error.to_string()),
    });
}

fn line_of(place: &Place) -> Option<u32> {
    match place {
        Place::Line(line) => Some(*line),
        _ => None,
    }
}
