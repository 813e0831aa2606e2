//! The nouns and small rules of Wardround: no format, no clock, no I/O.

pub mod cpe;
pub mod cvss;
pub mod purl;
pub mod version;
