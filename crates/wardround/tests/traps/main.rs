//! The traps of evidence and feeds, end to end: text written by us, the real command.
//!
//! A feed that shrinks is tested with the fetching of feeds (`fetch_replace.rs`, `fetch_download.rs`).
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod bench;
mod evidence;
mod feeds;
mod instant;
