//! The members of an entry, layout 1.

/// The layout that is written, and the only one there is.
pub(super) const SCHEMA: u64 = 1;

pub(super) const ACTOR: &str = "actor";
pub(super) const AS_AT: &str = "as_at";
pub(super) const AS_KNOWN: &str = "as_known";
pub(super) const AUTHORITY: &str = "authority";
pub(super) const BODY: &str = "body";
pub(super) const CAUSED_BY: &str = "caused_by";
pub(super) const CORRECTS: &str = "corrects";
pub(super) const ID: &str = "id";
pub(super) const KIND: &str = "kind";
pub(super) const MARKING: &str = "marking";
pub(super) const NUMBER: &str = "number";
pub(super) const ON_BEHALF_OF: &str = "on_behalf_of";
pub(super) const ORGANISATION: &str = "organisation";
pub(super) const PERSONAL: &str = "personal";
pub(super) const REASON: &str = "reason";
pub(super) const SCHEMA_KEY: &str = "schema";
pub(super) const SUBJECT: &str = "subject";
