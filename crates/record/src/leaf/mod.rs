//! Entries of the log: events as canonical JSON, without what is personal.
//!
//! An event has one spelling, so its hash says everything about it: keys sorted, instants in
//! microseconds, nothing for what was not given, and the version of this layout as `schema`. Of what
//! is personal only a salted hash stands here ([`PersonalHash`]); once salt and text are deleted,
//! nothing in the log tells what they were. What is large belongs into a blob whose name the event
//! states: an entry has at most 65,535 bytes.

mod decode;
mod encode;
mod entry;
mod error;
mod fields;
mod personal;
mod settle;

pub use decode::{Decoded, decode};
pub use encode::encode;
pub use entry::Leaf;
pub use error::LeafError;
pub use personal::{PersonalHash, Salt, SaltError};
pub use settle::settle;

#[cfg(test)]
mod tests;
