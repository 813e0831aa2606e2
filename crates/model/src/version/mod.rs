//! Orders of versions: which of two version strings is the older one, by the rules of their own ecosystem.
//!
//! Every scheme writes a version as a byte key whose byte order *is* the order of the scheme, so
//! [`order`], [`compare`] and [`SortKey`] cannot disagree and each order is total. This module must
//! not know what a version is used for (a fix, a range, an installed package).
//!
//! ```
//! use model::version::{Scheme, order};
//! use std::cmp::Ordering;
//! assert_eq!(order(Scheme::Dpkg, "1.0~rc1-1", "1.0-1"), Ok(Ordering::Less));
//! ```
//!
//! | scheme | the rule comes from |
//! |---|---|
//! | `dpkg` | Debian Policy 5.6.12 and `deb-version(7)`; checked against `dpkg --compare-versions` |
//! | `rpm` | rpm's manual "Version comparison" (`rpm-version(7)`), `~` and `^` included; epoch, version, release as rpm's own EVR order: an absent release is older than any |
//! | `apk` | `apk-package(5)` of apk-tools 3, with apk-tools 2's leniency for digits behind the letter (`5.9.2p1`, which Alpine shipped) |
//! | `semver` | semver.org 2.0.0 section 11, with the leniency of OSV data: `v1`, `1.2`, what follows the third number is a pre-release |
//! | `pep440` | PEP 440 ("Version specifiers", packaging.python.org); strings that are not PEP 440 sort before all that are, by the order setuptools used before it |
//! | `maven` | Maven's POM reference, "Version Order Specification" (`ComparableVersion`) |
//! | `nuget` | Microsoft's "NuGet package versioning": SemVer 2 with a fourth number, labels without case |
//! | `gem` | RubyGems' `Gem::Version` |
//! | `composer` | Composer's normalisation (composer/semver `VersionParser`), then PHP's `version_compare` |
//! | `windows` | four numbers, `major.minor.build.revision`; fewer than four leave the rest unsaid |
//! | `dotted` | no vendor's rule is known: only what every rule above would decide alike |

mod apk;
mod compare;
mod composer;
mod composer_normal;
mod dotted;
mod dpkg;
mod error;
mod gem;
mod key;
mod maven;
mod nuget;
mod pep440;
mod pep440_legacy;
mod rpm;
mod scheme;
mod semver;
mod windows_build;

pub use compare::{Comparison, SortKey, compare, order};
pub use error::VersionError;
pub use scheme::Scheme;
