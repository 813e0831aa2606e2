//! The transparency log: canonical leaves, tiles, signed checkpoints, proofs, verification.
//!
//! An event becomes a [`leaf`] (canonical JSON), leaves become [`tiles`] (C2SP tlog-tiles), the state
//! of the log is signed as a [`checkpoint`] (C2SP tlog-checkpoint), one leaf leaves the house as a
//! [`proof`] (C2SP tlog-proof), and [`verify`] finds what was changed. No storage, no clock, no
//! randomness: bytes go in, bytes come out; keys, salts and instants are arguments.
//!
//! ```
//! use std::collections::BTreeMap;
//! use record::checkpoint::{self, Head, Keys, SecretKey};
//! use record::leaf::Leaf;
//! use record::tiles::State;
//!
//! let key = SecretKey::new("record.mdh.example".parse()?, [7; 32]);
//! let mut objects = BTreeMap::new();
//! let appended = State::default().append(&[Leaf::from_bytes(b"a fact".to_vec())?]);
//! objects.extend(appended.objects);
//! // The checkpoint is written last: nothing is recorded before it is durable.
//! let note = checkpoint::sign(appended.state.head(), &key);
//! objects.insert("checkpoint".to_owned(), note.clone().into_bytes());
//!
//! let keys = Keys::new(vec![key.public()]);
//! assert_eq!(checkpoint::open(note.as_bytes(), &keys)?.head, appended.state.head());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod checkpoint;
mod hash;
pub mod json;
pub mod leaf;
mod objects;
pub mod proof;
pub mod tiles;
pub mod tree;
pub mod verify;

pub use hash::{Hash, HashError};
pub use objects::{Objects, ReadError};
