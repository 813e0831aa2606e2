//! A product's updates: which supersede which, and the builds they bring.

use model::windows::{WindowsBuild, WindowsProduct};
use rustc_hash::FxHashMap;

use super::draft::{Draft, UpdateDraft};
use super::groups::Part;
use crate::knowledge::build::days::{day_number, day_of};
use crate::knowledge::build::supersedence::without_cycles;
use crate::knowledge::builtin::{self, BuiltinError, Standing};
use crate::knowledge::schema::{FixGroup, Lifecycle, NO_DAY, NONE, Update, update_kind};

pub(super) fn compile_updates(
    draft: &Draft,
    kinds: &FxHashMap<u32, u8>,
    lines: &Lines,
) -> Vec<Update> {
    let mut kbs: Vec<u32> = draft
        .updates
        .iter()
        .flat_map(|(kb, update)| std::iter::once(*kb).chain(update.supersedes.iter().copied()))
        .collect();
    kbs.sort_unstable();
    kbs.dedup();
    let position = |kb: u32| kbs.binary_search(&kb).ok().and_then(|p| u32::try_from(p).ok());
    let mut edges: Vec<Vec<u32>> = Vec::with_capacity(kbs.len());
    let mut updates: Vec<Update> = Vec::with_capacity(kbs.len());
    for kb in &kbs {
        let update = draft.updates.get(kb);
        let kind = kinds.get(kb).copied().unwrap_or_else(|| match update {
            Some(update) if update.unverified && lines.is_unverified(*kb) => {
                update_kind::UNVERIFIED_CONTAINER
            }
            _ => update_kind::UNKNOWN,
        });
        edges.push(match update {
            Some(update) if kind != update_kind::SECURITY_ONLY => {
                update.supersedes.iter().filter_map(|kb| position(*kb)).collect()
            }
            _ => Vec::new(),
        });
        updates.push(Update {
            kb: *kb,
            published: update.map_or(NO_DAY, |u| u.published),
            title: update.map_or(NONE, |u| u.title),
            kind,
            build: update.map_or([0; 4], |u| u.build),
            supersedes: Vec::new(),
            source: update.map_or(NONE, |u| u.source),
        });
    }
    without_cycles(&mut edges, |n| {
        updates.get(n as usize).map(|u| (u.published, u.kb)).unwrap_or_default()
    });
    for (update, edges) in updates.iter_mut().zip(edges) {
        update.supersedes = edges;
    }
    updates
}

/// The built-in lists of cumulative updates: how far they reach, and which rows are second-hand.
pub(super) struct Lines {
    pub(super) named: Vec<builtin::Line>,
    pub(super) horizons: Vec<builtin::Horizon>,
    pub(super) unverified: Vec<builtin::Rollup>,
}

impl Lines {
    pub(super) fn load() -> Result<Self, BuiltinError> {
        Ok(Self {
            named: builtin::lines()?,
            horizons: builtin::horizons()?,
            unverified: builtin::rollups()?
                .into_iter()
                .filter(|r| r.standing != Standing::Verified && r.kind.holds_what_came_before())
                .collect(),
        })
    }

    fn of<'a>(&'a self, product: &'a WindowsProduct) -> impl Iterator<Item = &'a str> {
        self.named.iter().filter(|line| line.covers(product)).map(|line| line.id.as_str())
    }

    fn horizons<'a>(
        &'a self,
        product: &'a WindowsProduct,
    ) -> impl Iterator<Item = &'a builtin::Horizon> {
        self.of(product).flat_map(|id| self.horizons.iter().filter(move |h| h.line == id))
    }

    fn is_unverified(&self, kb: u32) -> bool {
        self.unverified.iter().any(|r| r.kb.number() == kb)
    }

    /// Second-hand rows take part only where no source speaks of the update: then they prevent
    /// "affected", and prove nothing.
    pub(super) fn add_unverified(
        &self,
        product: &WindowsProduct,
        updates: &mut FxHashMap<u32, UpdateDraft>,
    ) {
        for line in self.of(product) {
            for rollup in self.unverified.iter().filter(|r| r.line == line) {
                updates.entry(rollup.kb.number()).or_insert_with(|| UpdateDraft {
                    published: day_number(rollup.date),
                    title: NONE,
                    source: NONE,
                    unverified: true,
                    ..UpdateDraft::default()
                });
            }
        }
    }
}

