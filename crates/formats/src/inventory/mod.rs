//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

mod columns;
mod format;
pub mod get_hotfix;
mod hotfix_rows;
mod json_rows;
mod lines;
mod local_date;
pub mod qfe;
pub mod systeminfo;
mod update_entry;
pub mod update_history;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
