//! What the tests of `fetch` share: a server that does what it is told, and a bench around it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of it")]
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests fail the test")]

pub mod bench;
pub mod server;
