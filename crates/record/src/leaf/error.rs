//! Why an event cannot become an entry, or an entry an event.

use model::event::EventIdError;
use model::organisation::OrganisationCodeError;

use crate::json::JsonError;

/// Why an event cannot become an entry, or an entry an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LeafError {
    /// Too large for the log.
    #[error(
        "the event has {found} bytes, an entry of the log at most 65535; put what is large into a \
         blob and name its hash in the event"
    )]
    Large {
        /// How many bytes.
        found: usize,
    },
    /// A part is not in the one spelling that the log keeps.
    #[error("`{0}` is not as the log writes it; give the event to `settle` before it is stored")]
    Unsettled(&'static str),
    /// Something personal without its hash, or a hash of nothing.
    #[error("an event that says it has something personal needs its hash, and no other has one")]
    Personal,
    /// Body or personal part are no JSON that the log can keep.
    #[error("`{part}` cannot be kept")]
    Json {
        /// Which part.
        part: &'static str,
        /// Why.
        #[source]
        source: JsonError,
    },
    /// Body or personal part are JSON, but no object.
    #[error("`{0}` is no JSON object")]
    NoObject(&'static str),
    /// The bytes are no text.
    #[error("the entry is not UTF-8 text")]
    Text,
    /// The bytes are JSON in another spelling.
    #[error("the entry is not in its canonical spelling")]
    Spelling,
    /// A later layout.
    #[error("the entry is of layout {0}; this program reads layout 1, use a newer one")]
    Version(String),
    /// A member is not there.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A member that this layout does not have.
    #[error("`{0}` is unknown")]
    Unknown(String),
    /// A member is not what it should be.
    #[error("`{part}` is not {wanted}")]
    Wrong {
        /// Which.
        part: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// A member names no event.
    #[error("`{part}` is wrong")]
    Id {
        /// Which.
        part: &'static str,
        /// How.
        #[source]
        source: EventIdError,
    },
    /// The organisation is no code.
    #[error("`organisation` is wrong")]
    Organisation(#[source] OrganisationCodeError),
}
