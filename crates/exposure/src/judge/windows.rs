//! Windows: updates, builds, restarts.
//!
//! For each group of flaws of the host's product, in this order: the build decides where the
//! evidence has its revision; an installed alternative, or anything that supersedes one, fixes; an
//! update whose own title says "cumulative update of a later month" fixes; what is installed but
//! waits for a restart is affected; a list that does not show everything proves no absence.

use std::cell::OnceCell;

use jiff::civil::Date;
use model::evidence::DateReading;
use model::kb::Kb;
use model::verdict::Verdict;
use model::windows::{Label, WindowsBuild, WindowsProduct, parse_label};
use rustc_hash::FxHashMap;

use super::combine::Part;
use super::line::{Remedy, RowRef, Unrecognised, UnrecognisedKind, VulnerabilityRef};
use super::question::Question;
use super::reason::Reason;
use crate::host::{Host, Installed, RestartState, Standing};
use crate::knowledge::build::{day_number, day_of};
use crate::knowledge::lookup::{self, Support};
use crate::knowledge::schema::{
    ArchivedFixGroup, ArchivedUpdate, ArchivedWindowsKnowledge, NO_DAY, NONE, update_kind,
};

/// Judges every group of the host's product.
pub(super) fn judge(
    question: &Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    parts: &mut Vec<Part>,
    unrecognised: &mut Vec<Unrecognised>,
) {
    let Some(product) = standing.windows else { return };
    let positions = if standing.shows_level() { question.products_of(product) } else { Vec::new() };
    let mut said: Vec<BySystem> = Vec::with_capacity(positions.len());
    for position in positions {
        let Some(row) = question.knowledge.windows.get(position as usize) else { continue };
        let view = ProductView::of(question, host, standing, product, row);
        let first = parts.len();
        for group in row.groups.iter() {
            if let Some(part) = judge_group(&view, group) {
                parts.push(part);
            }
        }
        said.push(BySystem { architecture: row.architecture, parts: first..parts.len() });
    }
    settle_architectures(&said, parts);
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

/// The parts that one stored product gave.
struct BySystem {
    /// As [`crate::knowledge::schema::WindowsKnowledge::architecture`] counts.
    architecture: u8,
    parts: std::ops::Range<usize>,
}

/// Architectures that a host may be where its evidence shows none, and that a publisher would name:
/// 32-bit and x64. What is not named for Itanium or ARM64, which few are, says nothing of a host.
const LIKELY: [u8; 2] = [1, 2];

/// A host whose architecture is not shown is affected only by what it is affected by on each; where
/// they differ it is unknown.
fn settle_architectures(said: &[BySystem], parts: &mut Vec<Part>) {
    let mut architectures: Vec<u8> = said.iter().map(|by| by.architecture).collect();
    architectures.sort_unstable();
    architectures.dedup();
    if architectures.len() < 2 {
        return;
    }
    let mut verdicts: FxHashMap<VulnerabilityRef, Vec<(u8, Verdict)>> = FxHashMap::default();
    for by in said {
        for part in parts.get(by.parts.clone()).unwrap_or_default() {
            for vulnerability in &part.vulnerabilities {
                verdicts.entry(*vulnerability).or_default().push((by.architecture, part.verdict));
            }
        }
    }
    // The worst of an architecture is its verdict; a likely one that is not named is not affected.
    let is_open = |vulnerability: &VulnerabilityRef| {
        let own = verdicts.get(vulnerability).map_or(&[][..], Vec::as_slice);
        architectures.iter().all(|architecture| {
            let mut of = own.iter().filter(|(a, _)| a == architecture).map(|(_, v)| *v).peekable();
            if of.peek().is_none() {
                return !LIKELY.contains(architecture) || own.iter().any(|(a, _)| *a == 0);
            }
            of.any(|verdict| verdict == Verdict::Affected)
        })
    };
    let mut unsure: Vec<Part> = Vec::new();
    for part in said.iter().flat_map(|by| by.parts.clone()) {
        let Some(part) = parts.get_mut(part).filter(|part| part.verdict == Verdict::Affected)
        else {
            continue;
        };
        let (open, differs): (Vec<_>, Vec<_>) =
            part.vulnerabilities.iter().copied().partition(is_open);
        if differs.is_empty() {
            continue;
        }
        part.vulnerabilities = open;
        unsure.push(Part {
            vulnerabilities: differs,
            verdict: Verdict::Unknown,
            reason: Reason::ArchitectureNotShown,
            ..part.clone()
        });
    }
    // A part without vulnerabilities would still speak of its advisory.
    parts.retain(|part| !part.vulnerabilities.is_empty());
    parts.extend(unsure);
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
    /// How long the product is supported, looked up once.
    support: OnceCell<Option<Support>>,
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
            support: OnceCell::new(),
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
        let first = group
            .alternatives
            .iter()
            .filter_map(|p| self.row.updates.get(p.to_native() as usize))
            .map(|u| u.published.to_native())
            .min()?;
        self.coverage
            .starts
            .iter()
            .filter(|start| start.state != RestartState::Pending)
            .find(|start| {
                self.row.updates.get(start.position as usize).is_some_and(|u| {
                    u.kind == update_kind::UNVERIFIED_CONTAINER && u.published.to_native() >= first
                })
            })
            .map(|start| start.installed)
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

fn judge_group(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<Part> {
    let vulnerabilities: Vec<VulnerabilityRef> = group
        .flaws
        .iter()
        .map(|flaw| flaw.vulnerability.to_native())
        .filter(|v| view.question.asks(*v))
        .map(VulnerabilityRef::Known)
        .collect();
    if vulnerabilities.is_empty() {
        return None;
    }
    let (verdict, reason) = decide(view, group);
    let remedies = match verdict {
        Verdict::Affected | Verdict::Unknown => remedies(view, group, &reason),
        _ => Vec::new(),
    };
    let bulletin = group.bulletin.to_native();
    Some(Part {
        vulnerabilities,
        verdict,
        reason,
        remedies,
        software: None,
        advisory: advisory_name(view, group),
        bulletin: (bulletin != NONE).then_some(bulletin),
        source: group.sources.first().map_or(NONE, |s| s.to_native()),
    })
}

/// Verdict and reason of one group on one host.
pub(super) fn decide(view: &ProductView<'_>, group: &ArchivedFixGroup) -> (Verdict, Reason) {
    let is_system = group.component.to_native() == NONE;
    match by_build(view, group) {
        // A component of its own may be missing: a build below the fix does not open the host.
        Some(decided) if is_system || decided.0 == Verdict::Fixed => return decided,
        _ => {}
    }
    let best = group
        .alternatives
        .iter()
        .filter_map(|p| Some((p.to_native(), view.coverage.covering(p.to_native())?)))
        .min_by_key(|(position, start)| (start.state, *position != start.position));
    if let Some((position, start)) = best
        && start.state <= RestartState::SameDay
    {
        return (Verdict::Fixed, installed_reason(view, position, start));
    }
    if let Some(decided) = by_implied_build(view, group) {
        return decided;
    }
    if is_system && let Some(decided) = by_title(view, group) {
        return decided;
    }
    if let Some((_, start)) = best {
        if is_system && let Some(reason) = doubt(view, group) {
            return (Verdict::Unknown, reason);
        }
        let (verdict, reason) = waiting(view, start);
        // An update of the system that waits does not show that a component of its own is there.
        return (if is_system { verdict } else { Verdict::Unknown }, reason);
    }
    not_fixed(view, group, is_system)
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

const fn is_rollup(kind: u8) -> bool {
    matches!(kind, update_kind::MONTHLY_ROLLUP | update_kind::CUMULATIVE | update_kind::PREVIEW)
}

fn installed_reason(view: &ProductView<'_>, position: u32, start: Start<'_>) -> Reason {
    let row = row_ref(view.host, start.installed);
    let same_day = start.state == RestartState::SameDay;
    let chain = view.coverage.chain(position, view.row);
    match chain.as_slice() {
        [kb] => Reason::UpdateInstalled {
            kb: *kb,
            kind: update_at(view, position).map_or(update_kind::UNKNOWN, |u| u.kind),
            row,
            same_day,
        },
        _ => Reason::UpdateContainsFix { installed: start.installed.kb, chain, row, same_day },
    }
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
    group: &ArchivedFixGroup,
    is_system: bool,
) -> (Verdict, Reason) {
    if !is_system {
        let component = lookup::text(view.question.knowledge, group.component.to_native());
        return (Verdict::Unknown, Reason::ComponentNotShown { component: component.to_owned() });
    }
    if group.alternatives.is_empty() {
        return no_update_known(view, group);
    }
    if !group.alternatives.iter().any(|p| is_out(view, p.to_native())) {
        return no_update_yet(view);
    }
    let Some(listing) = best_listing(view.standing) else {
        return (Verdict::Unknown, Reason::NoUpdateList);
    };
    let row = list_ref(view.host, listing);
    if !listing.absence_counts() {
        let completeness = listing.completeness.clone();
        return (Verdict::Unknown, Reason::ListIncomplete { completeness, row });
    }
    if let Some(reason) = doubt(view, group) {
        return (Verdict::Unknown, reason);
    }
    (Verdict::Affected, Reason::NoFixInList { entries: listing.entries, row })
}

/// An installed update, in effect as far as shown, that may contain the fix.
fn doubt(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<Reason> {
    if let Some(newer) = view.newer {
        return Some(Reason::NewerUpdateUnrecognised {
            raw: newer.row.raw.clone(),
            horizon: day_of(view.row.horizon_day.to_native()),
            row: row_ref(view.host, newer),
        });
    }
    if let Some(unverified) = view.unverified(group) {
        let row = row_ref(view.host, unverified);
        return Some(Reason::ContainerUnverified { kb: unverified.kb, row });
    }
    let Titled { installed, month } = titled_like_the_fix(view, group)?;
    let row = row_ref(view.host, installed);
    Some(Reason::TitleOfSameMonth { kb: installed.kb, month, row })
}

/// Whether an update was out on the day as at which is judged.
fn is_out(view: &ProductView<'_>, position: u32) -> bool {
    update_at(view, position).is_some_and(|u| u.published.to_native() <= view.question.as_at_day)
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

fn remedies(view: &ProductView<'_>, group: &ArchivedFixGroup, reason: &Reason) -> Vec<Remedy> {
    match reason {
        Reason::PendingRestart { .. } | Reason::RestartUnclear { .. } => {
            return vec![Remedy::Restart];
        }
        Reason::Unsupported { .. } | Reason::NoFixExists | Reason::NoFixYet { .. } => {
            return vec![Remedy::NoneAvailable];
        }
        Reason::ServicePackNeeded { needed, .. } => return vec![Remedy::ServicePack(*needed)],
        _ => {}
    }
    let mut updates: Vec<&ArchivedUpdate> = group
        .alternatives
        .iter()
        .filter(|p| is_out(view, p.to_native()))
        .filter_map(|p| update_at(view, p.to_native()))
        .collect();
    if updates.is_empty() && !group.alternatives.is_empty() {
        return vec![Remedy::NoneAvailable];
    }
    // Rollups first: they bring more; then the oldest, which is the original fix.
    updates.sort_by_key(|u| (!is_rollup(u.kind), u.published.to_native(), u.kb.to_native()));
    updates
        .iter()
        .filter_map(|u| {
            Some(Remedy::InstallUpdate { kb: Kb::new(u.kb.to_native())?, kind: u.kind })
        })
        .collect()
}

/// The bulletin's name, else the KB of the original fix, else nothing (then the CVE's own).
fn advisory_name(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<String> {
    let bulletin = group.bulletin.to_native();
    if bulletin != NONE {
        return view
            .question
            .knowledge
            .bulletins
            .get(bulletin as usize)
            .map(|b| b.id.as_str().to_owned());
    }
    group
        .alternatives
        .iter()
        .filter(|p| is_out(view, p.to_native()))
        .filter_map(|p| update_at(view, p.to_native()))
        .min_by_key(|u| (u.published.to_native(), u.kb.to_native()))
        .and_then(|u| Kb::new(u.kb.to_native()))
        .map(|kb| kb.to_string())
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
fn cumulative_month(title: &str, product: &WindowsProduct) -> Option<(i16, i8)> {
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

pub(super) fn row_ref(host: &Host, installed: Installed<'_>) -> RowRef {
    RowRef::new(host, installed.piece, &installed.row.place, &installed.row.raw)
}

fn list_ref(host: &Host, listing: crate::host::Listing<'_>) -> RowRef {
    RowRef::new(host, listing.piece, listing.place, "")
}
