//! What is installed: 20,000 products with their versions, and which of them a host holds.
//!
//! The first are real products with real numbers of the time; the others are invented. Names hold no
//! comma, quote or backslash, so that no format must escape them.

mod holdings;
mod invented;
mod real;

pub(crate) use holdings::{Holdings, Row};
pub(crate) use invented::Catalogue;
