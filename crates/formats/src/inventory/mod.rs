//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

mod format;
mod identity;
mod kbs;
mod moment;
pub mod nessus;
pub mod nmap;
mod notes;
mod platform;
mod xml;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
