//! The nouns and small rules of Wardround: no format, no clock, no I/O.

pub mod version;
