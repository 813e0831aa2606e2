//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

mod format;
mod lines;
mod local_date;
pub mod systeminfo;
mod update_entry;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
