//! Items: distinct pieces of software as they are judged, in an order that keeps the versions of one
//! product together.
//!
//! An item is a row of software with the distribution that decides what its name means. It must not
//! know which hosts have it.

use std::sync::OnceLock;

use model::evidence::{Ecosystem, Software};
use model::version::{Scheme, SortKey};
use sha2::{Digest as _, Sha256};

use crate::judge::{Distribution, keys_of_item};
use crate::pack::read_software;
use crate::wire::{Reader, WireError, Writer};

/// An item.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub(super) software: Software,
    pub(super) distribution: Option<Distribution>,
    keys: OnceLock<Vec<String>>,
}

impl Item {
    /// Every key under which knowledge may speak of it.
    pub(super) fn keys(&self) -> &[String] {
        self.keys.get_or_init(|| keys_of_item(&self.software, self.distribution.as_ref()))
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let id = from.maybe_text()?.map(ToOwned::to_owned);
        let version = from.maybe_text()?.map(ToOwned::to_owned);
        let software = read_software(from)?;
        let distribution = id.map(|id| Distribution { id, version });
        Ok(Self { software, distribution, keys: OnceLock::new() })
    }
}

/// The bytes before a row of software that make it an item of a distribution.
pub(super) fn write_distribution(distribution: Option<&Distribution>, to: &mut Writer) {
    to.maybe_text(distribution.map(|d| d.id.as_str()));
    to.maybe_text(distribution.and_then(|d| d.version.as_deref()));
}

/// The hash by which items of different segments are known to be one, in 48 bits: it is asked only of
/// the few hundred items that one statement may speak of.
pub(super) fn hash_of(bytes: &[u8]) -> u64 {
    first_eight(Sha256::new_with_prefix(b"item").chain_update(bytes)) & 0xffff_ffff_ffff
}

/// The hash under which a key finds its items.
pub(super) fn key_hash(key: &str) -> u64 {
    first_eight(Sha256::new_with_prefix(b"key").chain_update(key.as_bytes()))
}

fn first_eight(hash: Sha256) -> u64 {
    let full = hash.finalize();
    full.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// The place of a version among those of its product: by the key of its scheme where it is a version
/// of that, else first; then by the text.
pub(super) fn version_key(software: &Software) -> (Option<SortKey>, String) {
    let scheme = match software.ecosystem {
        Ecosystem::Dpkg => Scheme::Dpkg,
        Ecosystem::Rpm => Scheme::Rpm,
        Ecosystem::Apk => Scheme::Apk,
        _ => software.purl.as_ref().and_then(model::purl::Purl::scheme).unwrap_or(Scheme::Dotted),
    };
    let text = software.version.clone().unwrap_or_default();
    (SortKey::new(scheme, &text).ok(), text)
}
