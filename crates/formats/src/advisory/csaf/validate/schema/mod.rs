//! The check that comes before the numbered tests: does the document have the structure that the
//! CSAF 2.0 JSON schema asks for?
//!
//! [`shape`] says how structures are described and walked, [`form`] what a string may look like;
//! [`document`], [`product_tree`] and [`vulnerability`] describe section 3.2 of the standard.
//! CVSS objects are left to test 6.1.8.

mod cpe;
mod document;
mod form;
mod product_tree;
mod shape;
mod shared;
mod uri;
mod vulnerability;

pub(super) use shape::check;
pub(crate) use uri::is_uri;
