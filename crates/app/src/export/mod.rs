//! The record as tables for other tools: hosts, software, updates, verdicts, organisations, and what
//! of the knowledge the verdicts rest on.
//!
//! [`export`](run::export) writes to whatever it is given, one organisation at a time, so that no more
//! than the evidence of one is held; the columns are in [`columns`] and in `docs/export.md`. Must not
//! know files or folders, and decides nothing: verdicts are the index's.

pub mod columns;
mod hosts;
mod knowledge;
pub mod run;
