//! Foreign bytes to the model and back, one file or folder per format.
//!
//! Readers take bytes and give a value with warnings; they never panic, never judge, and never
//! touch a file, a clock or the network. [`inventory`] reads evidence of hosts, [`advisory`] reads
//! what publishers state, [`register`] reads who the organisations are.

pub mod advisory;
pub mod export;
pub mod inventory;
pub mod register;
pub mod text;
pub mod unpack;
