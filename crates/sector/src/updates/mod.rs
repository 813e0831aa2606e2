//! What of Windows could be installed by May 2017: the sector's own small table of facts.

mod earlier;
mod recent;

pub(crate) use earlier::earlier;
pub(crate) use recent::{Fix, Kind, Update, updates};
