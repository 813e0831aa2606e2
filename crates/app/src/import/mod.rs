//! Evidence in: from files to facts in the record.
//!
//! [`read`] turns bytes into readings (one bad file costs itself), [`plan`](plan::plan) decides
//! what an import says before anything is stored, [`summary`] counts what came of it,
//! [`run`](run::import) records it. [`sending`] is how files come that were sent to a server: from the
//! spool, in parts that fit into memory, within limits for all of them together.

pub mod archive;
pub mod body;
mod hold;
pub mod intake;
pub mod plan;
pub mod read;
pub mod run;
pub mod sending;
pub mod summary;

#[cfg(test)]
mod tests;
