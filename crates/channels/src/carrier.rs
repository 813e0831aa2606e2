//! Who carries messages.

use jiff::Timestamp;

use crate::kannel::Kannel;
use crate::matrix::Matrix;
use crate::message::Message;
use crate::notify::Notify;
use crate::outbox::Outbox;
use crate::outcome::{Accepted, Failure};
use crate::pace::Limits;
use crate::smtp::Smtp;
use crate::webhook::Webhook;

/// A carrier with its settings, ready to take messages.
#[derive(Clone, Debug)]
pub enum Carrier {
    /// Mail, by a relay.
    Smtp(Smtp),
    /// Text messages, by GOV.UK Notify.
    Notify(Notify),
    /// Text messages, by a gateway of one's own.
    Kannel(Kannel),
    /// Other programs.
    Webhook(Webhook),
    /// Rooms and people of Matrix.
    Matrix(Matrix),
    /// A folder, where there is no carrier yet.
    Outbox(Outbox),
}

impl Carrier {
    /// Hands a message over, once. The instant dates it and proves that we are who we say; it must be the present
    /// one. Which address fits which carrier is in the types of addresses; another is a technical failure.
    pub async fn send(&self, message: &Message, now: Timestamp) -> Result<Accepted, Failure> {
        match self {
            Self::Smtp(carrier) => carrier.send(message, now).await,
            Self::Notify(carrier) => carrier.send(message, now).await,
            Self::Kannel(carrier) => carrier.send(message).await,
            Self::Webhook(carrier) => carrier.send(message, now).await,
            Self::Matrix(carrier) => carrier.send(message).await,
            Self::Outbox(carrier) => carrier.send(message, now).await,
        }
    }

    /// What its provider allows where nobody says otherwise: for a [`Pace`](crate::Pace).
    pub const fn limits(&self) -> Limits {
        match self {
            Self::Smtp(_) => Limits::SMTP,
            Self::Notify(_) => Limits::NOTIFY,
            Self::Kannel(_) => Limits::KANNEL,
            Self::Webhook(_) | Self::Matrix(_) => Limits::OTHERS,
            Self::Outbox(_) => Limits::OUTBOX,
        }
    }

    /// Its name in settings and logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Smtp(_) => "smtp",
            Self::Notify(_) => "notify",
            Self::Kannel(_) => "kannel",
            Self::Webhook(_) => "webhook",
            Self::Matrix(_) => "matrix",
            Self::Outbox(_) => "outbox",
        }
    }
}

/// A message that was given to a carrier of another kind of address.
pub(crate) fn wrong_address(carrier: &str, message: &Message) -> Failure {
    Failure::technical(format!("{carrier} cannot carry to {}", message.to.kind()))
}

/// Settings of which no carrier can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the settings of {carrier} cannot be used: {problem}")]
pub struct SettingsError {
    /// Whose.
    pub carrier: &'static str,
    /// What is wrong, and what to write instead.
    pub problem: String,
}

impl SettingsError {
    pub(crate) fn new(carrier: &'static str, problem: impl std::fmt::Display) -> Self {
        Self { carrier, problem: problem.to_string() }
    }
}
