//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

mod format;
mod identity;
mod kbs;
pub mod mapped_csv;
mod moment;
pub mod nessus;
pub mod nexpose;
pub mod nmap;
mod notes;
pub mod openvas;
mod platform;
pub mod qualys;
mod roster;
mod table;
mod xml;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
