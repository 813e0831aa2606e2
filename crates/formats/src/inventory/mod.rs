//! Evidence of hosts: one module per format, one row per format in [`FORMATS`].

pub mod apk;
mod component;
pub mod cyclonedx;
pub mod dpkg;
mod faults;
mod format;
pub mod os_release;
mod package_list;
pub mod rpm;
pub mod spdx;

pub use format::{FORMATS, Input, InventoryFormat, Reading, detect, named};
