//! Organisations in the record: how their events are written and read, and what an import of a
//! register would change.
//!
//! Pure but for [`kept`], which appends [`encode`]d events to the record and folds what
//! [`decode`] gives back.

mod decode;
mod encode;
pub mod kept;
mod plan;

pub use decode::{DecodeError, decode};
pub use encode::{KINDS, SUBJECT_PREFIX, Said, VERSION, encode};
pub use plan::{Conflict, ImportOptions, Plan, Planned, Sites, Summary, plan_import};
