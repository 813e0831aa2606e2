//! The index: its answers are those of `judge`, host by host.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod agree;
mod classes;
mod damage;
mod earlier;
mod estate;
mod hosts;
mod installed;
mod packs;
mod silence;
mod statements;
mod steps;
#[path = "../traps/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the traps, which use all of it")]
mod support;
