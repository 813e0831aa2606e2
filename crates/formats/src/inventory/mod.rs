//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

mod columns;
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
pub mod get_hotfix;
mod hotfix_rows;
mod json_rows;
mod lines;
mod local_date;
pub mod qfe;
pub mod systeminfo;
mod update_entry;
pub mod update_history;
pub mod apk;
mod component;
pub mod cyclonedx;
pub mod dpkg;
pub mod os_release;
mod package_list;
pub mod rpm;
pub mod spdx;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
