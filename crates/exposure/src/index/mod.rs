//! One question to every host of a nation: counts and reasons per organisation, exactly.
//!
//! ```text
//! packs ─▶ SegmentBuilder ─▶ segment bytes ─▶ Index::open ─▶ Judging (a day) ─▶ View ─▶ ask ─▶ Answer
//! ```
//! Nothing is decided here. A host is reduced to what judgement can depend on: a class of systems
//! that have one verdict on everything, and items of software; [`crate::judge`] answers for each
//! class and item once, and bitmaps count whom it concerns. The answer equals that of `judge` host by
//! host. What it must not know: storage, threads, the clock. See `docs/index-format.md`.

mod basis;
mod build;
mod claims;
mod class;
mod error;
mod item;
mod layout;
mod postings;
mod rehost;
mod segment;

pub use basis::Basis;
pub use build::{BuildError, PieceRef, SegmentBuilder};
pub use error::IndexError;
pub use segment::Segment;
