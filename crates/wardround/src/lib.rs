//! The rooms of the `wardround` command that are worth testing on their own.
//!
//! The binary (`main.rs`) stays thin. One file per command in [`commands`]; [`input`] brings files
//! to readers, [`present`] turns verdicts into reports, [`fetch`] brings knowledge here.

mod cli;
mod commands;
pub mod directory;
mod durable;
mod error;
pub mod fetch;
mod files;
mod input;
mod knowledge_file;
mod present;
mod terminal;

pub use cli::run;

/// Judging a host makes and drops a few thousand small pieces, on every core at once. This allocator
/// serves them from lists of each thread's own; measured in `bench/README.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
