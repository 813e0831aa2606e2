//! What to do first on a host: the one step that closes most, then the next.
//!
//! One cumulative update closes every line whose fix it contains, so lines are not added up per
//! alternative. Only updates that nothing newer supersedes are offered: whatever an older one
//! closes, they close too. Steps are chosen greedily by what they close.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::OnceLock;

use model::kb::Kb;
use model::verdict::Verdict;
use rustc_hash::FxHashMap;

use super::line::{HostVerdicts, Line, Remedy};
use super::prepared::Prepared;
use super::question::Question;
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
/// contain it.
#[derive(Debug)]
pub(crate) struct Offers {
    /// Positions of the updates offered.
    offered: Vec<u32>,
    /// For each update of the product: positions in `offered` that contain it.
    containers: Vec<Vec<u32>>,
    /// For each prepared group of the product: positions in `offered` that fix it.
    closers: Vec<Vec<u32>>,
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
            if !out(position) {
                continue;
            }
            for below in update.supersedes.iter() {
                if let Some(slot) = superseded.get_mut(below.to_native() as usize) {
                    *slot = true;
                }
            }
        }
        let offered: Vec<u32> = (0_u32..)
            .zip(&superseded)
            .filter(|(position, superseded)| !**superseded && out(*position))
            .map(|(position, _)| position)
            .collect();
        let mut containers: Vec<Vec<u32>> = vec![Vec::new(); row.updates.len()];
        let mut queue = Vec::new();
        for (number, start) in (0_u32..).zip(&offered) {
            queue.push(*start);
            while let Some(position) = queue.pop() {
                let Some(list) = containers.get_mut(position as usize) else { continue };
                if list.last() == Some(&number) {
                    continue;
                }
                list.push(number);
                if let Some(update) = row.updates.get(position as usize) {
                    queue.extend(update.supersedes.iter().map(|p| p.to_native()));
                }
            }
        }
        let mut offers = Self { offered, containers, closers: Vec::new() };
        offers.closers =
            prepared.groups.iter().map(|group| offers.closing(&group.remedies, row)).collect();
        offers
    }

    /// Positions in `offered` of what contains one of some remedies.
    fn closing(&self, remedies: &[Remedy], row: &ArchivedWindowsKnowledge) -> Vec<u32> {
        let mut numbers: Vec<u32> = alternatives(remedies, row)
            .filter_map(|position| self.containers.get(position))
            .flatten()
            .copied()
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The same for a line; prepared, where it has the remedies of its group.
    fn closing_line(
        &self,
        line: &Line<'_>,
        product: u32,
        row: &ArchivedWindowsKnowledge,
    ) -> Cow<'_, [u32]> {
        line.group
            .filter(|group| group.product == product && line.remedies == group.remedies)
            .and_then(|group| self.closers.get(group.rank as usize))
            .map_or_else(
                || Cow::Owned(self.closing(&line.remedies, row)),
                |numbers| Cow::Borrowed(numbers.as_slice()),
            )
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
    let mut closers: Vec<(usize, Cow<'_, [u32]>)> = Vec::with_capacity(open.len());
    let mut totals = vec![0_u64; offers.offered.len()];
    for at in open.iter() {
        let Some(line) = verdicts.lines.get(*at) else { continue };
        let numbers = offers.closing_line(line, product, row);
        for number in numbers.iter() {
            if let Some(total) = totals.get_mut(*number as usize) {
                *total += weight(*at);
            }
        }
        if !numbers.is_empty() {
            closers.push((*at, numbers));
        }
    }
    while !closers.is_empty() {
        // What closes most; of equals what brings most besides, then the newest, then the lowest KB.
        let best = (0_u32..)
            .zip(&totals)
            .filter(|(_, total)| **total > 0)
            .filter_map(|(number, total)| {
                let position = *offers.offered.get(number as usize)?;
                let update = row.updates.get(position as usize)?;
                let key = (
                    *total,
                    breadth(update.kind),
                    update.published.to_native(),
                    Reverse(update.kb.to_native()),
                );
                Some((key, number, update))
            })
            .max_by_key(|(key, ..)| *key);
        let Some((_, best, update)) = best else { break };
        let Some(kb) = Kb::new(update.kb.to_native()) else { break };
        let mut closes = Vec::new();
        closers.retain(|(at, numbers)| {
            if numbers.binary_search(&best).is_err() {
                return true;
            }
            closes.push(*at);
            for number in numbers.iter() {
                if let Some(total) = totals.get_mut(*number as usize) {
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
