//! The nouns and small rules of Wardround.
//!
//! What lives here: hosts and the [`evidence`] a file shows of them, what a
//! publisher states ([`fact`]), Windows products ([`windows`]), identifiers
//! ([`cve`], [`kb`], [`purl`], [`cpe`]), the orders of versions ([`version`]), scores ([`cvss`]),
//! the five-valued [`verdict`], [`organisation`]s, [`host_id`]s,
//! which addresses are inside ([`network`]), and the envelope of an [`event`].
//! What this crate must not know: any file format, the clock, any I/O.

pub mod cpe;
pub mod cve;
pub mod cvss;
pub mod event;
pub mod evidence;
pub mod fact;
pub mod host_id;
pub mod kb;
pub mod network;
pub mod organisation;
pub mod purl;
pub mod reading;
pub mod verdict;
pub mod version;
pub mod windows;
pub mod words;
