//! A product of the knowledge, with the updates of it that a host has.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use model::verdict::Verdict;
use model::windows::{WindowsBuild, WindowsProduct};
use rustc_hash::FxHashMap;

use super::coverage::{Coverage, is_beyond};
use super::title::cumulative_month;
use crate::host::{Host, Installed, RestartState, Standing};
use crate::judge::kind::ReasonKind;
use crate::judge::question::Question;
use crate::judge::reason::Reason;
use crate::knowledge::lookup::Support;
use crate::knowledge::schema::{
    ArchivedFixGroup, ArchivedUpdate, ArchivedWindowsKnowledge, NONE, update_kind,
};

/// A product's knowledge with what of it the host has.
pub(in crate::judge) struct ProductView<'a> {
    pub(super) question: &'a Question<'a>,
    pub(super) host: &'a Host,
    pub(super) standing: &'a Standing<'a>,
    pub(super) product: &'a WindowsProduct,
    pub(super) row: &'a ArchivedWindowsKnowledge,
    pub(super) coverage: Coverage<'a>,
    /// The highest build that an installed update in effect brings.
    pub(super) implied: Option<(Installed<'a>, RestartState, WindowsBuild)>,
    /// Installed updates in effect whose title says that they are cumulative, and for which month;
    /// the latest last.
    pub(super) titled: Vec<Titled<'a>>,
    /// An installed update beyond the horizon of this knowledge.
    pub(super) newer: Option<Installed<'a>>,
    /// Installed updates, not pending, that only a second-hand list calls cumulative, each with the
    /// day it came out.
    pub(super) unverified: Vec<(Installed<'a>, i32)>,
    /// How long the product is supported, looked up once.
    pub(super) support: OnceCell<Option<Support>>,
    /// What a list says of every fix that is not in it, told once.
    pub(super) not_listed: OnceCell<NotListed>,
    /// Reasons that many groups have, told once.
    pub(super) told: RefCell<Told>,
    /// The reason of each update that is installed or contained in one, told once.
    pub(super) brought: RefCell<FxHashMap<u32, Arc<[Reason]>>>,
}

/// Reasons by their kind and what they are about: an update, a component, a day.
type Told = FxHashMap<(ReasonKind, u32), Arc<[Reason]>>;

/// What the list of updates says of a fix that is not in it.
#[derive(Clone)]
pub(super) enum NotListed {
    /// It decides: unknown, or affected.
    Told(Verdict, Arc<[Reason]>),
    /// It would show the fix, so what is left to ask is what else may contain it.
    Missing(Arc<[Reason]>),
}

impl<'a> ProductView<'a> {
    pub(in crate::judge) fn of(
        question: &'a Question<'a>,
        host: &'a Host,
        standing: &'a Standing<'a>,
        product: &'a WindowsProduct,
        row: &'a ArchivedWindowsKnowledge,
    ) -> Self {
        let coverage = Coverage::of(standing, row);
        let implied = coverage
            .starts
            .iter()
            .filter(|start| start.state <= RestartState::SameDay)
            .filter_map(|start| {
                let update = row.updates.get(start.position as usize)?;
                Some((start.installed, start.state, build_of(&update.build)?))
            })
            .max_by_key(|(_, _, build)| *build);
        let mut titled: Vec<Titled<'a>> = standing
            .installed
            .values()
            .filter(|i| standing.restart_state(**i) <= RestartState::SameDay)
            .filter_map(|i| {
                let month = cumulative_month(i.row.title.as_deref()?, product)?;
                Some(Titled { installed: *i, month })
            })
            .collect();
        titled.sort_by_key(|t| (t.month, t.installed.kb));
        let newer = standing
            .installed
            .values()
            .rfind(|installed| {
                is_beyond(row, installed)
                    && !question.knows_kb(installed.kb)
                    && standing.restart_state(**installed) != RestartState::Pending
            })
            .copied();
        let unverified = coverage
            .starts
            .iter()
            .filter(|start| start.state != RestartState::Pending)
            .filter_map(|start| {
                let update = row.updates.get(start.position as usize)?;
                (update.kind == update_kind::UNVERIFIED_CONTAINER)
                    .then(|| (start.installed, update.published.to_native()))
            })
            .collect();
        Self {
            question,
            host,
            standing,
            product,
            row,
            coverage,
            implied,
            titled,
            newer,
            unverified,
            support: OnceCell::new(),
            not_listed: OnceCell::new(),
            told: RefCell::default(),
            brought: RefCell::default(),
        }
    }
}

impl<'a> ProductView<'a> {
    /// How long the product is supported.
    pub(super) fn support(&self) -> Option<Support> {
        *self.support.get_or_init(|| self.question.support(self.product))
    }

    /// A reason that many groups have, told once: those of one kind with one number are the same.
    pub(super) fn once(
        &self,
        kind: ReasonKind,
        number: u32,
        told: impl FnOnce() -> Reason,
    ) -> Arc<[Reason]> {
        let mut before = self.told.borrow_mut();
        Arc::clone(before.entry((kind, number)).or_insert_with(|| Arc::from([told()])))
    }

    /// An installed update that only a second-hand list calls cumulative, later than the fix.
    pub(super) fn unverified(&self, group: &ArchivedFixGroup) -> Option<Installed<'a>> {
        if self.unverified.is_empty() {
            return None;
        }
        let first = group
            .alternatives
            .iter()
            .filter_map(|p| self.row.updates.get(p.to_native() as usize))
            .map(|u| u.published.to_native())
            .min()?;
        self.unverified.iter().find(|(_, day)| *day >= first).map(|(installed, _)| *installed)
    }
}

/// An installed update whose own title says that it is cumulative.
#[derive(Clone, Copy)]
pub(super) struct Titled<'a> {
    pub(super) installed: Installed<'a>,
    pub(super) month: (i16, i8),
}

pub(super) fn update_at<'a>(view: &ProductView<'a>, position: u32) -> Option<&'a ArchivedUpdate> {
    view.row.updates.get(position as usize)
}

pub(super) fn build_of(stored: &[rkyv::rend::u32_le; 4]) -> Option<WindowsBuild> {
    let [major, minor, build, revision] = stored.map(rkyv::rend::u32_le::to_native);
    if build == 0 {
        return None;
    }
    Some(WindowsBuild {
        major: u16::try_from(major).ok()?,
        minor: u16::try_from(minor).ok()?,
        build,
        revision: Some(revision),
    })
}

/// The head of each chain of parents. Parents are set once, from the head downwards, so the chains
/// have no circles.
pub(super) fn heads(parent: &[u32]) -> Vec<u32> {
    let mut heads = vec![NONE; parent.len()];
    let mut path = Vec::new();
    for start in 0..parent.len() {
        let mut at = u32::try_from(start).unwrap_or(NONE);
        let head = loop {
            let known = heads.get(at as usize).copied().unwrap_or(at);
            if known != NONE {
                break known;
            }
            path.push(at);
            match parent.get(at as usize) {
                Some(&above) if above != NONE && path.len() <= parent.len() => at = above,
                _ => break at,
            }
        };
        for position in path.drain(..) {
            if let Some(slot) = heads.get_mut(position as usize) {
                *slot = head;
            }
        }
    }
    heads
}
