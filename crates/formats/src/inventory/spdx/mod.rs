//! SPDX bills of material, versions 2.1 to 2.3, JSON and tag-value.
//!
//! Tag-value is turned into the form its JSON has ([`tag_value`]), then both are checked against
//! the specification ([`check`]) and read the same way ([`read`]). SPDX 3.0, RDF and YAML are
//! recognised and refused by name.
//!
//! ```text
//! SPDXVersion: SPDX-2.3
//! DocumentName: pump-7
//! PackageName: openssl
//! SPDXID: SPDXRef-openssl
//! PackageVersion: 3.0.7
//! ExternalRef: PACKAGE-MANAGER purl pkg:generic/openssl@3.0.7
//! ```

mod check;
mod open;
mod read;
mod tag_value;
#[cfg(test)]
mod tests;

pub use open::{read, sniff};
