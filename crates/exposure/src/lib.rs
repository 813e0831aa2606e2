//! What the world knows, and the judgement of a host against it.
//!
//! [`knowledge`] compiles facts of many sources into one file, [`host`] merges the evidence of one
//! host, [`judge`] gives verdicts with reasons, [`deadline`] says when each is due. [`pack`] keeps the
//! evidence of many hosts in few bytes, [`freshness`] says when evidence is too old, and [`index`]
//! answers for a nation's hosts at once.
//! What this crate must not know: storage, the network, the clock. The instant is an argument.

mod bits;
pub mod deadline;
pub mod freshness;
pub mod host;
pub mod index;
pub mod judge;
pub mod knowledge;
pub mod pack;
mod wire;

pub use wire::WireError;
