//! What the tests of `fetch` share: a server that does what it is told, and a bench around it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of it")]
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests fail the test")]

pub mod bench;
pub mod server;

/// Returns `bytes` as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
