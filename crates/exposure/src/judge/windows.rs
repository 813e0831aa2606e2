//! Windows: updates, builds, restarts.
//!
//! For each group of flaws of the host's product, in this order: the build decides where the
//! evidence has its revision; an installed alternative, or anything that supersedes one, fixes; an
//! update whose own title says "cumulative update of a later month" fixes; what is installed but
//! waits for a restart is affected; a list that does not show everything proves no absence.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use jiff::civil::Date;
use model::evidence::DateReading;
use model::kb::Kb;
use model::verdict::Verdict;
use model::windows::{Label, WindowsBuild, WindowsProduct, parse_label};
use rustc_hash::FxHashMap;

use super::combine::Answer;
use super::line::{Remedy, RowRef, Unrecognised, UnrecognisedKind};
use super::prepared::{Group, is_rollup};
use super::question::Question;
use super::reason::Reason;
use crate::host::{Host, Installed, RestartState, Standing};
use crate::knowledge::build::{day_number, day_of};
use crate::knowledge::lookup::{self, Support};
use crate::knowledge::schema::{
    ArchivedFixGroup, ArchivedUpdate, ArchivedWindowsKnowledge, NO_DAY, NONE, update_kind,
};

/// Judges every group of the host's products, whose positions are given.
pub(super) fn judge<'q>(
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

/// A product's knowledge with what of it the host has.
pub(super) struct ProductView<'a> {
    question: &'a Question<'a>,
    host: &'a Host,
    standing: &'a Standing<'a>,
    product: &'a WindowsProduct,
    row: &'a ArchivedWindowsKnowledge,
    coverage: Coverage<'a>,
    /// The highest build that an installed update in effect brings.
    implied: Option<(Installed<'a>, RestartState, WindowsBuild)>,
    /// Installed updates in effect whose title says that they are cumulative, and for which month;
    /// the latest last.
    titled: Vec<Titled<'a>>,
    /// An installed update beyond the horizon of this knowledge.
    newer: Option<Installed<'a>>,
    /// Installed updates, not pending, that only a second-hand list calls cumulative, each with the
    /// day it came out.
    unverified: Vec<(Installed<'a>, i32)>,
    /// How long the product is supported, looked up once.
    support: OnceCell<Option<Support>>,
    /// What a list says of every fix that is not in it, told once.
    not_listed: OnceCell<NotListed>,
    /// The reason of each update that is installed or contained in one, told once.
    brought: RefCell<FxHashMap<u32, Arc<[Reason]>>>,
}

/// What the list of updates says of a fix that is not in it.
#[derive(Clone)]
enum NotListed {
    /// It decides: unknown, or affected.
    Told(Verdict, Arc<[Reason]>),
    /// It would show the fix, so what is left to ask is what else may contain it.
    Missing(Arc<[Reason]>),
}

impl<'a> ProductView<'a> {
    pub(super) fn of(
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
            brought: RefCell::default(),
        }
    }
}

impl<'a> ProductView<'a> {
    /// How long the product is supported.
    fn support(&self) -> Option<Support> {
        *self.support.get_or_init(|| lookup::windows_support(self.question.knowledge, self.product))
    }

    /// An installed update that only a second-hand list calls cumulative, later than the fix.
    fn unverified(&self, group: &ArchivedFixGroup) -> Option<Installed<'a>> {
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
struct Titled<'a> {
    installed: Installed<'a>,
    month: (i16, i8),
}

/// Whether an update is later than what is known of a product: by its number, or, because numbers
/// are given out before they are used, by the day it was installed.
fn is_beyond(row: &ArchivedWindowsKnowledge, installed: &Installed<'_>) -> bool {
    let (kb, day) = (row.horizon_kb.to_native(), row.horizon_day.to_native());
    if kb == u32::MAX {
        return false;
    }
    let installed_after = |on: &DateReading| day == NO_DAY || day_number(on.earliest) > day;
    installed.kb.number() > kb || installed.row.installed_on.as_ref().is_some_and(installed_after)
}

