//! What to do first on a host: the one step that closes most, then the next.
//!
//! One cumulative update closes every line whose fix it contains, so lines are not added up per
//! alternative. Only updates that nothing newer supersedes are offered: whatever an older one
//! closes, they close too. Steps are chosen greedily by what they close.

use std::cmp::Reverse;
use std::sync::OnceLock;

use model::kb::Kb;
use model::verdict::Verdict;
use rustc_hash::FxHashMap;

use super::line::{HostVerdicts, Line, Remedy};
use super::prepared::Prepared;
use super::question::Question;
use crate::bits::{each, is_in, set};
use crate::knowledge::schema::{ArchivedWindowsKnowledge, NO_DAY, update_kind};

/// One step and what it closes.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The step.
    pub remedy: Remedy,
    /// Positions of the affected lines that it closes.
    pub closes: Vec<usize>,
}

/// The updates of a product worth offering at an instant, and for each update which of them
/// contain it. A set of offers is a row of bits.
#[derive(Debug)]
pub(crate) struct Offers {
    /// Positions of the updates offered, from what is least worth offering to what is most: what
    /// brings most besides, then the newest, then the lowest KB.
    offered: Vec<u32>,
    /// Words of a row.
    words: usize,
    /// For each update of the product: the offers that contain it.
    containers: Vec<u64>,
    /// For each prepared group of the product: the offers that fix it.
    closers: Vec<u64>,
}

impl Offers {
    fn of(row: &ArchivedWindowsKnowledge, prepared: &Prepared, as_at_day: i32) -> Self {
        let out = |position: u32| {
            row.updates.get(position as usize).is_some_and(|u| {
                let published = u.published.to_native();
                published != NO_DAY
                    && published <= as_at_day
                    && u.kind != update_kind::UNVERIFIED_CONTAINER
            })
        };
        let mut superseded = vec![false; row.updates.len()];
        for (position, update) in (0_u32..).zip(row.updates.iter()) {
            // A preview is not for everybody: what it contains stays on offer.
            if !out(position) || update.kind == update_kind::PREVIEW {
                continue;
            }
            for below in update.supersedes.iter() {
                if let Some(slot) = superseded.get_mut(below.to_native() as usize) {
                    *slot = true;
                }
            }
        }
        let mut offered: Vec<u32> = (0_u32..)
            .zip(&superseded)
            .filter(|(position, superseded)| !**superseded && out(*position))
            .map(|(position, _)| position)
            .collect();
        offered.sort_by_key(|position| {
            row.updates.get(*position as usize).map(|update| {
                let published = update.published.to_native();
                (breadth(update.kind), published, Reverse(update.kb.to_native()))
            })
        });
        let words = offered.len().div_ceil(64).max(1);
        let mut containers = vec![0_u64; row.updates.len() * words];
        let mut queue = Vec::new();
        for (number, start) in offered.iter().enumerate() {
            queue.push(*start);
            while let Some(position) = queue.pop() {
                let begin = position as usize * words;
                let Some(own) = containers.get_mut(begin..begin + words) else { continue };
                if is_in(own, number) {
                    continue;
                }
                set(own, number);
                if let Some(update) = row.updates.get(position as usize) {
                    queue.extend(update.supersedes.iter().map(|p| p.to_native()));
                }
            }
        }
        let mut offers = Self { offered, words, containers, closers: Vec::new() };
        let mut closers = Vec::with_capacity(prepared.groups.len() * words);
        for group in &prepared.groups {
            offers.add_closing(&group.remedies, row, &mut closers);
        }
        offers.closers = closers;
        offers
    }

    /// Adds a row: the offers that contain one of some remedies.
    fn add_closing(
        &self,
        remedies: &[Remedy],
        row: &ArchivedWindowsKnowledge,
        rows: &mut Vec<u64>,
    ) {
        let from = rows.len();
        rows.resize(from + self.words, 0);
        for position in alternatives(remedies, row) {
            let begin = position * self.words;
            let own = self.containers.get(begin..begin + self.words).unwrap_or_default();
            for (to, word) in rows.iter_mut().skip(from).zip(own) {
                *to |= word;
            }
        }
    }

    /// The same for a line; prepared, where it has the very remedies of its group.
    fn add_closing_line(
        &self,
        line: &Line<'_>,
        product: u32,
        row: &ArchivedWindowsKnowledge,
        rows: &mut Vec<u64>,
    ) {
        let prepared = line
            .group
            .filter(|g| {
                g.product == product && std::ptr::eq(line.remedies.as_ref(), g.remedies.as_slice())
            })
            .and_then(|group| {
                let begin = group.rank as usize * self.words;
                self.closers.get(begin..begin + self.words)
            });
        match prepared {
            Some(closers) => rows.extend_from_slice(closers),
            None => self.add_closing(&line.remedies, row, rows),
        }
    }
}

