//! Access, on a real store: signing in, roles, tokens, emergencies, and what is refused.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step of a test ends it"
)]

mod credentials;
mod delegation;
mod device;
mod emergency;
mod events;
mod once;
mod openid;
mod passkeys;
mod people;
mod reading;
mod sign_in;
mod support;
mod tokens;
