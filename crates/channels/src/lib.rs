//! How a message is handed to a carrier, and what the carrier said of it.
//!
//! A [`Message`] goes to an [`Address`] by a [`Carrier`]: mail by SMTP, text messages by GOV.UK Notify or by a gateway
//! (Kannel), a signed webhook, Matrix; or into a folder. What comes back is read by pure functions into a [`Receipt`] or an [`Inbound`].
//! What must be so in every message (marking, exercise, answer code) is decided in [`words`] and nowhere else.
//! What this crate must not know: who should be told and why, the store, the clock (instants are arguments).

pub mod address;
pub mod carrier;
mod form;
mod http;
pub mod kannel;
pub mod matrix;
pub mod message;
pub mod notify;
pub mod outbox;
pub mod outcome;
pub mod pace;
pub mod receipt;
pub mod secret;
mod sign;
pub mod smtp;
pub mod webhook;
pub mod words;

pub use address::{Address, AddressError};
pub use carrier::{Carrier, SettingsError};
pub use message::{Link, Message, MessageError, Reference, ReplyCode, Subject, Text};
pub use outcome::{Accepted, Failure};
pub use pace::{Limits, Pace};
pub use receipt::{Inbound, Party, Receipt, ReceiptState, Unreadable};
pub use secret::Secret;
