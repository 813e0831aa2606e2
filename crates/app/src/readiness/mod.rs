//! How ready organisations have shown themselves to be, for whoever may see them.
//!
//! What readiness *is* is in `response`; here its facts are gathered from the register, the evidence and the answers to
//! alerts, as at a day and as known at an instant.

mod gather;
mod see;

pub use see::{Line, own, sector};
