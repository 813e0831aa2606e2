//! Why two versions have no order.

use super::Scheme;

/// The reasons for which a version order gives no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The scheme's name is not known.
    #[error(
        "unknown version scheme `{0}`: use dpkg, rpm, apk, semver, pep440, maven, nuget, gem, composer, windows or dotted"
    )]
    UnknownScheme(String),
    /// The scheme gives this text no place in its order.
    #[error("`{version}` is not a {scheme} version: {why}")]
    Malformed {
        /// The scheme asked.
        scheme: Scheme,
        /// The text as given, shortened to a sane length.
        version: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Both can be read, and still nobody can tell which is older.
    #[error("`{a}` and `{b}` are not comparable: {why}")]
    NotComparable {
        /// The first version.
        a: String,
        /// The second version.
        b: String,
        /// What is missing or ambiguous.
        why: &'static str,
    },
    /// The version can be compared pair by pair but has no place in a list.
    #[error("`{version}` has no {scheme} sort key: {why}")]
    NoSortKey {
        /// The scheme asked.
        scheme: Scheme,
        /// The text as given.
        version: String,
        /// Why a place in a list would promise too much.
        why: &'static str,
    },
}

impl VersionError {
    pub(super) fn malformed(scheme: Scheme, version: &str, why: &'static str) -> Self {
        Self::Malformed { scheme, version: version.chars().take(100).collect(), why }
    }

    pub(super) fn not_comparable(a: &str, b: &str, why: &'static str) -> Self {
        Self::NotComparable { a: a.to_owned(), b: b.to_owned(), why }
    }
}
