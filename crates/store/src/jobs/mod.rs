//! Jobs: work that is done in the background, as rows that survive whoever does it.
//!
//! A job is queued, then running, then done, failed or cancelled. Whoever runs one makes its beat
//! grow, as the holder of a [lease](crate::Lease) does; whoever sees the beat stand still takes the
//! job over, by its own clock that only runs forwards. Each taking has a greater epoch, so what a
//! process that was taken for dead still says of the job is not heard. What a job does, and who may
//! ask for it, is decided in `app`.

mod add;
mod change;
mod claim;
mod job;
mod run;

pub use add::NewJob;
pub use claim::{Claim, Turn};
pub use job::{Job, JobFilter, JobState};
pub use run::{Beat, End};