/// Which updates of a product the installed ones bring with them.
struct Coverage<'a> {
    starts: Vec<Start<'a>>,
    /// For each update: position in `starts` + 1 of the best that covers it, 0 for none.
    by: Vec<u32>,
    /// For each covered update: the update it was reached from.
    parent: Vec<u32>,
    /// For each update: the head of the chain it was reached by.
    head_of: Vec<u32>,
}

/// The head of each chain of parents. Parents are set once, from the head downwards, so the chains
/// have no circles.
fn heads(parent: &[u32]) -> Vec<u32> {
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

#[derive(Clone, Copy)]
struct Start<'a> {
    position: u32,
    installed: Installed<'a>,
    state: RestartState,
}

impl<'a> Coverage<'a> {
    fn of(standing: &'a Standing<'a>, row: &ArchivedWindowsKnowledge) -> Self {
        let mut starts: Vec<Start<'a>> = standing
            .installed
            .iter()
            .filter_map(|(kb, installed)| {
                let position =
                    row.updates.binary_search_by_key(&kb.number(), |u| u.kb.to_native()).ok()?;
                Some(Start {
                    position: u32::try_from(position).ok()?,
                    installed: *installed,
                    state: standing.restart_state(*installed),
                })
            })
            .collect();
        // The surest first, so that each update is credited to the surest that brings it.
        starts.sort_by_key(|start| (start.state, start.position));
        let mut by = vec![0_u32; row.updates.len()];
        let mut parent = vec![NONE; row.updates.len()];
        let mut queue: Vec<u32> = Vec::new();
        for (number, start) in (1_u32..).zip(&starts) {
            let Some(slot) = by.get_mut(start.position as usize) else { continue };
            // Already brought by a surer one: then everything below it is, too; but the update's
            // own row names it better.
            if *slot != 0 && starts.get(*slot as usize - 1).is_some_and(|s| s.state == start.state)
            {
                *slot = number;
                if let Some(parent) = parent.get_mut(start.position as usize) {
                    *parent = NONE;
                }
                continue;
            }
            if *slot != 0 {
                continue;
            }
            *slot = number;
            queue.push(start.position);
            while let Some(position) = queue.pop() {
                let Some(update) = row.updates.get(position as usize) else { continue };
                for below in update.supersedes.iter().map(|p| p.to_native()) {
                    if let Some(slot) = by.get_mut(below as usize)
                        && *slot == 0
                    {
                        *slot = number;
                        if let Some(parent) = parent.get_mut(below as usize) {
                            *parent = position;
                        }
                        queue.push(below);
                    }
                }
            }
        }
        let head_of = heads(&parent);
        Self { starts, by, parent, head_of }
    }

    /// The installed update at the head of the chain that brings `position`.
    fn covering(&self, position: u32) -> Option<Start<'a>> {
        let head = *self.head_of.get(position as usize)?;
        let number = *self.by.get(head as usize)?;
        self.starts.get((number as usize).checked_sub(1)?).copied()
    }

    /// KBs from the installed update down to `position`.
    fn chain(&self, position: u32, row: &ArchivedWindowsKnowledge) -> Vec<Kb> {
        let mut chain = Vec::new();
        let mut at = position;
        while let Some(kb) = row.updates.get(at as usize).and_then(|u| Kb::new(u.kb.to_native())) {
            chain.push(kb);
            match self.parent.get(at as usize) {
                Some(&above) if above != NONE && chain.len() <= row.updates.len() => at = above,
                _ => break,
            }
        }
        chain.reverse();
        chain
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
        if is_system && let Some(reason) = doubt(view, stored) {
            return told((Verdict::Unknown, reason));
        }
        let (verdict, reason) = waiting(view, start);
        // An update of the system that waits does not show that a component of its own is there.
        return told((if is_system { verdict } else { Verdict::Unknown }, reason));
    }
    not_fixed(view, group, stored, is_system)
}

