//! How the answer on an advisory moved from day to day.
//!
//! A point is what the question "as at that day, as known at its end" answers, for every organisation.
//! No later event changes it, so it is worked out once, kept as a projection, and held in memory for as
//! long as somebody looks at its advisory. Where it is not worked out yet, that is said: no point is made up.

mod changes;
mod days;
mod point;

pub use changes::{Change, Changes};
pub use days::{DayState, History, TrendDay, Worked, end_of};
pub use point::{Point, Sums};
