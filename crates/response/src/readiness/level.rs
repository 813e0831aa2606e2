//! How much of something is shown.

/// How much of something is shown, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is shown, or nobody knows of how much.
    NotShown,
    /// Some of it is missing.
    Gaps,
    /// Nothing has put it to the test yet.
    Untested,
    /// All of it is shown.
    Shown,
}

impl Level {
    /// All, the worst first.
    pub const ALL: [Self; 4] = [Self::NotShown, Self::Gaps, Self::Untested, Self::Shown];

    /// The name in JSON and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotShown => "not-shown",
            Self::Gaps => "gaps",
            Self::Untested => "untested",
            Self::Shown => "shown",
        }
    }

    /// The level of a name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }

    /// The word for a whole organisation in JSON and addresses.
    pub const fn verdict(self) -> &'static str {
        match self {
            Self::Shown => "ready",
            other => other.code(),
        }
    }

    /// The level of such a word.
    pub fn of_verdict(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.verdict() == word)
    }

    /// That of `shown` out of `of`.
    pub(super) const fn of_share(shown: u64, of: u64) -> Self {
        match (shown, of) {
            (_, 0) => Self::Untested,
            (shown, of) if shown >= of => Self::Shown,
            _ => Self::Gaps,
        }
    }
}
