//! The table of register formats and how one is chosen.

use model::organisation::Listing;
use model::reading::{ReadError, Warning};

use super::{lookup, ods, plain};
use crate::inventory::Input;

/// What a reader made of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The organisations that the file lists, in its order, then the codes that it only mentions.
    pub listings: Vec<Listing>,
    /// What could not be used or had to be guessed.
    pub warnings: Vec<Warning>,
}

/// A format that we read.
#[derive(Debug)]
pub struct RegisterFormat {
    /// The name `--format` takes.
    pub name: &'static str,
    /// One line for `--help`: what it is and who publishes it.
    pub about: &'static str,
    /// Whether a file is of this format. Of several formats that say yes, the first in [`FORMATS`]
    /// wins.
    pub sniff: fn(&Input<'_>) -> bool,
    /// Reads it.
    pub read: fn(&Input<'_>) -> Result<Reading, ReadError>,
}

/// Every format, the more specific before the more general.
pub const FORMATS: &[RegisterFormat] = &[
    RegisterFormat {
        name: ods::NAME,
        about: "NHS Organisation Data Service: 27 columns without a header (etr, epraccur, eccg, ...)",
        sniff: ods::sniff,
        read: ods::read,
    },
    RegisterFormat {
        name: lookup::NAME,
        about: "lookup of commissioners to care boards to regions, CSV (Office for National Statistics)",
        sniff: lookup::sniff,
        read: lookup::read,
    },
    RegisterFormat {
        name: plain::NAME,
        about: "table with a header: code, name, kind, parent, opened, closed, successor, ...",
        sniff: plain::sniff,
        read: plain::read,
    },
];

/// The format of a file, if one recognises it.
pub fn detect(input: &Input<'_>) -> Option<&'static RegisterFormat> {
    FORMATS.iter().find(|format| (format.sniff)(input))
}

/// The format with this name.
pub fn named(name: &str) -> Option<&'static RegisterFormat> {
    FORMATS.iter().find(|format| format.name == name)
}
