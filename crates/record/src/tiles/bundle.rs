//! Bundles: entries one after another, each behind its length in two bytes.

use crate::leaf::Leaf;

/// The largest entry that two bytes of length can announce.
pub(crate) const LARGEST: usize = u16::MAX as usize;

/// A bundle that cannot be cut into its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// An entry said to be longer than what follows.
    #[error("entry {0} of the bundle is cut off")]
    CutOff(usize),
    /// Too few entries.
    #[error("the bundle ends after {found} of {expected} entries")]
    Few {
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// Bytes after the last entry.
    #[error("{0} bytes follow the last entry of the bundle")]
    Surplus(usize),
}

/// Cuts a bundle into its first `width` entries. Nothing is copied, and no more is allocated than
/// there are entries.
pub fn entries(bundle: &[u8], width: usize) -> Result<Vec<&[u8]>, BundleError> {
    let mut found = Vec::new();
    let rest = cut(bundle, width, &mut found)?;
    if rest.is_empty() { Ok(found) } else { Err(BundleError::Surplus(rest.len())) }
}

/// As [`entries`], for a bundle that may hold more than is asked for: what was found before the fault
/// is kept, and what follows is given back.
pub(crate) fn cut<'a>(
    bundle: &'a [u8],
    width: usize,
    found: &mut Vec<&'a [u8]>,
) -> Result<&'a [u8], BundleError> {
    let mut rest = bundle;
    while found.len() < width {
        if rest.is_empty() {
            return Err(BundleError::Few { expected: width, found: found.len() });
        }
        let Some((length, after)) = rest.split_first_chunk::<2>() else {
            return Err(BundleError::CutOff(found.len()));
        };
        let Some((entry, after)) = after.split_at_checked(u16::from_be_bytes(*length).into())
        else {
            return Err(BundleError::CutOff(found.len()));
        };
        found.push(entry);
        rest = after;
    }
    Ok(rest)
}

/// Adds an entry to a bundle.
pub(super) fn push(bundle: &mut Vec<u8>, leaf: &Leaf) {
    bundle.extend_from_slice(&leaf.length().to_be_bytes());
    bundle.extend_from_slice(leaf.bytes());
}
