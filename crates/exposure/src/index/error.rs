//! Why an index cannot be opened.

use crate::pack::PackError;
use crate::wire::WireError;

/// Why bytes are no usable part of an index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Not written by us, by another version, or damaged.
    #[error("segment of the index")]
    File(#[from] PackError),
    /// The tables do not hold together.
    #[error("it is damaged")]
    Invalid(#[from] WireError),
    /// Not a segment.
    #[error("it is not a segment of the index")]
    Foreign,
    /// Another version.
    #[error("it has layout version {found}, this program reads {expected}: build it again")]
    Version {
        /// Version in the file.
        found: u32,
        /// Version that is read.
        expected: u32,
    },
    /// The checksum does not fit.
    #[error("it is damaged: its checksum does not fit")]
    Damaged,
    /// Built by what other knowledge knew of updates.
    #[error("it was built under other knowledge of updates: build it again from the packs")]
    OtherKnowledge,
    /// A cached view of other classes, another day or other knowledge.
    #[error("it is a view of something else: judge the classes again")]
    OtherView,
    /// More than the layout can hold.
    #[error("there are more {what} than the index can hold")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
    },
}
