//! What is around every door: how connections come in, what each request costs, and what the operator
//! learns of it. Nothing here knows what a door is for.

pub(crate) mod address;
mod connection;
mod crowd;
pub(crate) mod limits;
pub(crate) mod metrics;
pub(crate) mod spans;
pub(crate) mod tls;
pub(crate) mod watch;

pub(crate) use connection::{Line, Room, serve_connection};
pub(crate) use crowd::Crowd;
