//! Windows: updates, builds, restarts.
//!
//! For each group of flaws of the host's product, in this order: the build decides where the
//! evidence has its revision; an installed alternative, or anything that supersedes one, fixes; an
//! update whose own title says "cumulative update of a later month" fixes; what is installed but
//! waits for a restart is affected; a list that does not show everything proves no absence.

mod coverage;
mod fixed;
mod groups;
mod open;
mod product;
mod remedies;
mod title;

pub(super) use groups::judge;
pub(crate) use title::cumulative_month;
