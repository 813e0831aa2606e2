//! Packages of Red Hat, Fedora, SUSE and their kin: lists ([`list`]) and records ([`info`]).
//!
//! A version is kept as `epoch:version-release` where the evidence shows the epoch (0 if it shows
//! that there is none), and as `version-release` where it does not: then the epoch is unknown, not
//! zero, and must not decide a comparison.

pub mod info;
pub mod list;
mod name;
mod release;
#[cfg(test)]
mod tests;

pub(super) use name::is_release;
