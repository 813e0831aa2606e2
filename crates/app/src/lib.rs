//! The use cases: who may do what, and in which order the rooms are used.
//!
//! What lives here: a folder for each use case. What it must not know: HTML, HTTP, arguments.

pub mod access;
pub mod alerts;
pub mod audit;
mod context;
pub mod delivery;
mod error;
pub mod estate;
pub mod export;
pub mod exposure;
mod hex;
pub mod import;
pub mod invented;
pub mod jobs;
pub mod once;
pub mod organisations;
mod quiet;
pub mod readiness;

pub use context::{Caller, Context, Scope};
pub use error::Error;
pub use hex::hex;
