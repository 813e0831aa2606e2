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

/// Name and version of the source package in a source RPM's file name.
pub(super) fn source_package(file: &str) -> Option<(String, String)> {
    let package = name::PackageName::parse(file.strip_suffix(".rpm")?)?;
    Some((package.name.to_owned(), package.full_version()))
}
