//! The server over real HTTP, on a record of its own with a small invented sector in it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step of a test ends it"
)]

mod client;
mod evidence;
mod forms;
mod headers;
mod jobs;
mod pages;
mod people;
mod refusals;
mod scope;
mod sign_in;
mod world;
