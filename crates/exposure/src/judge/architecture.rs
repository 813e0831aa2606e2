//! A host whose architecture is not shown is judged as each that it may be. It is affected only by
//! what affects it on every one; where they differ it is unknown, with that reason.

use std::borrow::Cow;
use std::sync::Arc;

use model::verdict::Verdict;
use rustc_hash::FxHashMap;

use super::combine::{Answer, Part};
use super::line::VulnerabilityRef;
use super::reason::Reason;

/// Architectures that a host may be where its evidence shows none, and that a publisher would name:
/// 32-bit and x64, as [`crate::knowledge::schema::WindowsKnowledge::architecture`] counts. What is not
/// named for Itanium or ARM64, which few are, says nothing of a host.
const LIKELY: [u8; 2] = [1, 2];

/// Settles the answers of products of several architectures, of which `architectures` has one for
/// each product in turn. They become parts, for they speak of the same flaws.
pub(super) fn settle<'q>(
    architectures: &[u8],
    answers: &mut Vec<Answer<'q>>,
    parts: &mut Vec<Part<'q>>,
) {
    let mut several = architectures.to_vec();
    several.sort_unstable();
    several.dedup();
    if several.len() < 2 {
        return;
    }
    let said: Vec<(u8, Part<'q>)> = answers
        .drain(..)
        .map(|answer| {
            let of = architectures.get(answer.turn as usize).copied().unwrap_or(0);
            (of, answer.into_part())
        })
        .collect();
    let mut verdicts: FxHashMap<VulnerabilityRef, Vec<(u8, Verdict)>> = FxHashMap::default();
    for (architecture, part) in &said {
        for vulnerability in part.vulnerabilities.iter() {
            verdicts.entry(*vulnerability).or_default().push((*architecture, part.verdict));
        }
    }
    // The worst of an architecture is its verdict; a likely one that is not named is not affected.
    let is_open = |vulnerability: &VulnerabilityRef| {
        let own = verdicts.get(vulnerability).map_or(&[][..], Vec::as_slice);
        several.iter().all(|architecture| {
            let mut of = own.iter().filter(|(a, _)| a == architecture).map(|(_, v)| *v).peekable();
            if of.peek().is_none() {
                return !LIKELY.contains(architecture) || own.iter().any(|(a, _)| *a == 0);
            }
            of.any(|verdict| verdict == Verdict::Affected)
        })
    };
    for (_, mut part) in said {
        if part.verdict == Verdict::Affected {
            let (open, differs): (Vec<_>, Vec<_>) =
                part.vulnerabilities.iter().copied().partition(is_open);
            if !differs.is_empty() {
                parts.push(Part {
                    vulnerabilities: Cow::Owned(differs),
                    verdict: Verdict::Unknown,
                    reasons: Arc::from([Reason::ArchitectureNotShown]),
                    group: None,
                    ..part.clone()
                });
                part.vulnerabilities = Cow::Owned(open);
                part.group = None;
            }
        }
        // A part without vulnerabilities would still speak of its advisory.
        if !part.vulnerabilities.is_empty() {
            parts.push(part);
        }
    }
}