/// Offers per product of the knowledge, made when first asked for.
pub(crate) type OfferTable = Vec<OnceLock<Offers>>;

/// The steps for a host, the one that closes most first. `weights` says how much each line counts.
pub fn steps(question: &Question<'_>, verdicts: &HostVerdicts<'_>, weights: &[u64]) -> Vec<Step> {
    let weight = |at: usize| weights.get(at).copied().unwrap_or(1);
    let mut open: Vec<usize> = verdicts
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.verdict == Verdict::Affected)
        .map(|(position, _)| position)
        .collect();
    let mut steps = Vec::new();
    for product in &verdicts.products {
        let Some(row) = question.knowledge.windows.get(*product as usize) else { continue };
        let Some(slot) = question.offers.get(*product as usize) else { continue };
        let Some(prepared) = question.prepared(*product) else { continue };
        let offers = slot.get_or_init(|| Offers::of(row, prepared, question.as_at_day));
        take_updates(verdicts, (*product, row), offers, &weight, &mut open, &mut steps);
    }
    // Everything else: the first remedy of each line.
    let mut by_remedy: FxHashMap<Remedy, Vec<usize>> = FxHashMap::default();
    for at in open {
        let remedy = verdicts.lines.get(at).and_then(|line| line.remedies.first());
        by_remedy.entry(remedy.cloned().unwrap_or(Remedy::NoneKnown)).or_default().push(at);
    }
    steps.extend(by_remedy.into_iter().map(|(remedy, closes)| Step { remedy, closes }));
    steps.sort_by_cached_key(|step| {
        let total: u64 = step.closes.iter().map(|at| weight(*at)).sum();
        (Reverse(total), step.remedy.clone())
    });
    steps
}

/// Chooses updates until no offered one closes an open line.
fn take_updates(
    verdicts: &HostVerdicts<'_>,
    (product, row): (u32, &ArchivedWindowsKnowledge),
    offers: &Offers,
    weight: &impl Fn(usize) -> u64,
    open: &mut Vec<usize>,
    steps: &mut Vec<Step>,
) {
    // For each open line the offers that close it, and for each offer what it closes in sum.
    let mut lines: Vec<usize> = Vec::with_capacity(open.len());
    let mut rows: Vec<u64> = Vec::with_capacity(open.len() * offers.words);
    let mut totals = vec![0_u64; offers.offered.len()];
    for at in open.iter() {
        let Some(line) = verdicts.lines.get(*at) else { continue };
        let from = rows.len();
        offers.add_closing_line(line, product, row, &mut rows);
        let own = rows.get(from..).unwrap_or_default();
        if own.iter().all(|word| *word == 0) {
            rows.truncate(from);
            continue;
        }
        for number in each(own) {
            if let Some(total) = totals.get_mut(number) {
                *total += weight(*at);
            }
        }
        lines.push(*at);
    }
    let mut left: Vec<(usize, &[u64])> = lines.into_iter().zip(rows.chunks(offers.words)).collect();
    while !left.is_empty() {
        // What closes most; of equals the last, which is the most worth offering.
        let best = totals.iter().enumerate().max_by_key(|(_, total)| **total);
        let Some((best, _)) = best.filter(|(_, total)| **total > 0) else { break };
        let update = offers.offered.get(best).and_then(|at| row.updates.get(*at as usize));
        let Some(update) = update else { break };
        let Some(kb) = Kb::new(update.kb.to_native()) else { break };
        let mut closes = Vec::new();
        left.retain(|(at, own)| {
            if !is_in(own, best) {
                return true;
            }
            closes.push(*at);
            for number in each(own) {
                if let Some(total) = totals.get_mut(number) {
                    *total -= weight(*at);
                }
            }
            false
        });
        steps.push(Step { remedy: Remedy::InstallUpdate { kb, kind: update.kind }, closes });
    }
    let mut is_closed = vec![false; verdicts.lines.len()];
    for at in steps.iter().flat_map(|step| &step.closes) {
        if let Some(slot) = is_closed.get_mut(*at) {
            *slot = true;
        }
    }
    open.retain(|at| is_closed.get(*at) != Some(&true));
}

/// How much an update of a kind brings besides the fix; a preview is not for everybody.
const fn breadth(kind: u8) -> u8 {
    match kind {
        update_kind::PREVIEW => 0,
        update_kind::SECURITY_ONLY => 1,
        update_kind::MONTHLY_ROLLUP | update_kind::CUMULATIVE => 3,
        _ => 2,
    }
}

/// Positions of the updates that some remedies name among a product's.
fn alternatives(
    remedies: &[Remedy],
    row: &ArchivedWindowsKnowledge,
) -> impl Iterator<Item = usize> {
    remedies.iter().filter_map(|remedy| match remedy {
        Remedy::InstallUpdate { kb, .. } => {
            row.updates.binary_search_by_key(&kb.number(), |u| u.kb.to_native()).ok()
        }
        _ => None,
    })
}
