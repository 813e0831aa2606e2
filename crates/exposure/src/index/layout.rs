//! The frame of a segment: header and table of sections.
//!
//! Header, 48 bytes, little-endian: magic `WARDSEGM`, version (u32), CRC-32 of all that follows the
//! header (u32), fingerprint of the basis (16 bytes), numbers of hosts, classes, items, keys (u32
//! each). Then for each section its length (u64), then the sections.

use super::error::IndexError;
use crate::wire::{u32_at, u64_at};

pub(super) const MAGIC: [u8; 8] = *b"WARDSEGM";
/// Version of the layout of segments, and of how items are ordered, hashed and keyed: what is taken over from a
/// segment is not looked at again. One of another version is built again.
pub const VERSION: u32 = 2;
const HEADER: usize = 48;

/// Most hosts of a segment: a number of 16 bits names one.
pub(super) const MOST_HOSTS: usize = 1 << 16;

/// The sections, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// Codes of organisations and how many hosts each has, as varied numbers and texts.
    Organisations = 0,
    /// For each host its identity (u64).
    Identities = 1,
    /// For each host its class (u16).
    ClassOf = 2,
    /// For each host the days of patch state, software and findings (three u16).
    Days = 3,
    /// For each class the hash (16 bytes).
    ClassHashes = 4,
    /// The classes, packed.
    Classes = 5,
    /// For each item the hash (6 bytes); then for each the value (u32); then for each the form (byte).
    Items = 6,
    /// For each key and unbroken range of its items: hash (u64), first item, number (u32 each);
    /// sorted.
    Keys = 7,
    /// For each block of items where it ends (u32), then the blocks, packed.
    ItemRows = 8,
    /// Hosts of items.
    Postings = 9,
    /// Findings, packed.
    Findings = 10,
    /// For each finding where its hosts end (u32), then for each host: number, day (u16 each).
    Claims = 11,
    /// How many hosts that a scanner may contradict (u32); for each its number (u16); for each where
    /// its updates end (u32); then for each update: KB (u32), day (u16).
    Installed = 12,
    /// For each host the mark of its evidence (u64).
    Marks = 13,
}

pub(super) const SECTIONS: usize = 14;

/// The numbers of a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) hosts: u32,
    pub(super) classes: u32,
    pub(super) items: u32,
    pub(super) keys: u32,
}

/// Writes a segment.
pub(super) fn write(basis: [u8; 16], counts: Counts, sections: &[Vec<u8>; SECTIONS]) -> Vec<u8> {
    let mut body = Vec::new();
    for section in sections {
        body.extend_from_slice(&(section.len() as u64).to_le_bytes());
    }
    for section in sections {
        body.extend_from_slice(section);
    }
    let mut file = Vec::with_capacity(HEADER + body.len());
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    file.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    file.extend_from_slice(&basis);
    for count in [counts.hosts, counts.classes, counts.items, counts.keys] {
        file.extend_from_slice(&count.to_le_bytes());
    }
    file.extend_from_slice(&body);
    file
}

/// A frame, read.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) basis: [u8; 16],
    pub(super) counts: Counts,
    sections: [(usize, usize); SECTIONS],
}

impl Frame {
    /// Reads the frame of a segment; the checksum must fit.
    pub(super) fn read(file: &[u8]) -> Result<Self, IndexError> {
        let (header, body) = file.split_at_checked(HEADER).ok_or(IndexError::Foreign)?;
        if header.get(..8) != Some(MAGIC.as_slice()) {
            return Err(IndexError::Foreign);
        }
        let version = u32_at(header, 2);
        if version != VERSION {
            return Err(IndexError::Version { found: version, expected: VERSION });
        }
        if u32_at(header, 3) != crc32fast::hash(body) {
            return Err(IndexError::Damaged);
        }
        let basis = header.get(16..32).and_then(|b| b.try_into().ok()).unwrap_or_default();
        let counts = Counts {
            hosts: u32_at(header, 8),
            classes: u32_at(header, 9),
            items: u32_at(header, 10),
            keys: u32_at(header, 11),
        };
        if body.len() < SECTIONS * 8 {
            return Err(IndexError::Damaged);
        }
        let mut at = HEADER + SECTIONS * 8;
        let mut sections = [(0, 0); SECTIONS];
        for (number, section) in sections.iter_mut().enumerate() {
            let length = usize::try_from(u64_at(body, number)).map_err(|_| IndexError::Damaged)?;
            let end = at.checked_add(length).filter(|end| *end <= file.len());
            let end = end.ok_or(IndexError::Damaged)?;
            *section = (at, end);
            at = end;
        }
        if at == file.len() {
            Ok(Self { basis, counts, sections })
        } else {
            Err(IndexError::Damaged)
        }
    }

    /// A section's bytes.
    pub(super) fn section<'b>(&self, file: &'b [u8], section: Section) -> &'b [u8] {
        self.sections
            .get(section as usize)
            .and_then(|(from, to)| file.get(*from..*to))
            .unwrap_or_default()
    }
}
