//! Hosts and knowledge for the tests, written by us in a few words each.

mod machine;
mod world;

pub(crate) use machine::{Machine, boot, day, either, from_piece};
pub(crate) use world::{Fix, World, cve, kb};
