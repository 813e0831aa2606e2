//! Work in the background: asked for, done once, seen, repeated and cancelled.
//!
//! [`ask`] keeps a job and returns at once; a [`Worker`] of any server does it. A job is begun again
//! when its server died, so all that jobs do can be done again: an import finds what it recorded, a
//! timer's event has a key. [`see`] says who may see and change which.

pub mod ask;
mod live;
mod policy;
mod run;
pub mod see;
pub mod work;
mod worker;

pub use policy::Retention;
pub use run::FIRED;
pub use see::JobView;
pub use store::JobState;
pub use work::{ImportOutcome, JobKind, Outcome, Progress, Stage, VerdictSums};
pub use worker::{Fetch, Worker};
