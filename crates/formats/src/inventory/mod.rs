//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

mod format;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
