//! The names of the version schemes, as people and files write them.

use std::fmt;
use std::str::FromStr;

use super::VersionError;
use super::key::Key;
use super::{apk, composer, dotted, dpkg, gem, maven, nuget, pep440, rpm, semver, windows_build};

/// A set of rules by which versions are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Debian and its children.
    Dpkg,
    /// Red Hat, SUSE, Amazon Linux and others that use rpm.
    Rpm,
    /// Alpine and its children.
    Apk,
    /// Semantic versions: npm, cargo, Go modules.
    Semver,
    /// Python packages.
    Pep440,
    /// Java packages.
    Maven,
    /// .NET packages.
    Nuget,
    /// Ruby packages.
    Gem,
    /// PHP packages.
    Composer,
    /// Windows builds and file versions: four numbers.
    WindowsBuild,
    /// The last resort for vendors whose rule is unknown.
    Dotted,
}

impl Scheme {
    /// All schemes, in the order of their names' listing in messages.
    pub const ALL: [Self; 11] = [
        Self::Dpkg,
        Self::Rpm,
        Self::Apk,
        Self::Semver,
        Self::Pep440,
        Self::Maven,
        Self::Nuget,
        Self::Gem,
        Self::Composer,
        Self::WindowsBuild,
        Self::Dotted,
    ];

    /// The name that [`FromStr`] reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dpkg => "dpkg",
            Self::Rpm => "rpm",
            Self::Apk => "apk",
            Self::Semver => "semver",
            Self::Pep440 => "pep440",
            Self::Maven => "maven",
            Self::Nuget => "nuget",
            Self::Gem => "gem",
            Self::Composer => "composer",
            Self::WindowsBuild => "windows",
            Self::Dotted => "dotted",
        }
    }

    /// Writes `version` as this scheme's byte key, or says why it cannot.
    pub(super) fn encode(self, version: &str, key: &mut Key) -> Result<(), &'static str> {
        match self {
            Self::Dpkg => dpkg::encode(version, key),
            Self::Rpm => rpm::encode(version, key),
            Self::Apk => apk::encode(version, key),
            Self::Semver => semver::encode(version, key),
            Self::Pep440 => pep440::encode(version, key),
            Self::Maven => maven::encode(version, key),
            Self::Nuget => nuget::encode(version, key),
            Self::Gem => gem::encode(version, key),
            Self::Composer => composer::encode(version, key),
            Self::WindowsBuild => windows_build::encode(version, key),
            Self::Dotted => dotted::encode(version, key),
        }
    }

    /// What may differ in the text of two versions that this scheme calls equal.
    pub(super) const fn equality(self) -> &'static str {
        match self {
            Self::Dpkg => "leading zeros, epoch 0 and revision 0 change nothing",
            Self::Rpm => "separators and leading zeros change nothing",
            Self::Apk => "leading zeros of the first number and the revision change nothing",
            Self::Semver => "build metadata and a leading v change nothing",
            Self::Pep440 => "spelling, trailing zeros and leading zeros change nothing",
            Self::Maven => "trailing zeros, final, ga and release change nothing",
            Self::Nuget => "letter case, build metadata and trailing zeros change nothing",
            Self::Gem => "trailing zeros change nothing",
            Self::Composer => "spelling of the stability and trailing zeros change nothing",
            Self::WindowsBuild | Self::Dotted => "leading zeros change nothing",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Scheme {
    type Err = VersionError;

    fn from_str(name: &str) -> Result<Self, VersionError> {
        Self::ALL
            .into_iter()
            .find(|scheme| scheme.name().eq_ignore_ascii_case(name.trim()))
            .ok_or_else(|| VersionError::UnknownScheme(name.chars().take(40).collect()))
    }
}
