//! Who may do what: decided here and only here, for every face.
//!
//! Who somebody *is* lies beside the record: accounts, credentials and sessions are rows of the store,
//! secrets are kept as hashes only. What somebody *may do* is in the record: roles, delegations and
//! emergency access are events, [`fold`]ed as at an instant and turned into [`Powers`] of a
//! [`Caller`](crate::Caller). What it must not know: cookies, forms, requests.

mod account;
mod breached;
mod ceremony;
mod decode;
mod delegation;
mod emergency;
mod encode;
mod error;
mod fold;
mod fresh;
mod grant;
mod kept;
mod login;
mod names;
mod obvious;
mod openid;
mod passkey;
mod password;
mod people;
mod reach;
mod recovery;
mod role;
mod scope;
mod secret;
mod session;
mod settings;
mod sign_in;
mod statement;
mod throttle;
mod token;

pub use account::set_password;
pub use ceremony::CEREMONY_TIME;
pub use decode::{DecodeError, decode};
pub use delegation::{delegate, delegations, withdraw_delegation};
pub use emergency::{EMERGENCY_TIME, OpenReview, emergency, open_reviews, review};
pub use encode::{KINDS, VERSION, encode};
pub use error::{AccessError, SignInError};
pub use fold::{AccessState, Delegation, Emergency, Review, fold};
pub use fresh::{FRESH_TIME, is_fresh};
pub use grant::{Grant, GrantError, Held};
pub use login::{Login, LoginError};
pub use names::names;
pub use obvious::is_obvious;
pub use openid::{
    Answered, Asked, Came, Fetch, FetchError, OpenId, OpenIdFault, OpenIdSettings,
    OpenIdSettingsError, Returned, Sent, begin_link, begin_open_id, is_linked, return_open_id,
    unlink,
};
pub use passkey::{
    AddressError, Begun, ListedPasskey, MOST_PASSKEYS, Passkeys, begin_passkey, begin_sign_in,
    finish_passkey, passkeys, revoke_passkey, sign_in_with_passkey,
};
pub use password::{MAXIMUM_BYTES, MINIMUM_CHARACTERS, PasswordError};
pub use people::{
    Listed, begin, create_person, disable_person, end_sessions, grant, invite, people, revoke,
};
pub use recovery::{RECOVERY_CODES, recovery_codes, recovery_codes_left};
pub use role::{Permission, Role};
pub use scope::{Power, Powers, Reached, around, below, narrowed, of_emergency, of_grant};
pub use session::{
    ABSOLUTE_TIME, IDLE_TIME, Means, NewSession, OpenSession, Person, SignedIn,
    revoke_all_sessions, revoke_other_sessions, revoke_session, sessions, sign_out, signed_in,
    start_session_for,
};
pub use settings::{AccessSettings, Hashing};
pub use sign_in::{INVITATION_TIME, sign_in, sign_in_with_code};
pub use statement::{Entry, Outcome, Statement};
pub use throttle::{FREE_FAILURES, LONGEST_WAIT, next_attempt};
pub use token::{
    ApiToken, LONGEST_TOKEN, NewToken, TOKEN_PREFIX, by_token, new_token, revoke_token, tokens,
};
