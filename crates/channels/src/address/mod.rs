//! Where a message goes. Each kind is right when it exists; none is shown whole by `Debug`.

mod mail;
mod matrix;
mod phone;
mod webhook;

pub use mail::MailAddress;
pub use matrix::{MatrixPlace, RoomId, UserId};
pub use phone::PhoneNumber;
pub use webhook::WebhookUrl;

use crate::secret::Secret;

/// An address, of one of the four kinds.
#[derive(Clone, Debug)]
pub enum Address {
    /// A mailbox.
    Mail(MailAddress),
    /// A mobile telephone.
    Phone(PhoneNumber),
    /// Another program.
    Webhook {
        /// Where it listens.
        url: WebhookUrl,
        /// What it knows us by: the key of the signature.
        secret: Secret,
    },
    /// A room or a person of Matrix.
    Matrix(MatrixPlace),
}

impl Address {
    /// What kind it is, for errors.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Mail(_) => "a mail address",
            Self::Phone(_) => "a telephone number",
            Self::Webhook { .. } => "a webhook",
            Self::Matrix(_) => "a Matrix address",
        }
    }
}

/// Why a text is no address. The text itself is not repeated: it may be personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No mail address.
    #[error("no mail address: write it as name@host.example, without a display name")]
    Mail,
    /// No telephone number.
    #[error("no telephone number: write it with its country, as +44 7700 900123")]
    Phone,
    /// No address of a webhook.
    #[error(
        "no address of a webhook: write it as https://host.example/path, without a user or a fragment"
    )]
    Webhook,
    /// Neither a room nor a user of Matrix.
    #[error(
        "no Matrix address: write a room as !id:server.example and a user as @name:server.example"
    )]
    Matrix,
}
