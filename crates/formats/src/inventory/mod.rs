//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

mod columns;
pub mod defender;
mod format;
pub mod get_hotfix;
mod hotfix_rows;
mod json_rows;
pub mod lansweeper;
mod lines;
mod local_date;
pub mod osquery;
pub mod qfe;
pub mod systeminfo;
mod update_entry;
pub mod update_history;
pub mod windows_version;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
