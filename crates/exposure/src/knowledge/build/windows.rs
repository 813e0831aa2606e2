//! Microsoft's rows, compiled per product: which flaws, and for each the alternatives that fix it.
//!
//! Rules, each from how Microsoft publishes:
//! - All KBs listed for one flaw, product and component are **alternatives**: any one fixes it.
//!   (In the data of June 2026, 45,811 of 46,072 groups with more than one KB list KBs that are not
//!   linked by supersedence.)
//! - A row without a KB beside rows with one says nothing new; alone it means "no fix is known".
//! - Components that come in versions of their own (.NET, Internet Explorer on old systems) are
//!   separate groups, because a host may hold one, several or none of them.
//! - A security-only update contains nothing before it, whatever a feed says it supersedes; nor is
//!   one of a later month taken as a fix on the word of a republished list alone (the wes-ng
//!   definitions name those of April 2017 for MS17-010, which Microsoft's KB4023262 denies), nor any
//!   update where the publisher says that none exists (they name KB4012598 for Windows XP SP1).

use model::fact::WindowsUpdateFact;
use model::kb::Kb;
use model::windows::{
    Architecture, Label, WindowsBuild, WindowsFamily, WindowsProduct, parse_label,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::days::{day_number, day_of, earlier, or_none};
use super::supersedence::without_cycles;
use super::texts::Texts;
use super::vulnerabilities::Vulnerabilities;
use crate::knowledge::builtin::{self, BuiltinError, Presence, Standing, presence};
use crate::knowledge::schema::{
    FixGroup, Flaw, Lifecycle, MicrosoftProduct, NO_DAY, NONE, Update, WindowsKnowledge,
    update_kind,
};

#[derive(Debug, Default)]
pub(super) struct Windows {
    labels: FxHashMap<String, Target>,
    drafts: Vec<Draft>,
    products: FxHashMap<WindowsProduct, usize>,
    others: FxHashMap<String, usize>,
    /// What kind an update is: a property of the KB, not of a product.
    kinds: FxHashMap<u32, u8>,
    component_texts: FxHashMap<String, u32>,
    components: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct Target {
    draft: usize,
    /// Component named in the label itself, as position in `components`.
    component: Option<u32>,
}

/// A product while rows arrive.
#[derive(Debug, Default)]
struct Draft {
    windows: Option<WindowsProduct>,
    label: String,
    updates: FxHashMap<u32, UpdateDraft>,
    rows: FxHashMap<(u32, u32), RowDraft>,
}

#[derive(Debug, Default)]
struct UpdateDraft {
    published: i32,
    /// How good the word for that day is.
    dated_by: DatedBy,
    title: u32,
    build: [u32; 4],
    supersedes: FxHashSet<u32>,
    source: u32,
    /// Only the built-in list's second-hand rows speak of it.
    unverified: bool,
}

/// One flaw in one component of one product.
#[derive(Debug, Default)]
struct RowDraft {
    kbs: Vec<RowUpdate>,
    published: i32,
    severity: u8,
    builds: Vec<[u32; 4]>,
    no_fix_exists: bool,
    sources: Vec<u32>,
}

/// An update that a row names.
#[derive(Clone, Copy, Debug)]
struct RowUpdate {
    kb: u32,
    published: i32,
    /// Only a republished list names it here.
    republished: bool,
}

/// Where facts come from, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// Position of the source.
    pub(super) source: u32,
    /// Whether somebody else's list restates what the publisher said.
    pub(super) republished: bool,
}

/// Who dates an update, the best word last. A list of flaws dates its rows by the flaw, often weeks
/// before the update came out, or by the update's release for other products: the updates of 13 May
/// 2017 stand in one with the day of March.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum DatedBy {
    #[default]
    RepublishedRow,
    PublishersRow,
    UpdateItself,
}

/// Position of "no component named" in `components`.
const UNNAMED: u32 = u32::MAX;

