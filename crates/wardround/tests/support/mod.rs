//! What the tests of `fetch` share: a server that does what it is told, and a bench around it.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod bench;
pub mod server;
