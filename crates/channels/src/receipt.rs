//! What comes back: what a carrier says of a message, and what somebody answers.

use std::fmt;
use std::num::NonZeroU8;

use jiff::Timestamp;

use crate::address::{PhoneNumber, RoomId, UserId};
use crate::message::Reference;

/// What a carrier says became of a message. Never an acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Of which attempt.
    pub reference: Reference,
    /// Of which try, where it says so.
    pub tries: Option<NonZeroU8>,
    /// What.
    pub state: ReceiptState,
    /// What the carrier calls the message.
    pub carrier_id: Option<String>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReceiptState {
    /// The carrier has it.
    Accepted,
    /// It did not arrive for now, and may at another try.
    TemporaryFailure,
    /// The carrier is at fault, not the address.
    TechnicalFailure,
    /// It cannot arrive at this address.
    PermanentFailure,
    /// It arrived at the device or the mailbox. Nobody need have read it.
    Delivered,
}

/// What somebody sent to us.
#[derive(Clone, PartialEq, Eq)]
pub struct Inbound {
    /// From whom. A sender's number can be forged: the code in the text is what counts.
    pub from: Party,
    /// To which of our numbers, or in which room.
    pub to: Party,
    /// What they wrote, as it came. It is theirs: treat it as personal.
    pub text: String,
    /// What the carrier calls it: the same message told twice has the same.
    pub carrier_id: Option<String>,
    /// When the carrier had it, where it says so.
    pub received: Option<Timestamp>,
}

impl fmt::Debug for Inbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbound")
            .field("from", &self.from)
            .field("to", &self.to)
            .field("carrier_id", &self.carrier_id)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

/// One end of an inbound message.
#[derive(Clone, PartialEq, Eq)]
pub enum Party {
    /// A telephone.
    Phone(PhoneNumber),
    /// A person of Matrix.
    User(UserId),
    /// A room of Matrix.
    Room(RoomId),
    /// What is no full number: a short code, or a name.
    Other(String),
}

impl Party {
    /// A number as a carrier writes it, or what else it wrote.
    pub(crate) fn of_carrier(text: &str) -> Self {
        PhoneNumber::of_carrier(text).map_or_else(
            || Self::Other(text.chars().filter(|c| !c.is_control()).take(40).collect()),
            Self::Phone,
        )
    }
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(number) => number.fmt(f),
            Self::User(user) => user.fmt(f),
            Self::Room(room) => room.fmt(f),
            Self::Other(_) => f.write_str("Other(…)"),
        }
    }
}

/// Why what came cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not built as the carrier's document says.
    #[error("not built as {expected}: {problem}")]
    Shape {
        /// What it should be.
        expected: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// It speaks of a message that we did not send, or has no reference.
    #[error("it names no message of ours")]
    NotOurs,
    /// It does not prove who sent it.
    #[error("its token or signature is wrong")]
    Forged,
}

impl Unreadable {
    /// A shape that is wrong.
    pub(crate) fn shape(expected: &'static str, problem: impl fmt::Display) -> Self {
        Self::Shape { expected, problem: problem.to_string() }
    }
}