impl Windows {
    pub(super) fn take(
        &mut self,
        fact: &WindowsUpdateFact,
        origin: Origin,
        vulnerabilities: &mut Vulnerabilities,
        texts: &mut Texts,
    ) {
        let Origin { source, republished } = origin;
        let target = self.target(&fact.product);
        let component = match target.component {
            Some(component) => component,
            None => self.component(&fact.component),
        };
        let published = or_none(fact.published);
        let kind = fact.kind.as_deref().map_or(update_kind::UNKNOWN, kind_of);
        let Some(draft) = self.drafts.get_mut(target.draft) else { return };

        if let Some(kb) = fact.kb {
            let kb = kb.number();
            if kind != update_kind::UNKNOWN {
                let known = self.kinds.entry(kb).or_insert(kind);
                // "Security only" is the claim that takes rights away: it wins.
                if kind == update_kind::SECURITY_ONLY || *known == update_kind::STANDALONE {
                    *known = kind;
                }
            }
            let update = draft.updates.entry(kb).or_insert_with(|| UpdateDraft {
                published: NO_DAY,
                title: NONE,
                source,
                ..UpdateDraft::default()
            });
            let dated_by = match fact.cve {
                _ if republished => DatedBy::RepublishedRow,
                Some(_) => DatedBy::PublishersRow,
                None => DatedBy::UpdateItself,
            };
            if update.published == NO_DAY || (published != NO_DAY && dated_by > update.dated_by) {
                (update.published, update.dated_by) = (published, dated_by);
            } else if dated_by == update.dated_by {
                update.published = earlier(update.published, published);
            }
            if fact.cve.is_none() && update.title == NONE {
                update.title = texts.keep(&fact.title);
            }
            update
                .supersedes
                .extend(fact.supersedes.iter().map(|k| k.number()).filter(|k| *k != kb));
            if let Some(build) = fact.fixed_build.and_then(full_build)
                && component == UNNAMED
                && (update.build == [0; 4] || build < update.build)
                && draft.windows.as_ref().is_some_and(|w| kernel_matches(w, build))
            {
                update.build = build;
            }
        }

        let Some(cve) = fact.cve else { return };
        let vulnerability = vulnerabilities.of_cve(cve);
        vulnerabilities.seen(vulnerability, source, published);
        if let Some(row) = vulnerabilities.row_mut(vulnerability) {
            if row.title == NONE {
                row.title = texts.keep(&fact.title);
            }
            if row.severity == NONE {
                row.severity = texts.keep(&fact.severity);
            }
        }
        let row = draft
            .rows
            .entry((vulnerability, component))
            .or_insert_with(|| RowDraft { published: NO_DAY, ..RowDraft::default() });
        row.published = earlier(row.published, published);
        row.severity = row.severity.max(severity_of(&fact.severity));
        row.no_fix_exists |= fact.kb.is_none() && fact.kind.as_deref() == Some("none");
        if let Some(kb) = fact.kb.map(Kb::number) {
            match row.kbs.iter_mut().find(|known| known.kb == kb) {
                Some(known) => {
                    known.published = earlier(known.published, published);
                    known.republished &= republished;
                }
                None => row.kbs.push(RowUpdate { kb, published, republished }),
            }
        }
        if let Some(build) = fact.fixed_build.and_then(full_build)
            && !row.builds.contains(&build)
        {
            row.builds.push(build);
        }
        if !row.sources.contains(&source) {
            row.sources.push(source);
        }
    }

    fn target(&mut self, label: &str) -> Target {
        if let Some(target) = self.labels.get(label) {
            return *target;
        }
        let (windows, component, other) = match parse_label(label) {
            Label::Windows(product) => (Some(product), None, String::new()),
            Label::ComponentOn { component, windows } => {
                let component = self.component(&component);
                (Some(windows), Some(component), String::new())
            }
            Label::Other(folded) => (None, None, folded),
        };
        let drafts = &mut self.drafts;
        let draft = match windows {
            Some(product) => *self.products.entry(product.clone()).or_insert_with(|| {
                drafts.push(Draft { windows: Some(product), ..Draft::default() });
                drafts.len() - 1
            }),
            None => *self.others.entry(other.clone()).or_insert_with(|| {
                drafts.push(Draft { label: other, ..Draft::default() });
                drafts.len() - 1
            }),
        };
        let target = Target { draft, component };
        self.labels.insert(label.to_owned(), target);
        target
    }

