//! Files of any format that `check` reads, archives opened, as readings that keep their bytes.

use std::ops::ControlFlow;

use formats::inventory::mapped_csv::Mapping;
use formats::inventory::{self, Input, InventoryFormat, Reading};
use formats::unpack;
use model::reading::{Place, ReadError};
use sha2::{Digest as _, Sha256};

/// How files are read.
#[derive(Default)]
pub struct ReadOptions {
    /// Read every file as this format.
    pub format: Option<&'static InventoryFormat>,
    /// Read tables through this mapping.
    pub mapping: Option<Mapping>,
    /// Largest member of an archive, in bytes.
    pub max_size: u64,
}

/// A file, or a member of an archive, and what a reader made of it.
pub struct ReadFile {
    /// Its path, as the person gave it; of a member: "archive.zip/member.txt".
    pub path: String,
    /// Its bytes as they came.
    pub bytes: Vec<u8>,
    /// The name of those bytes.
    pub sha256: [u8; 32],
    /// What it shows, or why it cannot be read.
    pub reading: Result<Reading, ReadError>,
}

/// Reads a file; an archive gives one entry for each member, and one for what could not be unpacked.
pub fn read(path: &str, bytes: Vec<u8>, options: &ReadOptions) -> Vec<ReadFile> {
    if !unpack::is_archive(&bytes) {
        return vec![read_one(path.to_owned(), bytes, options)];
    }
    let limits = unpack::Limits {
        member_bytes: options.max_size,
        total_bytes: options.max_size.saturating_mul(4),
        ..unpack::Limits::default()
    };
    let mut files = Vec::new();
    let mut faults: Vec<ReadError> = Vec::new();
    let opened = unpack::for_each_member(&bytes, Some(path), &limits, &mut |member| {
        match member {
            Ok(member) => {
                let path = format!("{path}/{}", member.path);
                files.push(read_one(path, member.bytes, options));
            }
            Err(warning) => faults.push(ReadError::new(
                warning.place,
                warning.message,
                "unpack it by hand and import what is inside",
            )),
        }
        ControlFlow::Continue(())
    });
    // Where nothing could be unpacked, the error repeats the first fault.
    if let Err(error) = opened
        && faults.is_empty()
    {
        faults.push(error);
    }
    if let Some(fault) = faults.into_iter().next() {
        files.push(ReadFile {
            path: path.to_owned(),
            sha256: Sha256::digest(&bytes).into(),
            bytes,
            reading: Err(fault),
        });
    }
    files
}

fn read_one(path: String, bytes: Vec<u8>, options: &ReadOptions) -> ReadFile {
    let short = path.rsplit(['/', '\\']).next();
    let input = Input { bytes: &bytes, file_name: short };
    let reading = if let Some(mapping) = &options.mapping {
        inventory::mapped_csv::read_mapped(&input, mapping)
    } else if let Some(format) = options.format.or_else(|| inventory::detect(&input)) {
        (format.read)(&input)
    } else {
        Err(unrecognised(&input))
    };
    ReadFile { sha256: Sha256::digest(&bytes).into(), path, reading, bytes }
}

fn unrecognised(input: &Input<'_>) -> ReadError {
    if input.bytes.is_empty() {
        return ReadError::new(Place::Whole, "it is empty", "export it again");
    }
    match formats::advisory::detect(input) {
        Some(format) => ReadError::new(
            Place::Whole,
            format!("this is no evidence of a host but what a publisher states ({})", format.name),
            "give it to `wardround knowledge build`",
        ),
        None => ReadError::new(
            Place::Whole,
            "not recognised as any format",
            "name it with --format (see `wardround formats`), or describe a table with --mapping",
        ),
    }
}