/// The build decides over any list, where the evidence has its revision.
fn by_build(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<(Verdict, Reason)> {
    let (_, build) = view.standing.build?;
    build.revision?;
    let (fixed, past) = group.fixed_builds.iter().find_map(|fixed| {
        let fixed = build_of(fixed)?;
        Some((fixed, build.at_or_past(&fixed)?))
    })?;
    if !past && installed_since(view, group) {
        return None;
    }
    Some(if past {
        (Verdict::Fixed, Reason::BuildShowsFix { build, fixed })
    } else {
        (Verdict::Affected, Reason::BuildBelowFix { build, fixed })
    })
}

/// Whether a fix was installed on a later day than the file with the build was collected: then that
/// build is history.
fn installed_since(view: &ProductView<'_>, group: &ArchivedFixGroup) -> bool {
    let Some((piece, _)) = view.standing.build else { return false };
    let Some(collected) = &piece.evidence.collected_at else { return false };
    group
        .alternatives
        .iter()
        .filter_map(|p| view.coverage.covering(p.to_native()))
        .filter_map(|start| start.installed.row.installed_on.as_ref())
        .any(|on| on.earliest > collected.latest.date())
}

fn by_implied_build(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<(Verdict, Reason)> {
    let (installed, state, build) = view.implied?;
    let fixed = group
        .fixed_builds
        .iter()
        .filter_map(build_of)
        .find(|fixed| build.at_or_past(fixed) == Some(true))?;
    Some((
        Verdict::Fixed,
        Reason::UpdateRaisesBuild {
            installed: installed.kb,
            build,
            fixed,
            row: row_ref(view.host, installed),
            same_day: state == RestartState::SameDay,
        },
    ))
}

/// An update titled as cumulative contains every fix of the months before its own. Of its own month
/// nothing is proved: an update between two Patch Tuesdays carries the title of its month, too, so
/// that the fix may have come out days after it. Only fixes that came in a cumulative update or
/// rollup themselves are claimed.
fn by_title(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<(Verdict, Reason)> {
    let Titled { installed, month } = *view.titled.last()?;
    let first = first_rollup(view, group)?;
    ((first.year(), first.month()) < month).then(|| {
        (
            Verdict::Fixed,
            Reason::TitleShowsFix {
                installed: installed.kb,
                month,
                row: row_ref(view.host, installed),
            },
        )
    })
}

/// An update titled as the cumulative one of the fix's own month, unless knowledge has it as older.
fn titled_like_the_fix<'a>(view: &ProductView<'a>, group: &ArchivedFixGroup) -> Option<Titled<'a>> {
    if view.titled.is_empty() {
        return None;
    }
    let first = first_rollup(view, group)?;
    view.titled.iter().copied().find(|titled| {
        titled.month == (first.year(), first.month())
            && view
                .row
                .updates
                .binary_search_by_key(&titled.installed.kb.number(), |u| u.kb.to_native())
                .ok()
                .and_then(|position| view.row.updates.get(position))
                .and_then(|update| day_of(update.published.to_native()))
                .is_none_or(|own| own > first)
    })
}

/// The day on which the fix first came out in an update that holds what came before it.
fn first_rollup(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<Date> {
    group
        .alternatives
        .iter()
        .filter_map(|p| update_at(view, p.to_native()))
        .filter(|u| is_rollup(u.kind) || build_of(&u.build).is_some())
        .filter_map(|u| day_of(u.published.to_native()))
        .min()
}

fn installed_reason(view: &ProductView<'_>, position: u32, start: Start<'_>) -> Arc<[Reason]> {
    let mut brought = view.brought.borrow_mut();
    let reasons = brought.entry(position).or_insert_with(|| {
        let row = row_ref(view.host, start.installed);
        let same_day = start.state == RestartState::SameDay;
        let chain = view.coverage.chain(position, view.row);
        Arc::from([match chain.as_slice() {
            [kb] => Reason::UpdateInstalled {
                kb: *kb,
                kind: update_at(view, position).map_or(update_kind::UNKNOWN, |u| u.kind),
                row,
                same_day,
            },
            _ => Reason::UpdateContainsFix { installed: start.installed.kb, chain, row, same_day },
        }])
    });
    Arc::clone(reasons)
}

fn waiting(view: &ProductView<'_>, start: Start<'_>) -> (Verdict, Reason) {
    let row = row_ref(view.host, start.installed);
    let kb = start.installed.kb;
    let installed_on =
        start.installed.row.installed_on.as_ref().map_or(String::new(), |d| d.raw.clone());
    let last_boot = view.standing.last_boot.map_or(String::new(), |(_, boot)| boot.raw.clone());
    if start.state == RestartState::Unclear {
        (Verdict::Unknown, Reason::RestartUnclear { kb, installed_on, last_boot, row })
    } else {
        (Verdict::Affected, Reason::PendingRestart { kb, installed_on, last_boot, row })
    }
}

/// No fix was found: affected only if the evidence would show one.
fn not_fixed(
    view: &ProductView<'_>,
    group: &Group,
    stored: &ArchivedFixGroup,
    is_system: bool,
) -> (Verdict, Arc<[Reason]>) {
    let told = |(verdict, reason): (Verdict, Reason)| (verdict, Arc::from([reason]));
    if !is_system {
        let component = lookup::text(view.question.knowledge, stored.component.to_native());
        let reason = Reason::ComponentNotShown { component: component.to_owned() };
        return told((Verdict::Unknown, reason));
    }
    if stored.alternatives.is_empty() {
        return told(no_update_known(view, stored));
    }
    if !group.is_out {
        return told(no_update_yet(view));
    }
    match view.not_listed.get_or_init(|| not_listed(view)) {
        NotListed::Told(verdict, reasons) => (*verdict, Arc::clone(reasons)),
        NotListed::Missing(reasons) => match doubt(view, stored) {
            Some(reason) => told((Verdict::Unknown, reason)),
            None => (Verdict::Affected, Arc::clone(reasons)),
        },
    }
}

fn not_listed(view: &ProductView<'_>) -> NotListed {
    let Some(listing) = best_listing(view.standing) else {
        return NotListed::Told(Verdict::Unknown, Arc::from([Reason::NoUpdateList]));
    };
    let row = list_ref(view.host, listing);
    if !listing.absence_counts() {
        let completeness = listing.completeness.clone();
        let reason = Reason::ListIncomplete { completeness, row };
        return NotListed::Told(Verdict::Unknown, Arc::from([reason]));
    }
    if let Some(reason) = newer(view) {
        return NotListed::Told(Verdict::Unknown, Arc::from([reason]));
    }
    NotListed::Missing(Arc::from([Reason::NoFixInList { entries: listing.entries, row }]))
}

/// An installed update, in effect as far as shown, that may contain the fix.
fn doubt(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<Reason> {
    if let Some(newer) = newer(view) {
        return Some(newer);
    }
    if let Some(unverified) = view.unverified(group) {
        let row = row_ref(view.host, unverified);
        return Some(Reason::ContainerUnverified { kb: unverified.kb, row });
    }
    let Titled { installed, month } = titled_like_the_fix(view, group)?;
    let row = row_ref(view.host, installed);
    Some(Reason::TitleOfSameMonth { kb: installed.kb, month, row })
}

/// An installed update beyond the horizon of this knowledge, which may contain any fix.
fn newer(view: &ProductView<'_>) -> Option<Reason> {
    let newer = view.newer?;
    Some(Reason::NewerUpdateUnrecognised {
        raw: newer.row.raw.clone(),
        horizon: day_of(view.row.horizon_day.to_native()),
        row: row_ref(view.host, newer),
    })
}

/// Every fix came out after the day as at which is judged: no host could have it, whatever its
/// evidence shows.
fn no_update_yet(view: &ProductView<'_>) -> (Verdict, Reason) {
    let ended = view
        .support()
        .map(|support| support.support_end.max(support.paid_end))
        .filter(|ended| *ended != NO_DAY && *ended < view.question.as_at_day);
    let reason = match ended {
        Some(ended) => {
            Reason::Unsupported { product: view.product.to_string(), ended: day_of(ended) }
        }
        None => Reason::NoFixYet { as_at: view.question.as_at },
    };
    (Verdict::Affected, reason)
}

fn no_update_known(view: &ProductView<'_>, group: &ArchivedFixGroup) -> (Verdict, Reason) {
    if group.no_fix_exists {
        let needed = group.flaws.iter().find_map(|f| {
            view.question.service_pack_needed(view.product, f.vulnerability.to_native())
        });
        return (
            Verdict::Affected,
            match needed {
                Some(needed) => {
                    Reason::ServicePackNeeded { product: view.product.to_string(), needed }
                }
                None => Reason::NoFixExists,
            },
        );
    }
    let published = group.published.to_native();
    let support = view.support();
    match support {
        Some(support)
            if published != NO_DAY
                && support.support_end != NO_DAY
                && support.support_end.max(support.paid_end) < published =>
        {
            (
                Verdict::Affected,
                Reason::Unsupported {
                    product: view.product.to_string(),
                    ended: day_of(support.support_end.max(support.paid_end)),
                },
            )
        }
        _ => (Verdict::Unknown, Reason::NoFixKnown),
    }
}

/// The list from which absence counts most: a complete one first, then a cut one, then others.
fn best_listing<'a>(standing: &Standing<'a>) -> Option<crate::host::Listing<'a>> {
    use model::evidence::UpdateListKind as Kind;
    standing
        .listings
        .iter()
        .max_by_key(|l| {
            (
                l.absence_counts(),
                matches!(l.kind, Kind::Hotfixes),
                matches!(l.kind, Kind::Reported),
                l.entries,
            )
        })
        .copied()
}

fn remedies<'q>(group: &'q Group, reason: &Reason) -> Cow<'q, [Remedy]> {
    match reason {
        Reason::PendingRestart { .. } | Reason::RestartUnclear { .. } => {
            Cow::Borrowed(&[Remedy::Restart])
        }
        Reason::Unsupported { .. } | Reason::NoFixExists | Reason::NoFixYet { .. } => {
            Cow::Borrowed(&[Remedy::NoneAvailable])
        }
        Reason::ServicePackNeeded { needed, .. } => Cow::Owned(vec![Remedy::ServicePack(*needed)]),
        _ => Cow::Borrowed(&group.remedies),
    }
}

