//! Files of any format that `check` reads, archives opened, as readings that keep their bytes.

use std::ops::ControlFlow;

use formats::inventory::mapped_csv::Mapping;
use formats::inventory::{self, Input, InventoryFormat, Reading};
use formats::unpack::{self, Budget, Member};
use model::reading::{Place, ReadError};
use sha2::{Digest as _, Sha256};

/// What to do with an archive that cannot be unpacked in full.
const BY_HAND: &str = "unpack it by hand and give what is inside";

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

/// Reads a file; an archive gives one entry for each member, and one with its first fault for what
/// could not be unpacked.
pub fn read(path: &str, bytes: Vec<u8>, options: &ReadOptions) -> Vec<ReadFile> {
    let mut files = Vec::new();
    read_within(path, bytes, (options, &mut budget(options)), &mut |file| files.push(file));
    files
}

/// What the archives of one sending may cost together, where each may cost all of it.
pub fn budget(options: &ReadOptions) -> Budget {
    Budget::of(&limits(options))
}

/// As [`read`], one by one, and for one of several files that share a budget.
pub fn read_within(
    path: &str,
    bytes: Vec<u8>,
    (options, budget): (&ReadOptions, &mut Budget),
    each: &mut dyn FnMut(ReadFile),
) {
    let file = |path: String, bytes: Vec<u8>, reading| ReadFile {
        sha256: Sha256::digest(&bytes).into(),
        path,
        bytes,
        reading,
    };
    if !unpack::is_archive(&bytes) {
        let reading = read_one(path, &bytes, options);
        return each(file(path.to_owned(), bytes, reading));
    }
    let mut fault = None;
    each_member(path, &bytes, (options, budget), &mut |member| match member {
        Ok(member) => {
            let path = format!("{path}/{}", member.path);
            let reading = read_one(&path, &member.bytes, options);
            each(file(path, member.bytes, reading));
        }
        Err(error) => drop(fault.get_or_insert(error)),
    });
    if let Some(fault) = fault {
        each(file(path.to_owned(), bytes, Err(fault)));
    }
}

/// As [`read`], for whoever needs no bytes afterwards: each file of which anything was read, or each
/// fault, with its path, one by one.
pub fn read_each(
    path: &str,
    bytes: &[u8],
    options: &ReadOptions,
    each: &mut dyn FnMut(&str, Result<Reading, ReadError>),
) {
    if !unpack::is_archive(bytes) {
        each(path, read_one(path, bytes, options));
        return;
    }
    let mut faults = Vec::new();
    each_member(path, bytes, (options, &mut budget(options)), &mut |member| match member {
        Ok(member) => {
            let path = format!("{path}/{}", member.path);
            each(&path, read_one(&path, &member.bytes, options));
        }
        Err(error) => faults.push(error),
    });
    for fault in faults {
        each(path, Err(fault));
    }
}

/// The members of an archive, and what of it could not be unpacked.
fn each_member(
    path: &str,
    bytes: &[u8],
    (options, budget): (&ReadOptions, &mut Budget),
    each: &mut dyn FnMut(Result<Member, ReadError>),
) {
    let mut is_faulty = false;
    let within = (&limits(options), budget);
    let opened = unpack::for_each_member_within(bytes, Some(path), within, &mut |member| {
        each(member.map_err(|warning| {
            is_faulty = true;
            ReadError::new(warning.place, warning.message, BY_HAND)
        }));
        ControlFlow::Continue(())
    });
    // Where nothing could be unpacked, the error repeats the first fault.
    if let Err(error) = opened
        && !is_faulty
    {
        each(Err(error));
    }
}

fn limits(options: &ReadOptions) -> unpack::Limits {
    unpack::Limits {
        member_bytes: options.max_size,
        total_bytes: options.max_size.saturating_mul(4),
        ..unpack::Limits::default()
    }
}

fn read_one(path: &str, bytes: &[u8], options: &ReadOptions) -> Result<Reading, ReadError> {
    let input = Input { bytes, file_name: path.rsplit(['/', '\\']).next() };
    if let Some(mapping) = &options.mapping {
        inventory::mapped_csv::read_mapped(&input, mapping)
    } else if let Some(format) = options.format.or_else(|| inventory::detect(&input)) {
        (format.read)(&input)
    } else {
        Err(unrecognised(&input))
    }
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
