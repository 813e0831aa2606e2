//! Each carrier against a real server on this machine where there is one: mail against aiosmtpd, text messages against
//! Kannel, Matrix against Synapse; Notify has no test environment and is stood in for (`servers/notify.rs`).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod kannel;
mod matrix;
mod notify;
#[path = "../servers/mod.rs"]
mod servers;
mod smtp;
mod webhook;

use channels::{Address, Message};
use jiff::Timestamp;
use model::event::Marking;

/// When the tests are: the evening of 12 May 2017.
fn now() -> Timestamp {
    Timestamp::from_second(1_494_612_000).unwrap()
}

/// A message, of the first try.
fn message(to: Address, reference: &str) -> Message {
    Message {
        reference: reference.parse().unwrap(),
        tries: 1.try_into().unwrap(),
        to,
        subject: "Patch MS17-010 now – today".parse().unwrap(),
        text: "Ransomware spreads by SMBv1.\nUpdate, then tell us.".parse().unwrap(),
        marking: Marking::Amber,
        is_exercise: false,
        reply_code: Some("A17M 4F".parse().unwrap()),
        link: Some("https://ward.example/a/1?t=0123456789".parse().unwrap()),
    }
}
