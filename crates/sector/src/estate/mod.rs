//! The hosts of an organisation as they truly are on a day, whatever evidence shows of them.
//!
//! `image` is what many hosts were made from, `life` how long one is there and what becomes of it,
//! `patching` which updates it holds and when it last started, `host` all of that together, `truth`
//! what follows for MS17-010. Nothing here knows a file format.

mod host;
mod image;
mod life;
mod patching;
mod system;
mod truth;

pub(crate) use host::{Estate, Host, Role};
pub(crate) use image::{Image, Width};
pub(crate) use patching::{Installed, Origin};
pub use system::System;
pub use truth::Truth;
