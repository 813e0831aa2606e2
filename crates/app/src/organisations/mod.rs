//! Organisations in the record: how their events are written and read, and what an import of a
//! register would change.
//!
//! Everything here is pure. Who calls it appends [`encode`]d events to the store, and folds what
//! [`decode`] gives back.

mod decode;
mod encode;
mod plan;

pub use decode::{DecodeError, decode};
pub use encode::{KINDS, SUBJECT_PREFIX, Said, VERSION, encode};
pub use plan::{Conflict, ImportOptions, Plan, Planned, Sites, Summary, plan_import};
