//! Why access was not given, or not changed.

use jiff::Timestamp;
use model::organisation::OrganisationCode;

use super::grant::GrantError;
use super::login::LoginError;
use super::password::PasswordError;
use super::role::Permission;
use crate::error::Error;

/// Why somebody is not signed in. Which of login, password and code was wrong, and whether there is
/// such a login, is not said.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Something was wrong.
    #[error("this login and this password or code do not go together")]
    Refused,
    /// A passkey that is nobody's, or was not used as it must be.
    #[error("this passkey does not open anything here: use another, or sign in with your password")]
    PasskeyRefused,
    /// What came back from a directory belongs to nothing that was begun here.
    #[error("this sign-in was not begun here, or too long ago: begin anew")]
    Unproven,
    /// A directory knows them, and nobody here does.
    #[error(
        "your directory knows you, but nobody here is linked to you: sign in another way, and link it on \
         your account page; if you have no other way, ask who manages people for a one-time code"
    )]
    NotLinked,
    /// Who they are there is somebody else here.
    #[error(
        "who you are in that directory is linked to another account here: it must end there first"
    )]
    LinkedElsewhere,
    /// A directory does not answer, or proves nothing.
    #[error("your directory let nobody in at the moment: try again, or sign in another way")]
    Directory(#[source] super::openid::OpenIdFault),
    /// There were too many failures.
    #[error("there were too many failures: try again after {until}")]
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// It could not be looked at.
    #[error(transparent)]
    App(#[from] Error),
}

impl From<store::Error> for SignInError {
    fn from(error: store::Error) -> Self {
        Self::App(error.into())
    }
}

/// Why something about people and what they may do was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Something else failed, or is not there for the caller.
    #[error(transparent)]
    App(#[from] Error),
    /// A role above or outside the caller's own.
    #[error("this role, there or for so long, is not yours to give or to take")]
    BeyondOwn,
    /// Only who runs the machine may do it.
    #[error("this is done at the machine on which the record lies")]
    OperatorOnly,
    /// Only a person who is signed in may do it.
    #[error("this is done by a person who is signed in, not by a program's token")]
    SignedInOnly,
    /// There is no such person, or none that the caller may know.
    #[error("there is no such person")]
    NoPerson,
    /// Nobody closes their own account.
    #[error("this is your own account: somebody else must close it")]
    OwnAccount,
    /// The login is somebody's already.
    #[error("the login `{0}` is taken")]
    LoginTaken(String),
    /// A text that is no login.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// A text that is no name.
    #[error("this is no name: write 1 to 100 characters in one line")]
    Name,
    /// Role and organisation do not go together.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// It would have ended before it began.
    #[error("this would end before it begins")]
    Past,
    /// There is no such grant that holds.
    #[error("there is no such role to take back: it may have been taken back already")]
    NoGrant,
    /// The password is not good enough.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The present password is wrong.
    #[error("the present password is not right")]
    PresentPassword,
    /// One signed in too long ago to decide who is let in.
    #[error(
        "this decides who is let in, so show once more who you are: give your present password"
    )]
    NotFresh,
    /// With somebody else's code, one's own password comes first.
    #[error("set a password of your own first: the code that you came in with was made by others")]
    PasswordFirst,
    /// A device made no passkey that can be kept.
    #[error("the passkey was not made: begin anew, and answer within five minutes")]
    PasskeyRefused,
    /// There are as many as one person needs.
    #[error(
        "you have {} passkeys already: end one that you do not use",
        super::passkey::MOST_PASSKEYS
    )]
    TooManyPasskeys,
    /// A directory does not answer.
    #[error("the other directory does not answer at the moment: try again later")]
    Directory(#[source] Box<SignInError>),
    /// Who is chosen in a demonstration has nothing to sign in with.
    #[error("people are chosen in a demonstration, so they have nothing to sign in with")]
    ChosenOnly,
    /// The present password was wrong too often.
    #[error("there were too many failures: try again after {until}")]
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// A token would have more than its owner.
    #[error("a token cannot have more than its owner: {}", .0.label())]
    TokenWider(Permission),
    /// A token would reach further than its owner.
    #[error("a token cannot reach further than its owner: {0}")]
    TokenFurther(OrganisationCode),
    /// A token that may do nothing.
    #[error(
        "a token needs at least one thing that it may do, and one organisation if any are named"
    )]
    TokenEmpty,
    /// A token without an end, or with one too far away.
    #[error("a token ends in the future, and within a year")]
    TokenTime,
    /// Emergency access without a reason.
    #[error("emergency access needs a reason, in 5 to 500 characters")]
    Reason,
    /// There is no such emergency access, or none for the caller to review.
    #[error("there is no such emergency access to review")]
    NoReview,
    /// Somebody was faster.
    #[error("this emergency access has been reviewed already")]
    Reviewed,
    /// Nobody reviews their own.
    #[error("this was your own emergency access: somebody else must review it")]
    OwnReview,
    /// Access is delegated to support units.
    #[error("{0} is no support unit that is open")]
    NoSupportUnit(OrganisationCode),
    /// There is no such delegation that holds.
    #[error("there is no such delegation to withdraw: it may have been withdrawn already")]
    NoDelegation,
}

impl From<store::Error> for AccessError {
    fn from(error: store::Error) -> Self {
        Self::App(error.into())
    }
}

impl AccessError {
    /// What to do about it, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::App(error) => return error.hint(),
            Self::BeyondOwn => "ask somebody whose role is wider",
            Self::OperatorOnly => "run `wardround admin` there",
            Self::LoginTaken(_) => "choose another, or give that person a role",
            Self::PresentPassword | Self::SignedInOnly => "sign in anew",
            Self::NotFresh => "if you have none, sign in anew and come back within five minutes",
            Self::NoSupportUnit(_) => "only support units act for others: check its kind",
            _ => return None,
        })
    }
}

/// What the caller may not do is not said to be there.
pub(super) fn not_allowed(permission: Permission) -> AccessError {
    AccessError::App(Error::NotAllowed(permission))
}