fn update_at<'a>(view: &ProductView<'a>, position: u32) -> Option<&'a ArchivedUpdate> {
    view.row.updates.get(position as usize)
}

fn build_of(stored: &[rkyv::rend::u32_le; 4]) -> Option<WindowsBuild> {
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

/// The month in a title such as "2019-03 Cumulative Update for Windows Server 2016 for x64-based
/// Systems (KB4489882)" or "2019-03 Security Monthly Quality Rollup for Windows 7 …"; `None` if it
/// is not the operating system's own cumulative update. ".NET" has cumulative updates of its own,
/// and a "Security Only" update contains nothing before it.
pub(super) fn cumulative_month(title: &str, product: &WindowsProduct) -> Option<(i16, i8)> {
    let folded = title.to_lowercase();
    let cumulative = folded.contains("cumulative update for windows")
        || folded.contains("cumulative update preview for windows")
        || folded.contains("cumulative update for microsoft server")
        || (folded.contains("monthly quality rollup") && folded.contains("windows"));
    if !cumulative || folded.contains(".net") || folded.contains("security only") {
        return None;
    }
    // A title names its product; one that names another product family is not for this host.
    if !folded.contains(&product.family.name().to_lowercase()) && product.family.has_releases() {
        return None;
    }
    let named = folded.find("windows ").and_then(|at| match parse_label(folded.get(at..)?) {
        Label::Windows(named) => named.release,
        _ => None,
    });
    if named.is_some() && product.release.is_some() && named != product.release {
        return None;
    }
    let (year, rest) = folded.trim_start().split_at_checked(4)?;
    let month = rest.strip_prefix('-')?.get(..2)?;
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    Date::new(year, month, 1).ok().map(|d| (d.year(), d.month()))
}

pub(super) fn row_ref(host: &Host, installed: Installed<'_>) -> Arc<RowRef> {
    RowRef::new(host, installed.piece, &installed.row.place, &installed.row.raw)
}

fn list_ref(host: &Host, listing: crate::host::Listing<'_>) -> Arc<RowRef> {
    RowRef::new(host, listing.piece, listing.place, "")
}
