//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

mod format;
mod notes;
mod xml;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
