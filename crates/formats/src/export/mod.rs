//! Answers in the formats other tools read. [`report`] is the plain form every export starts from.
//!
//! An [`Export`] takes a report host by host and writes as it goes, so that no more than one host
//! is held. It must not judge: it shows what the report says, and an unknown never as safe.

pub mod alert;
pub mod columns;
mod csv;
mod json;
pub mod report;
pub mod rows;
mod sarif;
mod stream;
mod uri;
mod vex;

pub use csv::{COLUMNS, Csv};
pub use json::Json;
pub use sarif::{Sarif, SarifFragment};
pub use stream::Export;
pub use vex::{RISK_ACCEPTED, Vex, VexError, VexHeader};
