//! What to do first on a host: the one step that closes most, then the next.
//!
//! One cumulative update closes every line whose fix it contains, so lines are not added up per
//! alternative: for each update that could be installed the closure of what it contains is taken,
//! and steps are chosen greedily.

use std::sync::OnceLock;

use model::kb::Kb;
use model::verdict::Verdict;
use rustc_hash::FxHashMap;

use super::line::{HostVerdicts, Line, Remedy};
use super::question::Question;
use crate::knowledge::schema::{ArchivedWindowsKnowledge, NO_DAY};

/// One step and what it closes.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The step.
    pub remedy: Remedy,
    /// Positions of the affected lines that it closes.
    pub closes: Vec<usize>,
}

/// For each update of a product, which updates it contains, itself included: one bit an update.
#[derive(Debug)]
pub(crate) struct Closures {
    words: usize,
    bits: Vec<u64>,
}

impl Closures {
    pub(crate) fn of(row: &ArchivedWindowsKnowledge) -> Self {
        let count = row.updates.len();
        let words = count.div_ceil(64);
        let mut bits = vec![0_u64; words * count];
        let mut queue = Vec::new();
        for (start, line) in bits.chunks_mut(words.max(1)).enumerate() {
            queue.push(u32::try_from(start).unwrap_or(u32::MAX));
            while let Some(position) = queue.pop() {
                let Some(word) = line.get_mut(position as usize / 64) else { continue };
                let bit = 1_u64 << (position % 64);
                if *word & bit != 0 {
                    continue;
                }
                *word |= bit;
                if let Some(update) = row.updates.get(position as usize) {
                    queue.extend(update.supersedes.iter().map(|p| p.to_native()));
                }
            }
        }
        Self { words, bits }
    }

    fn contains(&self, update: u32, other: u32) -> bool {
        let at = update as usize * self.words + other as usize / 64;
        self.bits.get(at).is_some_and(|word| word >> (other % 64) & 1 == 1)
    }
}

/// Lazily made closures, one slot a product of the knowledge.
pub(crate) type ClosureTable = Vec<OnceLock<Closures>>;

/// The steps for a host, the one that closes most first. `weight` says how much a line counts.
pub fn steps(
    question: &Question<'_>,
    verdicts: &HostVerdicts,
    weight: impl Fn(&Line) -> u64,
) -> Vec<Step> {
    let mut open: Vec<usize> = verdicts
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.verdict == Verdict::Affected)
        .map(|(position, _)| position)
        .collect();
    let mut steps = Vec::new();

    // Updates of Windows, by closure.
    for product in &verdicts.products {
        let Some(row) = question.knowledge.windows.get(*product as usize) else { continue };
        let Some(closures) = question.closures.get(*product as usize) else { continue };
        let closures = closures.get_or_init(|| Closures::of(row));
        loop {
            let alternatives: Vec<(usize, Vec<u32>)> = open
                .iter()
                .filter_map(|at| Some((*at, positions(verdicts.lines.get(*at)?, row))))
                .filter(|(_, alternatives)| !alternatives.is_empty())
                .collect();
            if alternatives.is_empty() {
                break;
            }
            let best = (0_u32..)
                .zip(row.updates.iter())
                .filter(|(_, u)| {
                    let published = u.published.to_native();
                    published != NO_DAY && published <= question.as_at_day
                })
                .map(|(position, update)| {
                    let total: u64 = alternatives
                        .iter()
                        .filter(|(_, of)| of.iter().any(|a| closures.contains(position, *a)))
                        .filter_map(|(at, _)| verdicts.lines.get(*at))
                        .map(&weight)
                        .sum();
                    (total, std::cmp::Reverse(update.published.to_native()), position)
                })
                .max();
            let Some((total, _, position)) = best else { break };
            let Some(update) = row.updates.get(position as usize).filter(|_| total > 0) else {
                break;
            };
            let Some(kb) = Kb::new(update.kb.to_native()) else { break };
            let closes: Vec<usize> = alternatives
                .iter()
                .filter(|(_, of)| of.iter().any(|a| closures.contains(position, *a)))
                .map(|(at, _)| *at)
                .collect();
            open.retain(|at| !closes.contains(at));
            steps.push(Step { remedy: Remedy::InstallUpdate { kb, kind: update.kind }, closes });
        }
    }

    // Everything else: the first remedy of each line.
    let mut by_remedy: FxHashMap<Remedy, Vec<usize>> = FxHashMap::default();
    for at in open {
        let remedy = verdicts.lines.get(at).and_then(|line| line.remedies.first());
        by_remedy.entry(remedy.cloned().unwrap_or(Remedy::NoneAvailable)).or_default().push(at);
    }
    steps.extend(by_remedy.into_iter().map(|(remedy, closes)| Step { remedy, closes }));
    steps.sort_by_cached_key(|step| {
        let total: u64 =
            step.closes.iter().filter_map(|at| verdicts.lines.get(*at)).map(&weight).sum();
        (std::cmp::Reverse(total), step.remedy.clone())
    });
    steps
}

/// Positions of a line's alternatives among a product's updates.
fn positions(line: &Line, row: &ArchivedWindowsKnowledge) -> Vec<u32> {
    line.remedies
        .iter()
        .filter_map(|remedy| match remedy {
            Remedy::InstallUpdate { kb, .. } => {
                row.updates.binary_search_by_key(&kb.number(), |u| u.kb.to_native()).ok()
            }
            _ => None,
        })
        .filter_map(|p| u32::try_from(p).ok())
        .collect()
}
