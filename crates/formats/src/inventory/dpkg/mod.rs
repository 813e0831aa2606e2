//! Packages of Debian, Ubuntu and their kin: the status file, the printed table, the query.
//!
//! Each reader keeps name, version, architecture and source package as printed; none compares
//! versions. The state of a package decides whether its code is on the host ([`State`]).

pub mod list;
pub mod query;
mod release;
mod state;
pub mod status;
#[cfg(test)]
mod tests;

use state::State;
