//! Verdicts to reports and to words for a person. Decides nothing.

mod coverage;
mod details;
mod host;
mod human;
mod output;
pub(crate) mod reasoning;
mod status;
mod steps;
mod summary;
mod table;
pub(crate) mod words;

pub(crate) use details::reasons;
pub(crate) use host::{frame, host_lines, host_report};
pub(crate) use human::HumanOptions;
pub(crate) use output::{Fragment, Output, OutputFormat};
pub(crate) use summary::{Tally, fails, urgencies};
