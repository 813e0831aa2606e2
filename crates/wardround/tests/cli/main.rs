//! The binary as people and scripts use it: exit codes, screens, hostile files, knowledge.
//!
//! Evidence is written by the tests (`evidence`); every run gets a home of its own (`run`).
#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a fault in a helper fails the test"
)]

mod arguments;
mod check;
mod csaf;
mod duckdb;
mod evidence;
mod explain;
mod export;
mod help;
mod hostile;
mod import_all;
mod knowledge;
mod run;
mod same_bytes;
mod screens;
mod sector_story;
mod serve;
#[path = "../support/server.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the tests of `fetch`")]
mod server;
mod story;
mod update;
