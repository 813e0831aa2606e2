//! The server over real HTTP, on a record of its own with a small invented sector in it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step of a test ends it"
)]

mod bare;
mod client;
mod evidence;
mod forms;
mod headers;
mod limits;
mod openapi;
mod pages;
mod people;
mod refusals;
mod schemathesis;
mod scope;
mod sign_in;
mod tls;
mod watch;
mod world;
