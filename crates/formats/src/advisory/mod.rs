//! What publishers state: advisories and feeds, one module per format.
//!
//! Every reader takes the bytes of one document or feed and gives its [`Source`](model::fact::Source)
//! first and then its facts, one by one, to a [`FactSink`](model::fact::FactSink). Nothing here
//! judges: a range that cannot be understood stays text, a missing update stays missing.

pub mod csaf;
pub mod cve5;
pub mod cvrf;
pub mod epss;
pub mod kev;
pub mod osv;
pub mod wes_ng;

mod content;
mod cve5_versions;
mod day;
mod ecosystem;
mod format;
mod identity;
mod json;
mod kb_cell;
mod osv_ranges;
mod prose;
mod table;
mod tally;
mod version_range;
mod xml;
mod yaml;

pub use format::{AdvisoryFormat, FORMATS, Summary, detect, named};
