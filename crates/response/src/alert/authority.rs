//! By what right something is asked: in 2017 the centre could advise and nobody knew who could require.

use std::fmt;

/// How binding an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The receiver decides.
    Advise,
    /// A contract, standard or condition of funding requires it.
    Require,
    /// Law or a lawful direction compels it.
    Direct,
}

impl Level {
    /// All, the weakest first.
    pub const ALL: [Self; 3] = [Self::Advise, Self::Require, Self::Direct];

    /// The name in JSON and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Advise => "advise",
            Self::Require => "require",
            Self::Direct => "direct",
        }
    }

    /// The level of a name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code().eq_ignore_ascii_case(code.trim()))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Advise => "You are advised to do this",
            Self::Require => "You are required to do this",
            Self::Direct => "You are directed to do this",
        })
    }
}

/// What a requirement or direction rests on: the law, contract or standard, as it is cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis(String);

impl Basis {
    /// Most characters.
    pub const MOST: usize = 300;

    /// A basis; `None` if it says nothing or too much.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_sound = !text.is_empty() && text.chars().count() <= Self::MOST;
        is_sound.then(|| Self(text.to_owned()))
    }

    /// As it is cited.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An authority: who only advises needs no basis, who requires or directs cannot be without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    level: Level,
    basis: Option<Basis>,
}

impl Authority {
    /// An authority; `None` where something binding rests on nothing.
    pub fn new(level: Level, basis: Option<Basis>) -> Option<Self> {
        let is_sound = level == Level::Advise || basis.is_some();
        is_sound.then_some(Self { level, basis })
    }

    /// How binding it is.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// What it rests on.
    pub const fn basis(&self) -> Option<&Basis> {
        self.basis.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_requires_or_directs_without_a_basis() {
        assert!(Authority::new(Level::Advise, None).is_some());
        for level in [Level::Require, Level::Direct] {
            assert_eq!(Authority::new(level, None), None);
            let basis = Basis::new("NHS Standard Contract, SC 21");
            assert!(Authority::new(level, basis).is_some());
        }
        assert_eq!(Basis::new("  "), None);
        assert_eq!(Level::of_code("DIRECT"), Some(Level::Direct));
    }
}
