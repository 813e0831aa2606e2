//! A host whose architecture is not shown is judged as each that it may be. It is affected only by
//! what affects it on every one; where they differ it is unknown, with that reason.

use std::sync::Arc;

use model::verdict::Verdict;

use super::combine::Answer;
use super::reason::Reason;

/// Architectures that a host may be where its evidence shows none, and that a publisher would name:
/// 32-bit and x64, as [`crate::knowledge::schema::WindowsKnowledge::architecture`] counts. What is not
/// named for Itanium or ARM64, which few are, says nothing of a host.
const LIKELY: [u8; 2] = [1, 2];

/// The architectures of a host's products.
#[derive(Debug)]
pub(super) struct Architectures {
    /// Of each product in turn.
    of_turn: Vec<u8>,
    /// All of them, each once.
    several: Vec<u8>,
}

impl Architectures {
    /// `of_turn` has the architecture of each product in turn.
    pub(super) fn of(of_turn: Vec<u8>) -> Self {
        let mut several = of_turn.clone();
        several.sort_unstable();
        several.dedup();
        Self { of_turn, several }
    }

    /// What an answer comes to, where `all` speak of the same vulnerabilities, it among them:
    /// `None` if it stands as it is.
    pub(super) fn settle<'q, 'a>(
        &self,
        answer: &Answer<'q>,
        all: &(impl Iterator<Item = &'a Answer<'q>> + Clone),
    ) -> Option<Answer<'q>>
    where
        'q: 'a,
    {
        if self.several.len() < 2 || answer.verdict != Verdict::Affected || self.is_open(all) {
            return None;
        }
        Some(Answer {
            verdict: Verdict::Unknown,
            reasons: Arc::from([Reason::ArchitectureNotShown]),
            ..answer.clone()
        })
    }

    /// Whether each architecture is affected. The worst of an architecture is its verdict; a likely
    /// one that is not named is not affected.
    fn is_open<'q: 'a, 'a>(&self, all: &(impl Iterator<Item = &'a Answer<'q>> + Clone)) -> bool {
        let of = |answer: &Answer<'q>| self.of_turn.get(answer.turn as usize).copied().unwrap_or(0);
        self.several.iter().all(|architecture| {
            let mut own = all.clone().filter(|answer| of(answer) == *architecture).peekable();
            if own.peek().is_none() {
                return !LIKELY.contains(architecture) || all.clone().any(|answer| of(answer) == 0);
            }
            own.any(|answer| answer.verdict == Verdict::Affected)
        })
    }
}
