//! What the world knows: advisories, updates and what they replace, lifecycles, exploitation.
//!
//! Knows nothing of hosts; `judge` puts the two together.

pub mod builtin;
