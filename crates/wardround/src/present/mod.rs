//! Verdicts to reports and to words for a person. Decides nothing.

mod host;
mod human;
mod summary;

pub(crate) use host::{frame, host_report, remedy_report};
pub(crate) use human::{HumanOptions, Screen};
pub(crate) use summary::{HostLine, Tally, fails};
