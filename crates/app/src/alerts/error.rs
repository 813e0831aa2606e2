//! Why something about an alert was not done.

use model::organisation::OrganisationCode;
use response::alert::{AlertNumber, Refused as AlertRefused};
use response::answer::Refused;

use crate::access::Permission;
use crate::error::Error;

/// Why something about an alert was not done.
#[derive(Debug, thiserror::Error)]
pub enum AlertsError {
    /// The record, the estate, or the caller's powers.
    #[error(transparent)]
    App(#[from] Error),
    /// There is no such alert, or it is not for the caller: which of both is not said.
    #[error("there is no alert {0}")]
    NoAlert(AlertNumber),
    /// The organisation is not asked by it.
    #[error("{1} is not asked by alert {0}")]
    NotAsked(AlertNumber, OrganisationCode),
    /// It cannot be done with the alert.
    #[error(transparent)]
    Alert(#[from] AlertRefused),
    /// The organisation cannot say that.
    #[error(transparent)]
    Answer(#[from] Refused),
    /// The audience of an alert that was to be issued is empty.
    #[error("nobody is in its audience: no open organisation is of those kinds and places")]
    Nobody,
    /// A policy of deadlines that is none.
    #[error("there is no policy of deadlines `{0}`: name `nhs-14-day` or `bod-26-04`, or a day")]
    NoPolicy(String),
    /// There are as many alerts as there are numbers.
    #[error("there are as many alerts as there are numbers")]
    Full,
    /// It is not what the caller read any more.
    #[error("{0} was changed since you read it: read it again, then decide")]
    Changed(AlertNumber),
    /// Others changed the same at the same time, again and again.
    #[error("somebody else changed it at the same moment: look at it again, then repeat")]
    Crowded,
}

impl From<store::Error> for AlertsError {
    fn from(error: store::Error) -> Self {
        Self::App(error.into())
    }
}

/// What the caller may not do.
pub(super) fn not_allowed(permission: Permission) -> AlertsError {
    AlertsError::App(Error::NotAllowed(permission))
}
