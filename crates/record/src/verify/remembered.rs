//! Checkpoints that others have kept.

use super::{Fault, Report};
use crate::Hash;
use crate::checkpoint::{Head, Keys, Name, OpenError, open};

/// A checkpoint that somebody kept: in a receipt, a pack, a mail, on paper. As good as the trust in who
/// kept it, signed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Who kept it, or where it was found, for the report ("receipt of 12 May 2017").
    pub from: String,
    /// Which log it is of, where that is known.
    pub origin: Option<Name>,
    /// Size and root.
    pub head: Head,
}

impl Remembered {
    /// A kept checkpoint that is still signed.
    pub fn of_note(from: &str, note: &[u8], keys: &Keys) -> Result<Self, OpenError> {
        let opened = open(note, keys)?;
        Ok(Self { from: from.to_owned(), origin: Some(opened.origin), head: opened.head })
    }
}

/// Compares one kept checkpoint. `origin` and `size` are of the log now, `found` is the root of as many
/// of its entries as the kept checkpoint covers. Gives how many entries are proved by it.
pub(super) fn compare(
    kept: &Remembered,
    origin: &Name,
    size: u64,
    found: Option<Hash>,
    report: &mut Report,
) -> u64 {
    let from = kept.from.clone();
    if let Some(expected) = kept.origin.clone().filter(|expected| expected != origin) {
        report.add(Fault::OtherLog { from, expected, found: origin.clone() });
        return 0;
    }
    let Head { size: expected, root } = kept.head;
    if expected > size {
        report.add(Fault::RolledBack { from, expected, found: size });
        return 0;
    }
    match found {
        Some(found) if found == root => {
            report.continued += 1;
            return expected;
        }
        Some(found) => {
            report.add(Fault::Forked { from, size: expected, expected: root, found });
        }
        None => report.add(Fault::Unchecked { from, size: expected }),
    }
    0
}