    fn component(&mut self, text: &str) -> u32 {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return UNNAMED;
        }
        if let Some(position) = self.component_texts.get(trimmed) {
            return *position;
        }
        let position = u32::try_from(self.components.len()).unwrap_or(UNNAMED);
        self.components.push(trimmed.to_owned());
        self.component_texts.insert(trimmed.to_owned(), position);
        position
    }

    /// Compiles every product.
    pub(super) fn finish(
        self,
        texts: &mut Texts,
        vulnerabilities: &Vulnerabilities,
        lifecycles: &[Lifecycle],
    ) -> Result<(Vec<WindowsKnowledge>, Vec<MicrosoftProduct>), BuiltinError> {
        let rules = builtin::components()?;
        let lines = Lines::load()?;
        let mut windows = Vec::new();
        let mut microsoft = Vec::new();
        for draft in self.drafts {
            let classes: Vec<bool> = self
                .components
                .iter()
                .map(|component| match &draft.windows {
                    Some(product) => {
                        presence(&rules, component, product.family) == Some(Presence::Optional)
                    }
                    None => false,
                })
                .collect();
            let is_optional =
                |component: u32| classes.get(component as usize).copied().unwrap_or(false);
            let component_text =
                |component: u32| self.components.get(component as usize).map_or("", String::as_str);
            let mut draft = draft;
            if let Some(product) = &draft.windows {
                lines.add_unverified(product, &mut draft.updates);
            }
            let updates = compile_updates(&draft, &self.kinds, &lines);
            let groups =
                compile_groups(&draft, &updates, vulnerabilities, is_optional, |component| {
                    texts.keep(component_text(component))
                });
            match draft.windows {
                Some(product) => {
                    let (horizon_kb, horizon_day) =
                        horizon(&product, &updates, &groups, &lines, lifecycles);
                    windows.push(WindowsKnowledge {
                        family: family_position(product.family),
                        release: product.release.clone().unwrap_or_default(),
                        service_pack: product.service_pack,
                        architecture: architecture_number(product.architecture),
                        core: product.core,
                        updates,
                        groups,
                        horizon_kb,
                        horizon_day,
                        successors: Vec::new(),
                    });
                }
                None => microsoft.push(MicrosoftProduct { label: draft.label, updates, groups }),
            }
        }
        windows.sort_by(|a, b| {
            (a.family, &a.release, a.service_pack, a.architecture, a.core).cmp(&(
                b.family,
                &b.release,
                b.service_pack,
                b.architecture,
                b.core,
            ))
        });
        microsoft.sort_by(|a, b| a.label.cmp(&b.label));
        Ok((windows, microsoft))
    }
}

