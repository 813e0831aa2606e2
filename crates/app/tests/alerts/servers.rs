//! A relay for mail, as the tests of `channels` have it.
#![expect(dead_code, reason = "these tests need a part of it")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail the test"
)]

#[path = "../../../channels/tests/servers/leash.rs"]
pub(crate) mod leash;
#[path = "../../../channels/tests/servers/relay.rs"]
pub(crate) mod relay;
