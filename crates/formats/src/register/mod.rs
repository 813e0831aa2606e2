//! Registers of organisations: one module per format, one row per format in [`FORMATS`].
//!
//! A reader gives one [`Listing`](model::organisation::Listing) for each organisation that a file
//! lists, and one for each code that it only mentions (a region, a commissioner), so that the
//! hierarchy is known from one file. It judges nothing: what to record is for who imports.

mod day;
mod format;
pub mod lookup;
mod mentions;
pub mod ods;
pub mod plain;

pub use format::{FORMATS, Reading, RegisterFormat, detect, named};
