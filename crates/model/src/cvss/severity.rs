//! The words for scores.

use std::fmt;

use super::CvssVersion;

/// The band of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 0.0; version 2 has no such band.
    None,
    /// Up to 3.9.
    Low,
    /// Up to 6.9.
    Medium,
    /// Up to 8.9; in version 2 up to 10.
    High,
    /// From 9.0; version 2 has no such band.
    Critical,
}

impl Severity {
    /// The band of `score`: CVSS 3.1 section 5, CVSS 4.0 section 6; for version 2, which names no
    /// bands, those of the US National Vulnerability Database.
    pub fn of(version: CvssVersion, score: f64) -> Self {
        let is_v2 = version == CvssVersion::V2_0;
        // Scores are tenths; half a tenth of slack keeps binary fractions out of the decision.
        let at_least = |tenth: f64| score > tenth - 0.05;
        if at_least(9.0) && !is_v2 {
            Self::Critical
        } else if at_least(7.0) {
            Self::High
        } else if at_least(4.0) {
            Self::Medium
        } else if at_least(0.1) || is_v2 {
            Self::Low
        } else {
            Self::None
        }
    }

    /// The word in small letters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
