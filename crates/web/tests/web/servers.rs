//! What stands in for GOV.UK Notify, as the tests of `channels` have it.
#![expect(dead_code, reason = "these tests need a part of it")]

#[path = "../../../channels/tests/servers/http.rs"]
pub(crate) mod http;
#[path = "../../../channels/tests/servers/notify.rs"]
pub(crate) mod notify;
