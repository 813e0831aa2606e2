//! CSAF 2.0, the OASIS Common Security Advisory Framework.

pub mod validate;
