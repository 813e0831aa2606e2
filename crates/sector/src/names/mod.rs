//! Invented names: of places, organisations and people. None is that of a real one.
//!
//! Telephone numbers are of the ranges that Ofcom keeps for drama ("Telephone numbers for use in TV
//! and radio drama programmes"); mail addresses end in `.example` (RFC 2606).

mod person;
mod place;

pub use person::Contact;
pub(crate) use person::contact;
pub(crate) use place::{PLACES, place};
