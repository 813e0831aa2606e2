//! Organisations: who they are, what kind they are, and the codes that name them.

mod code;
mod kind;

pub use code::{OrganisationCode, OrganisationCodeError};
pub use kind::OrganisationKind;
