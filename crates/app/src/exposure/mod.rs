//! Who is open to what, in the whole sector: one question, an instant, an exact answer.
//!
//! [`ask`](ask::ask) answers from segments that are kept beside the evidence and built again when
//! something changes ([`segments`]), by whoever adds to the record ([`refresh`]); for any past instant
//! they are built from what was known then. Organisations without evidence and hosts that were
//! expected and never seen are in every answer: as unknown.

pub mod answer;
pub mod ask;
pub(crate) mod building;
pub mod desk;
mod groups;
pub mod history;
mod judged;
pub mod knowledge;
mod refresh;
pub(crate) mod segments;
pub mod sentence;

pub use refresh::refresh;
