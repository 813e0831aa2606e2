//! The mandatory tests of CSAF 2.0 (OASIS Standard, section 6.1) and the schema check before them.
//!
//! [`validate`] reads one document and names every test that it fails, each with the place and the
//! reason. A document is valid when nothing fails. It judges the document only: not whether what
//! it says about a product is true.
//!
//! Each test is one small function named by its number; a file holds the tests of one subject.

mod cvss;
mod file_name;
mod findings;
mod history;
mod identifiers;
mod instant;
mod json;
mod language;
mod number;
mod products;
mod profiles;
mod schema;
mod validation;
mod vulnerabilities;
mod weakness;

#[cfg(test)]
mod tests;

pub use file_name::{file_name_follows, file_name_for};
pub use findings::{Failure, Validation};
pub(crate) use schema::is_uri;
pub use validation::{NotJson, validate};
