//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

pub mod apk;
mod columns;
mod component;
pub mod cyclonedx;
pub mod dpkg;
mod faults;
mod format;
pub mod get_hotfix;
mod hotfix_rows;
mod identity;
mod json_rows;
mod kbs;
mod lines;
mod local_date;
pub mod mapped_csv;
mod moment;
pub mod nessus;
pub mod nexpose;
pub mod nmap;
mod notes;
pub mod openvas;
pub mod os_release;
mod package_list;
mod platform;
pub mod qfe;
pub mod qualys;
mod roster;
pub mod rpm;
pub mod spdx;
pub mod systeminfo;
mod table;
mod update_entry;
pub mod update_history;
mod xml;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
