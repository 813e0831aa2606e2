//! Every export of one invented report, held against the rules of its format.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panic")]

mod csv;
mod json;
mod sample;
mod sarif;
mod vex;
