//! One verdict per vulnerability and host, however many sources speak.
//!
//! Parts of knowledge (products, components, packages, advisories) combine to the worst: each must
//! be closed. A scanner's claim is weighed against them:
//!
//! | knowledge says | scanner: vulnerable | scanner: not vulnerable |
//! |---|---|---|
//! | nothing, unknown | affected; only suspected: unknown | unknown |
//! | affected | affected | affected, and the scanner differs |
//! | fixed, not affected | unknown: they contradict; inferred from a version: as is, and it differs | as is |
//! | mitigated | affected: the mitigation does not hold; seen from inside or inferred: mitigated | mitigated |
//!
//! A finding from before the fix was installed contradicts nothing.

mod groups;
mod lines;
mod mitigation;
mod name;
mod part;
mod shared;
mod silent;
mod touched;
mod unanswered;
mod voice;
mod weigh;
mod words;
mod worst;

pub(super) use lines::lines;
pub(super) use name::{bulletin_name, fallback_name};
pub(super) use part::{Answer, Part, push};
pub(super) use silent::{silent_reason, stated_platform};
pub(super) use words::{notes, product_words};
