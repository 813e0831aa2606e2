//! Every group of flaws of a host's products, and the order in which evidence decides one.

use std::borrow::Cow;
use std::sync::Arc;

use model::verdict::Verdict;

use super::fixed::{by_build, by_implied_build, by_title, installed_reason, waiting};
use super::open::{doubt, not_fixed};
use super::product::ProductView;
use super::remedies::{remedies, row_ref};
use crate::host::{Host, RestartState, Standing};
use crate::judge::combine::Answer;
use crate::judge::line::{Unrecognised, UnrecognisedKind};
use crate::judge::prepared::Group;
use crate::judge::question::Question;
use crate::judge::reason::Reason;
use crate::knowledge::schema::{ArchivedFixGroup, NONE};

/// Judges every group of the host's products, whose positions are given.
pub(in crate::judge) fn judge<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    positions: &[u32],
    answers: &mut Vec<Answer<'q>>,
    unrecognised: &mut Vec<Unrecognised>,
) {
    let Some(product) = standing.windows else { return };
    for (turn, position) in (0_u32..).zip(positions) {
        let Some(row) = question.knowledge.windows.get(*position as usize) else { continue };
        let Some(prepared) = question.prepared(*position) else { continue };
        let view = ProductView::of(question, host, standing, product, row);
        answers.reserve(prepared.groups.len());
        for group in &prepared.groups {
            let Some(stored) = row.groups.get(group.position as usize) else { continue };
            answers.push(judge_group(&view, group, stored, turn));
        }
    }
    for installed in standing.installed.values() {
        if !question.knows_kb(installed.kb) {
            unrecognised.push(Unrecognised {
                kind: UnrecognisedKind::Update,
                name: installed.row.raw.clone(),
                version: None,
                row: row_ref(host, *installed),
            });
        }
    }
}

/// The answer of one group of the host's product number `turn`.
fn judge_group<'q>(
    view: &ProductView<'_>,
    group: &'q Group,
    stored: &ArchivedFixGroup,
    turn: u32,
) -> Answer<'q> {
    let (verdict, reasons) = decide(view, group, stored);
    let remedies = match (verdict, reasons.first()) {
        (Verdict::Affected | Verdict::Unknown, Some(reason)) => remedies(group, reason),
        _ => Cow::Borrowed(&[][..]),
    };
    Answer { turn, group, verdict, reasons, remedies }
}

/// Verdict and reason of one group on one host.
fn decide(
    view: &ProductView<'_>,
    group: &Group,
    stored: &ArchivedFixGroup,
) -> (Verdict, Arc<[Reason]>) {
    let told = |(verdict, reason): (Verdict, Reason)| (verdict, Arc::from([reason]));
    let is_system = stored.component.to_native() == NONE;
    match by_build(view, stored) {
        // A component of its own may be missing: a build below the fix does not open the host.
        Some(decided) if is_system || decided.0 == Verdict::Fixed => return told(decided),
        _ => {}
    }
    let best = stored
        .alternatives
        .iter()
        .filter_map(|p| Some((p.to_native(), view.coverage.covering(p.to_native())?)))
        .min_by_key(|(position, start)| (start.state, *position != start.position));
    if let Some((position, start)) = best
        && start.state <= RestartState::SameDay
    {
        return (Verdict::Fixed, installed_reason(view, position, start));
    }
    if let Some(decided) = by_implied_build(view, stored) {
        return told(decided);
    }
    if is_system && let Some(decided) = by_title(view, stored) {
        return told(decided);
    }
    if let Some((_, start)) = best {
        if is_system && let Some(reasons) = doubt(view, stored) {
            return (Verdict::Unknown, reasons);
        }
        let (verdict, reason) = waiting(view, start);
        // An update of the system that waits does not show that a component of its own is there.
        return told((if is_system { verdict } else { Verdict::Unknown }, reason));
    }
    not_fixed(view, group, stored, is_system)
}
