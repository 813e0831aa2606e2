//! Access, on a real store: signing in, roles, tokens, emergencies, and what is refused.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

mod delegation;
mod emergency;
mod events;
mod once;
mod people;
mod reading;
mod sign_in;
mod support;
mod tokens;
