//! Events as rows: read by what they are about, written by the log's sequencer only.
//!
//! Readers see what a durable checkpoint covers, and nothing beyond. What an event means is not
//! known here.

mod erase;
mod evidence;
mod prepare;
mod read;
mod row;
mod write;

pub use read::Filter;

pub(crate) use evidence::evidence;
pub(crate) use prepare::{accept, digest, prepare};
pub(crate) use read::{at, unsealed};
pub(crate) use row::Stored;
pub(crate) use write::insert;
