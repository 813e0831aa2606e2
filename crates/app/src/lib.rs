//! The use cases: who may do what, and in which order the rooms are used.

pub mod organisations;
