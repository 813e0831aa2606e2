//! CSAF 2.0, the OASIS Common Security Advisory Framework.

pub mod validate;

mod product_tree;
mod read;

pub use read::{read, sniff};
