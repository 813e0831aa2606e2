//! Groups of flaws that share their alternatives.

use rustc_hash::FxHashMap;

use super::draft::{Draft, RowDraft, RowUpdate, UNNAMED};
use super::updates::{positions, system_builds};
use crate::knowledge::build::days::earlier;
use crate::knowledge::build::vulnerabilities::Vulnerabilities;
use crate::knowledge::schema::{FixGroup, Flaw, NO_DAY, NONE, Update};

/// What decides whether two flaws share one line.
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord, Clone)]
struct GroupKey {
    alternatives: Vec<u32>,
    component: u32,
    bulletin: u32,
    builds: Vec<[u32; 4]>,
    no_fix_exists: bool,
}

pub(super) fn compile_groups(
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
pub(super) struct Part {
    pub(super) component: u32,
    pub(super) kbs: Vec<RowUpdate>,
    pub(super) builds: Vec<[u32; 4]>,
    pub(super) published: i32,
    pub(super) severity: u8,
    pub(super) no_fix_exists: bool,
    pub(super) sources: Vec<u32>,
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
