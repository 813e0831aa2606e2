//! Finding what was changed: tiles, entries, checkpoints and rows held against one another.
//!
//! [`verify`] reads every entry, computes what all tiles and the root must be, and goes down from the
//! signed root where they are not, so that a fault is named by its file and entry. A log proves
//! nothing against who holds its key; checkpoints that others have kept ([`Remembered`]) do. Rows of a
//! database are compared by [`compare_rows`]. No database is needed, nothing is written.

mod authority;
mod entries;
mod events;
mod fault;
mod levels;
mod remembered;
mod report;
mod rows;
mod run;

pub use fault::Fault;
pub use remembered::Remembered;
pub use report::Report;
pub use rows::{RowCheck, RowFault, compare_rows};
pub use run::verify;

#[cfg(test)]
mod tests;
