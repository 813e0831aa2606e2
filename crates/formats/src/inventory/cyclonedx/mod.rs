//! CycloneDX bills of material, versions 1.2 to 1.7, JSON and XML.
//!
//! The whole document is checked against the specification ([`shape`], [`check`]): a fault in what
//! we use refuses it, any other is a warning that names place and fault. Then components become
//! software, and `vulnerabilities` findings of the document's author ([`read`]).
//!
//! ```json
//! {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
//!  "metadata": {"timestamp": "2026-01-05T10:00:00Z", "component": {"type": "device", "name": "pump-7"}},
//!  "components": [{"type": "library", "name": "openssl", "version": "3.0.7", "purl": "pkg:generic/openssl@3.0.7"}]}
//! ```

mod check;
mod finding;
mod from_xml;
mod open;
mod read;
mod scalar;
mod shape;
#[cfg(test)]
mod tests;
mod xml;

pub use open::{read, sniff};
