//! How evidence ages: too old, it is no longer an answer, and silence never improves one.
//!
//! [`age`] is the one rule, for one host on a laptop and for the national index. What it must not
//! know: the clock; which hosts were expected and never seen.

mod days;
mod policy;
mod rule;

pub use days::EvidenceDays;
pub(crate) use days::Gathered;
pub use policy::{FreshnessPolicy, FreshnessPolicyError};
pub use rule::{Aged, age};
