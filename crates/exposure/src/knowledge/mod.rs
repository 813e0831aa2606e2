//! What the world knows, compiled into one file that opens in milliseconds.
//!
//! [`Builder`] takes facts ([`model::fact::FactSink`]) and gives a [`schema::Knowledge`];
//! [`mod@file`] writes and opens its bytes; judgement works on the archived form in place, so opening
//! costs one read and one validation, no parsing.

pub mod build;
pub mod builtin;
pub mod file;
pub mod lookup;
pub mod schema;

pub use build::Builder;
pub use file::{KnowledgeError, View, check_header, encode, open};
