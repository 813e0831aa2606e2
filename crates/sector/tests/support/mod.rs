//! What several tests need.

use sector::{Scale, Sector, Settings};

/// A sector of a scale.
pub(crate) fn sector(seed: u64, scale: f64) -> Sector {
    Sector::new(Settings::new(seed, Scale::new(scale).unwrap()))
}