/// The builds at which the flaw is fixed: what sources state, and what the alternatives carry; of
/// several in one servicing branch the lowest, because each of them contains the fix.
pub(super) fn system_builds(
    windows: &WindowsProduct,
    stated: &[[u32; 4]],
    alternatives: &[u32],
    updates: &[Update],
) -> Vec<[u32; 4]> {
    let carried = alternatives
        .iter()
        .filter_map(|p| updates.get(*p as usize))
        .map(|u| u.build)
        .filter(|b| *b != [0; 4]);
    let mut lowest: FxHashMap<u32, [u32; 4]> = FxHashMap::default();
    for build in stated.iter().copied().chain(carried) {
        if kernel_matches(windows, build) {
            let [_, _, branch, _] = build;
            let slot = lowest.entry(branch).or_insert(build);
            *slot = (*slot).min(build);
        }
    }
    let mut builds: Vec<[u32; 4]> = lowest.into_values().collect();
    builds.sort_unstable();
    builds
}

/// Whether a build number can be this product's own (a component's version is not).
pub(super) fn kernel_matches(windows: &WindowsProduct, [major, minor, build, _]: [u32; 4]) -> bool {
    let text = format!("{major}.{minor}.{build}");
    let name = format!("Microsoft {}", windows.family.name());
    WindowsProduct::from_host(&name, Some(&text), None).is_some_and(|(product, _)| {
        product.family == windows.family
            && (windows.release.is_none() || product.release == windows.release)
    })
}

pub(super) fn full_build(build: WindowsBuild) -> Option<[u32; 4]> {
    Some([u32::from(build.major), u32::from(build.minor), build.build, build.revision?])
}

/// The newest update of the system that is known, and the day up to which that holds. For a
/// product whose last support has ended before that day nothing newer can exist.
pub(super) fn horizon(
    product: &WindowsProduct,
    updates: &[Update],
    groups: &[FixGroup],
    lines: &Lines,
    lifecycles: &[Lifecycle],
) -> (u32, i32) {
    let newest = groups
        .iter()
        .filter(|g| g.component == NONE)
        .flat_map(|g| &g.alternatives)
        .filter_map(|p| updates.get(*p as usize));
    let (mut kb, mut day) = (0, NO_DAY);
    for update in newest {
        kb = kb.max(update.kb);
        day = day.max(update.published);
    }
    for horizon in lines.horizons(product) {
        kb = kb.max(horizon.highest_kb.number());
        day = day.max(day_number(horizon.complete_to));
    }
    let last_day = crate::knowledge::lookup::last_support_day(product, lifecycles);
    if last_day != NO_DAY && day >= last_day {
        kb = u32::MAX;
    }
    (kb, day)
}

/// Positions of the updates that fix a part.
pub(super) fn positions(part: &Part, updates: &[Update]) -> Vec<u32> {
    let month = |day: i32| day_of(day).map(|d| (d.year(), d.month()));
    let first = month(part.published);
    let mut positions: Vec<u32> = part
        .kbs
        .iter()
        .filter_map(|row| Some((row, updates.binary_search_by_key(&row.kb, |u| u.kb).ok()?)))
        .filter(|(row, position)| {
            let is_late = month(row.published) > first;
            let kind = updates.get(*position).map(|u| u.kind);
            let is_doubtful =
                part.no_fix_exists || (is_late && kind == Some(update_kind::SECURITY_ONLY));
            !(row.republished && is_doubtful)
        })
        .filter_map(|(_, position)| u32::try_from(position).ok())
        .collect();
    positions.sort_unstable();
    positions.dedup();
    positions
}