fn compile_updates(draft: &Draft, kinds: &FxHashMap<u32, u8>, lines: &Lines) -> Vec<Update> {
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
struct Lines {
    named: Vec<builtin::Line>,
    horizons: Vec<builtin::Horizon>,
    unverified: Vec<builtin::Rollup>,
}

impl Lines {
    fn load() -> Result<Self, BuiltinError> {
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
    fn add_unverified(&self, product: &WindowsProduct, updates: &mut FxHashMap<u32, UpdateDraft>) {
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

/// What decides whether two flaws share one line.
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord, Clone)]
struct GroupKey {
    alternatives: Vec<u32>,
    component: u32,
    bulletin: u32,
    builds: Vec<[u32; 4]>,
    no_fix_exists: bool,
}

fn compile_groups(
    draft: &Draft,
    updates: &[Update],
    vulnerabilities: &Vulnerabilities,
    is_optional: impl Fn(u32) -> bool,
    mut component_text: impl FnMut(u32) -> u32,
) -> Vec<FixGroup> {
    // Bring all rows of one flaw together.
    let mut by_flaw: FxHashMap<u32, Vec<(u32, &RowDraft)>> = FxHashMap::default();
    for ((flaw, component), row) in &draft.rows {
        by_flaw.entry(*flaw).or_default().push((*component, row));
    }
    let mut groups: FxHashMap<GroupKey, FixGroup> = FxHashMap::default();
    for (flaw, mut rows) in by_flaw {
        rows.sort_by_key(|(component, _)| *component);
        for part in parts_of_flaw(&rows, &is_optional) {
            let alternatives = positions(&part, updates);
            let is_system = part.component == UNNAMED;
            // What a row states of a component is the component's own version.
            let stated = if is_system { part.builds.as_slice() } else { &[] };
            let builds = draft.windows.as_ref().map_or_else(Vec::new, |windows| {
                system_builds(windows, stated, &alternatives, updates)
            });
            let key = GroupKey {
                component: if is_system { NONE } else { component_text(part.component) },
                bulletin: vulnerabilities.row(flaw).map_or(NONE, |v| v.bulletin),
                no_fix_exists: part.no_fix_exists && alternatives.is_empty(),
                alternatives,
                builds,
            };
            let group = groups.entry(key.clone()).or_insert_with(|| FixGroup {
                alternatives: key.alternatives,
                flaws: Vec::new(),
                component: key.component,
                published: NO_DAY,
                bulletin: key.bulletin,
                fixed_builds: key.builds,
                no_fix_exists: key.no_fix_exists,
                sources: Vec::new(),
            });
            group.flaws.push(Flaw { vulnerability: flaw, severity: part.severity });
            group.published = earlier(group.published, part.published);
            for source in part.sources {
                if !group.sources.contains(&source) {
                    group.sources.push(source);
                }
            }
        }
    }
    let mut groups: Vec<FixGroup> = groups.into_values().collect();
    for group in &mut groups {
        group.flaws.sort_unstable();
        group.sources.sort_unstable();
    }
    groups.sort_by(|a, b| {
        (a.published, &a.alternatives, a.component, a.bulletin, &a.flaws).cmp(&(
            b.published,
            &b.alternatives,
            b.component,
            b.bulletin,
            &b.flaws,
        ))
    });
    groups
}

/// One flaw's part that one set of alternatives fixes.
struct Part {
    component: u32,
    kbs: Vec<RowUpdate>,
    builds: Vec<[u32; 4]>,
    published: i32,
    severity: u8,
    no_fix_exists: bool,
    sources: Vec<u32>,
}

/// Splits a flaw's rows: everything that is part of the system is one part (its KBs are
/// alternatives), every optional component is a part of its own. Rows that name no component
/// belong to the system if any other row does, else to each optional component.
fn parts_of_flaw(rows: &[(u32, &RowDraft)], is_optional: &impl Fn(u32) -> bool) -> Vec<Part> {
    let names_system = rows.iter().any(|(c, _)| *c != UNNAMED && !is_optional(*c));
    let names_optional = rows.iter().any(|(c, _)| *c != UNNAMED && is_optional(*c));
    let mut parts: Vec<Part> = Vec::new();
    let mut add = |component: u32, row: &RowDraft| {
        let at = parts.iter().position(|p| p.component == component).unwrap_or_else(|| {
            parts.push(Part {
                component,
                kbs: Vec::new(),
                builds: Vec::new(),
                published: NO_DAY,
                severity: 0,
                no_fix_exists: false,
                sources: Vec::new(),
            });
            parts.len() - 1
        });
        if let Some(part) = parts.get_mut(at) {
            part.kbs.extend(&row.kbs);
            part.builds.extend(&row.builds);
            part.published = earlier(part.published, row.published);
            part.severity = part.severity.max(row.severity);
            part.no_fix_exists |= row.no_fix_exists;
            part.sources.extend(&row.sources);
        }
    };
    for (component, row) in rows {
        if *component == UNNAMED && names_optional && !names_system {
            for (optional, _) in rows.iter().filter(|(c, _)| *c != UNNAMED) {
                add(*optional, row);
            }
        } else if is_optional(*component) {
            add(*component, row);
        } else {
            add(UNNAMED, row);
        }
    }
    parts
}

/// Positions of the updates that fix a part.
fn positions(part: &Part, updates: &[Update]) -> Vec<u32> {
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

/// The builds at which the flaw is fixed: what sources state, and what the alternatives carry; of
/// several in one servicing branch the lowest, because each of them contains the fix.
fn system_builds(
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
fn kernel_matches(windows: &WindowsProduct, [major, minor, build, _]: [u32; 4]) -> bool {
    let text = format!("{major}.{minor}.{build}");
    let name = format!("Microsoft {}", windows.family.name());
    WindowsProduct::from_host(&name, Some(&text), None).is_some_and(|(product, _)| {
        product.family == windows.family
            && (windows.release.is_none() || product.release == windows.release)
    })
}

fn full_build(build: WindowsBuild) -> Option<[u32; 4]> {
    Some([u32::from(build.major), u32::from(build.minor), build.build, build.revision?])
}

/// The newest update of the system that is known, and the day up to which that holds. For a
/// product whose last support has ended before that day nothing newer can exist.
fn horizon(
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

/// Position of a family in [`WindowsFamily::ALL`].
pub(crate) fn family_position(family: WindowsFamily) -> u8 {
    WindowsFamily::ALL
        .iter()
        .position(|f| *f == family)
        .and_then(|p| u8::try_from(p).ok())
        .unwrap_or(u8::MAX)
}

/// Number of an architecture in the compiled form.
pub(crate) const fn architecture_number(architecture: Option<Architecture>) -> u8 {
    match architecture {
        None => 0,
        Some(Architecture::X86) => 1,
        Some(Architecture::X64) => 2,
        Some(Architecture::Ia64) => 3,
        Some(Architecture::Arm) => 4,
        Some(Architecture::Arm64) => 5,
    }
}

fn severity_of(text: &str) -> u8 {
    match text.trim().to_ascii_lowercase().as_str() {
        "low" => 1,
        "moderate" | "medium" => 2,
        "important" | "high" => 3,
        "critical" => 4,
        _ => 0,
    }
}

fn kind_of(text: &str) -> u8 {
    let lower = text.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    if has("security only") || has("security-only") || has("securityonly") {
        update_kind::SECURITY_ONLY
    } else if has("preview") {
        update_kind::PREVIEW
    } else if has("out-of-band") || has("out of band") {
        update_kind::OUT_OF_BAND
    } else if has("ie cumulative") {
        update_kind::STANDALONE
    } else if has("rollup") {
        update_kind::MONTHLY_ROLLUP
    } else if has("cumulative") {
        update_kind::CUMULATIVE
    } else if has("service pack") {
        update_kind::SERVICE_PACK
    } else if has("security update") || has("standalone") {
        update_kind::STANDALONE
    } else {
        update_kind::UNKNOWN
    }
}
