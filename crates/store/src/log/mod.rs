//! The log's sequencer: from rows to tiles to a signed checkpoint, in that order and by one task.
//!
//! An append commits rows with the next numbers ([`enqueue`]); the sequencer then writes tiles and
//! bundles, signs a checkpoint over them, makes it durable ([`publish`]), and only then is the append
//! acknowledged and shown. Tiles follow from rows, so whatever a crash left undone is done again when
//! the store is opened ([`take_up`]). Many appends that wait share one round of all this.

mod append;
mod enqueue;
mod publish;
mod seal;
mod sequencer;
mod take_up;
mod verify;

pub use append::Appended;
pub use verify::{LogReader, Verification};

pub(crate) use append::Queue;
pub(crate) use publish::CHECKPOINT;
pub(crate) use seal::Seal;
pub(crate) use sequencer::start;
pub(crate) use take_up::{Identity, take_up};
pub(crate) use verify::verify;
