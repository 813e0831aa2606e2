//! The state of a package as dpkg(1) defines it, and what it means for the code on the host.

/// Whether a package's code is on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Installed and configured, or waiting for triggers only.
    Installed,
    /// Its files are unpacked but not configured: the code is there.
    Unpacked,
    /// Installing or removing began and did not end: parts of some version are there.
    Broken,
    /// Not there; at most its configuration is left.
    Absent,
}

impl State {
    /// From the third word of a `Status` field (dpkg(1), "Package states").
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "installed" | "triggers-awaited" | "triggers-pending" => Self::Installed,
            "unpacked" | "half-configured" => Self::Unpacked,
            "half-installed" => Self::Broken,
            "not-installed" | "config-files" => Self::Absent,
            _ => return None,
        })
    }

    /// From the second letter of a `dpkg -l` row; capitals mark errors.
    pub(super) fn from_letter(letter: char) -> Option<Self> {
        Some(match letter {
            'i' | 'W' | 't' | 'w' | 'T' => Self::Installed,
            'u' | 'U' | 'f' | 'F' => Self::Unpacked,
            'h' | 'H' => Self::Broken,
            'n' | 'c' => Self::Absent,
            _ => return None,
        })
    }

    /// Whether a text is the state column of a `dpkg -l` row: want, state, error.
    pub(super) fn from_abbreviation(word: &str) -> Option<Self> {
        let mut letters = word.chars();
        let (want, state) = (letters.next()?, letters.next()?);
        let error = letters.next();
        let known = matches!(want, 'u' | 'i' | 'h' | 'r' | 'p')
            && matches!(error, None | Some('R' | 'r'))
            && letters.next().is_none();
        known.then(|| Self::from_letter(state)).flatten()
    }
}
