//! The server over real HTTP, on a record of its own with a small invented sector in it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step of a test ends it"
)]

mod alerts;
mod bare;
mod client;
mod delivery;
mod evidence;
mod forms;
mod full_disk;
mod headers;
mod hostile;
mod jobs;
mod limits;
mod log;
mod numbers;
mod openapi;
mod pages;
mod past;
mod people;
mod published;
mod published_tools;
mod readiness;
mod refusals;
mod schemathesis;
mod scope;
mod search;
mod servers;
mod sign_in;
mod standard;
mod tls;
mod verify;
mod watch;
mod world;
