//! The rooms of the `wardround` command that are worth testing on their own.
//!
//! The binary (`main.rs`) stays thin: it reads arguments and the environment and prints.

pub mod fetch;
