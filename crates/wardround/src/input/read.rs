//! One file: unpacked if it is an archive, recognised, read.

use std::ops::ControlFlow;

use exposure::host::SourceFile;
use formats::export::report::ErrorReport;
use formats::inventory::{self, Input};
use formats::unpack;
use model::reading::Place;

use super::gather::{Gathered, Options};

/// Most warnings reported of one file; the rest are counted.
const MOST_WARNINGS: usize = 20;

/// Reads the bytes of a file, or of every member if it is an archive.
pub(super) fn read_bytes(name: &str, bytes: &[u8], options: &Options, into: &mut Gathered) {
    if !unpack::is_archive(bytes) {
        read_one(name, bytes, options, into);
        return;
    }
    let limits = unpack::Limits {
        member_bytes: options.max_size,
        total_bytes: options.max_size.saturating_mul(4),
        ..unpack::Limits::default()
    };
    let mut faults = Vec::new();
    let opened = unpack::for_each_member(bytes, own_name(name), &limits, &mut |member| {
        match member {
            Ok(member) => {
                read_one(&format!("{name}/{}", member.path), &member.bytes, options, into);
            }
            Err(warning) => faults.push(warning.to_string()),
        }
        ControlFlow::Continue(())
    });
    // Where nothing could be unpacked, the error repeats the first fault.
    if let Err(error) = opened
        && faults.is_empty()
    {
        faults.push(error.to_string());
    }
    for fault in faults {
        into.fail(name, None, fault);
    }
}

/// The name of a file without its folders: what is in a .gz is called after it.
fn own_name(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\']).next()
}

fn read_one(name: &str, bytes: &[u8], options: &Options, into: &mut Gathered) {
    let input = Input { bytes, file_name: own_name(name) };
    let result = if let Some(mapping) = &options.mapping {
        inventory::mapped_csv::read_mapped(&input, mapping)
    } else if let Some(format) = options.format.or_else(|| inventory::detect(&input)) {
        (format.read)(&input)
    } else {
        into.fail(name, None, unrecognised(&input));
        return;
    };
    match result {
        Ok(reading) => {
            into.read += 1;
            let count = reading.warnings.len();
            for warning in reading.warnings.into_iter().take(MOST_WARNINGS) {
                into.errors.push(ErrorReport {
                    file: name.to_owned(),
                    line: line_of(&warning.place),
                    level: "warning",
                    message: warning.to_string(),
                });
            }
            if count > MOST_WARNINGS {
                into.errors.push(ErrorReport {
                    file: name.to_owned(),
                    line: None,
                    level: "warning",
                    message: format!("{} more warnings of this file", count - MOST_WARNINGS),
                });
            }
            into.files.push(SourceFile { path: name.to_owned(), evidence: reading.evidence });
        }
        Err(error) => into.fail(name, line_of(&error.place), error.to_string()),
    }
}

fn unrecognised(input: &Input<'_>) -> String {
    if input.bytes.is_empty() {
        return "whole file: it is empty; export it again".to_owned();
    }
    match formats::advisory::detect(input) {
        Some(format) => format!(
            "whole file: this is no evidence of a host but what a publisher states ({}); give it \
             to `wardround knowledge build`",
            format.name
        ),
        None => "whole file: not recognised as any format; name it with --format (see \
                 `wardround formats`), or describe a table with --mapping"
            .to_owned(),
    }
}

fn line_of(place: &Place) -> Option<u32> {
    match place {
        Place::Line(line) => Some(*line),
        _ => None,
    }
}
