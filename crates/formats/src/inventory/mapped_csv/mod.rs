//! Any table through a small mapping file that says which column means what.
//!
//! ```toml
//! date_formats = ["%d/%m/%Y"]
//! [columns]
//! host = "Computer Name"
//! os_name = "Operating System"
//! kb = "Hotfix"
//! kb_installed_on = "Installed"
//! [controls]
//! smb1-server = { column = "SMB1", enabled = ["on"], disabled = ["off"] }
//! ```
//! Rows of one host are joined. A table with our own column names (`host`, `os_name`, `kb`, ...)
//! needs no mapping: that is the format `wardround-csv`.

mod columns;
mod dates;
mod mapping;
mod rows;

use model::reading::ReadError;

use crate::inventory::{Input, Reading, table};

pub use mapping::{ControlColumn, Mapping, MappingError};

/// The name `--format` takes for a table with our own column names.
pub(crate) const NAME: &str = "wardround-csv";

/// Whether a table has our own column names, unmistakably: `host` and two more of them.
pub fn sniff(input: &Input<'_>) -> bool {
    table::has_header(input.bytes, columns::is_own)
}

/// Reads a table with our own column names.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    rows::read(input, &columns::own(), NAME)
}

/// Reads a table through a mapping.
pub fn read_mapped(input: &Input<'_>, mapping: &Mapping) -> Result<Reading, ReadError> {
    rows::read(input, mapping, "mapped-csv")
}
