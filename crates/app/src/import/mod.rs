//! Evidence in: from files to facts in the record.
//!
//! [`read`] turns bytes into readings (one bad file costs itself), [`plan`](plan::plan) decides
//! what an import says before anything is stored, [`summary`] counts what came of it, [`run`](run::import) records it.

pub mod archive;
pub mod body;
pub mod plan;
pub mod read;
pub mod run;
pub mod summary;

#[cfg(test)]
mod tests;
