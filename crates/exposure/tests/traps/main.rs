//! The traps of judging: each rule once, named for what must hold.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod as_at;
mod knowledge_rules;
mod ms17_010;
mod packages;
mod properties;
mod restart;
mod scanners;
mod several_sources;
mod support;
mod wes_ng;
