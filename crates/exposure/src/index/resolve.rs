//! What is asked for, as vulnerabilities.

use model::cve::CveId;

use super::national::Index;
use crate::judge::{Selected, select};

/// An advisory as a person names it: a CVE, a bulletin, a KB, or an advisory of any publisher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advisory(pub String);

/// What is asked for: vulnerabilities of the knowledge, and CVEs that it does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Positions in knowledge, sorted.
    pub vulnerabilities: Vec<u32>,
    /// CVEs of which knowledge has no row.
    pub unlisted: Vec<CveId>,
    /// Whether knowledge has nothing of that name: also of a CVE, though one is known by its form.
    pub is_unresolved: bool,
    /// Whether nothing of it is known on the day: see [`View::as_public`](super::View::as_public).
    pub is_silent: bool,
}

impl Asked {
    /// One vulnerability, by position in knowledge.
    pub fn vulnerability(position: u32) -> Self {
        Self { vulnerabilities: vec![position], ..Self::default() }
    }
}

impl<B: AsRef<[u8]>> Index<'_, B> {
    /// Finds what an advisory is about.
    pub fn resolve(&self, advisory: &Advisory) -> Asked {
        let mut selected = Selected::default();
        let statements = self.matters.of_advisory(&advisory.0);
        select(self.knowledge(), &advisory.0, statements, &mut selected);
        let mut vulnerabilities: Vec<u32> = selected.vulnerabilities.iter().copied().collect();
        vulnerabilities.sort_unstable();
        let only_unlisted = vulnerabilities.is_empty() && !selected.unlisted.is_empty();
        Asked {
            vulnerabilities,
            unlisted: selected.unlisted,
            is_unresolved: only_unlisted || !selected.unresolved.is_empty(),
            is_silent: false,
        }
    }
}
