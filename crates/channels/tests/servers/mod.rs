//! Real servers for the tests, and what stands in where there is none. Everything listens on loopback, on a
//! port that was free, and ends with the test.

pub(crate) mod http;
pub(crate) mod leash;
pub(crate) mod notify;
pub(crate) mod relay;
