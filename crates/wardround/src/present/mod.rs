//! Verdicts to reports and to words for a person. Decides nothing.

mod host;
mod human;
mod output;
pub(crate) mod reasoning;
mod summary;

pub(crate) use host::{frame, host_report, remedy_report};
pub(crate) use human::HumanOptions;
pub(crate) use output::{Fragment, Output, OutputFormat};
pub(crate) use summary::{HostLine, Tally, fails};
