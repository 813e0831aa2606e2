//! When a verdict must be answered and closed, under a policy that is data.

mod due;
mod policy;

pub use due::{Due, Inputs, due, due_day};
pub use policy::{Action, Assume, Policy, PolicyError, Rule, Starts, When};
