//! The register of organisations: rules by example, and properties over any sequence of events.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step of a test ends it"
)]

mod calls;
mod commands;
mod corrections;
mod properties;
mod rules;
mod support;
