//! Events of organisations in the record, and plans of imports.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step of a test ends it"
)]

mod encoding;
mod planning;
mod samples;
mod support;
