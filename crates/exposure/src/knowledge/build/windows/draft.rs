//! Rows while they arrive, product by product.

use model::fact::WindowsUpdateFact;
use model::kb::Kb;
use model::windows::{Label, WindowsProduct, parse_label};
use rustc_hash::{FxHashMap, FxHashSet};

use super::groups::compile_groups;
use super::updates::{Lines, compile_updates, full_build, horizon, kernel_matches};
use super::words::{architecture_number, family_position, kind_of, severity_of};
use crate::knowledge::build::days::{earlier, or_none};
use crate::knowledge::build::texts::Texts;
use crate::knowledge::build::vulnerabilities::Vulnerabilities;
use crate::knowledge::builtin::{self, BuiltinError, Presence, presence};
use crate::knowledge::schema::{
    Lifecycle, MicrosoftProduct, NO_DAY, NONE, WindowsKnowledge, update_kind,
};

#[derive(Debug, Default)]
pub(in crate::knowledge::build) struct Windows {
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
pub(super) struct Draft {
    pub(super) windows: Option<WindowsProduct>,
    pub(super) label: String,
    pub(super) updates: FxHashMap<u32, UpdateDraft>,
    pub(super) rows: FxHashMap<(u32, u32), RowDraft>,
}

#[derive(Debug, Default)]
pub(super) struct UpdateDraft {
    pub(super) published: i32,
    /// How good the word for that day is.
    pub(super) dated_by: DatedBy,
    pub(super) title: u32,
    pub(super) build: [u32; 4],
    pub(super) supersedes: FxHashSet<u32>,
    pub(super) source: u32,
    /// Only the built-in list's second-hand rows speak of it.
    pub(super) unverified: bool,
}

/// One flaw in one component of one product.
#[derive(Debug, Default)]
pub(super) struct RowDraft {
    pub(super) kbs: Vec<RowUpdate>,
    pub(super) published: i32,
    pub(super) severity: u8,
    pub(super) builds: Vec<[u32; 4]>,
    pub(super) no_fix_exists: bool,
    pub(super) sources: Vec<u32>,
}

/// An update that a row names.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowUpdate {
    pub(super) kb: u32,
    pub(super) published: i32,
    /// Only a republished list names it here.
    pub(super) republished: bool,
}

/// Where facts come from, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(in crate::knowledge::build) struct Origin {
    /// Position of the source.
    pub(in crate::knowledge::build) source: u32,
    /// Whether somebody else's list restates what the publisher said.
    pub(in crate::knowledge::build) republished: bool,
}

/// Who dates an update, the best word last. A list of flaws dates its rows by the flaw, often weeks
/// before the update came out, or by the update's release for other products: the updates of 13 May
/// 2017 stand in one with the day of March.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DatedBy {
    #[default]
    RepublishedRow,
    PublishersRow,
    UpdateItself,
}

/// Position of "no component named" in `components`.
pub(super) const UNNAMED: u32 = u32::MAX;

impl Windows {
    pub(in crate::knowledge::build) fn take(
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

    pub(super) fn component(&mut self, text: &str) -> u32 {
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
    pub(in crate::knowledge::build) fn finish(
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
