//! Why a use case could not do what it was asked.

use model::organisation::OrganisationCode;

use crate::access::Permission;

/// Why a use case could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The record refused.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The organisation is not there, or not the caller's: which of both is not said.
    #[error("there is no organisation {0}")]
    NoOrganisation(OrganisationCode),
    /// The event is not there, or not for the caller: which of both is not said.
    #[error("there is no event {0}")]
    NoEvent(u64),
    /// The job is not there, or not for the caller: which of both is not said.
    #[error("there is no job {0}")]
    NoJob(String),
    /// Whoever asked for it does not want it any more.
    #[error("it was cancelled")]
    Unwanted,
    /// A blob that an event names does not hold what it should.
    #[error("the {what} of {subject} cannot be read")]
    Damaged {
        /// What it is.
        what: &'static str,
        /// What it belongs to.
        subject: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No knowledge was adopted by then.
    #[error("the record has no knowledge to answer from, as known at that instant")]
    NoKnowledge,
    /// A table for other tools could not be written.
    #[error("the table of {table} cannot be written")]
    Table {
        /// Which table.
        table: &'static str,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The caller may not do it.
    #[error("this needs the right to: {}", .0.label())]
    NotAllowed(Permission),
    /// There is no such account, or it is closed.
    #[error("there is no such account, or it is closed")]
    NoAccount,
    /// No randomness, no secrets.
    #[error("the system gives no random numbers")]
    Random(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Somebody else does the same at the moment.
    #[error("another import for {0} is under way")]
    Busy(OrganisationCode),
}

impl Error {
    /// Whether it is that no room is left to write.
    pub fn is_no_room(&self) -> bool {
        matches!(self, Self::Store(store::Error::DiskFull { .. }))
    }

    /// What to do about it, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.hint(),
            Self::NoOrganisation(_) => Some(
                "register it first: `wardround organisation register CODE --name NAME --kind KIND`, \
                 or import a register with `wardround organisation import FILE`",
            ),
            Self::NoEvent(_) => Some("`wardround record list` gives the numbers"),
            Self::NoKnowledge => Some(
                "the first import adopts the knowledge in use; `wardround knowledge adopt` another",
            ),
            Self::Damaged { .. } => Some("restore the object store from a backup"),
            Self::Table { .. } => Some("is there room on the disk, and may this user write there?"),
            Self::NotAllowed(_) => Some("ask who manages people in your organisation or region"),
            Self::NoAccount | Self::Random(_) | Self::NoJob(_) | Self::Unwanted => None,
            Self::Busy(_) => Some("wait for it to end, then do the same again"),
        }
    }

    /// A blob that does not hold what it should.
    pub(crate) fn damaged(
        what: &'static str,
        subject: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Damaged { what, subject: subject.into(), source: source.into() }
    }
}
