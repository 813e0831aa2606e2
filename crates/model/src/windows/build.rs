//! Windows build numbers: `major.minor.build.revision`.

use std::fmt;
use std::str::FromStr;

/// A Windows version number. The revision ("UBR", update build revision) is what
/// shows the patch level; many sources leave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WindowsBuild {
    /// Kernel major version: 5, 6 or 10.
    pub major: u16,
    /// Kernel minor version.
    pub minor: u16,
    /// Build number, which names the release ("14393" is version 1607).
    pub build: u32,
    /// Revision, if shown.
    pub revision: Option<u32>,
}

/// Why a text is not a Windows build.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a Windows build (expected for example 10.0.19045.4046)")]
pub struct BuildError {
    text: String,
}

impl WindowsBuild {
    /// Whether `self` and `fixed` belong to one servicing branch, so that their revisions compare.
    ///
    /// Windows 10 releases 2004 to 22H2 share one code base: an update of one month carries the
    /// same revision on 19041 to 19045 (Microsoft, "Windows 10 release information"). The same
    /// holds for Windows 11 22H2 and 23H2 (22621, 22631), and for 18362 and 18363.
    pub fn same_branch(&self, fixed: &Self) -> bool {
        const SHARED: [&[u32]; 4] = [
            &[18362, 18363],
            &[19041, 19042, 19043, 19044, 19045],
            &[22621, 22631],
            &[26100, 26200],
        ];
        (self.major, self.minor) == (fixed.major, fixed.minor)
            && (self.build == fixed.build
                || SHARED.iter().any(|b| b.contains(&self.build) && b.contains(&fixed.build)))
    }

    /// Whether the patch level is at or past `fixed`; `None` if the evidence does not reach the
    /// question: no revision, or another servicing branch.
    pub fn at_or_past(&self, fixed: &Self) -> Option<bool> {
        if !self.same_branch(fixed) {
            return None;
        }
        Some(self.revision? >= fixed.revision?)
    }
}

impl fmt::Display for WindowsBuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.build)?;
        match self.revision {
            Some(revision) => write!(f, ".{revision}"),
            None => Ok(()),
        }
    }
}

impl FromStr for WindowsBuild {
    type Err = BuildError;

    /// Reads `10.0.19045.4046` and `6.1.7601`; text after a blank is left aside
    /// ("6.1.7601 Service Pack 1 Build 7601").
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || BuildError { text: text.chars().take(60).collect() };
        let word = text.split_whitespace().next().unwrap_or("");
        let mut parts = word.split('.');
        let mut next = || parts.next().and_then(|p| p.parse::<u32>().ok());
        let (Some(major), Some(minor), Some(build)) = (next(), next(), next()) else {
            return Err(error());
        };
        let revision = match parts.next() {
            None => None,
            Some(part) => Some(part.parse().map_err(|_| error())?),
        };
        if parts.next().is_some() {
            return Err(error());
        }
        Ok(Self {
            major: u16::try_from(major).map_err(|_| error())?,
            minor: u16::try_from(minor).map_err(|_| error())?,
            build,
            revision,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(text: &str) -> WindowsBuild {
        text.parse().unwrap()
    }

    #[test]
    fn a_revision_decides_only_within_its_branch() {
        let fixed = build("10.0.14393.953");
        assert_eq!(build("10.0.14393.953").at_or_past(&fixed), Some(true));
        assert_eq!(build("10.0.14393.693").at_or_past(&fixed), Some(false));
        assert_eq!(build("10.0.14393").at_or_past(&fixed), None);
        assert_eq!(build("10.0.10586.9999").at_or_past(&fixed), None);
    }

    #[test]
    fn enablement_releases_share_a_branch() {
        assert_eq!(build("10.0.19045.4046").at_or_past(&build("10.0.19041.3996")), Some(true));
        assert_eq!(build("10.0.22631.100").at_or_past(&build("10.0.22621.3155")), Some(false));
    }

    #[test]
    fn reads_only_builds() {
        assert_eq!(build("6.1.7601 Service Pack 1 Build 7601").to_string(), "6.1.7601");
        for text in ["", "10", "10.0", "10.0.x", "10.0.1.2.3", "N/A"] {
            assert!(text.parse::<WindowsBuild>().is_err(), "{text}");
        }
    }
}
