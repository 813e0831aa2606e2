//! Organisations: who they are, what kind they are, the codes that name them, and the [`register`]
//! that knows them as at any day. [`Listing`] is what a file says of one of them.

mod code;
mod kind;
mod listing;
mod name;
pub mod register;
mod responsibility;

pub use code::{OrganisationCode, OrganisationCodeError};
pub use kind::OrganisationKind;
pub use listing::{Listing, ListingClass};
pub use name::{OrganisationName, OrganisationNameError};
pub use responsibility::{
    Contact, Party, PersonReference, PersonReferenceError, Personal, Responsibility, Role, Slot,
};
