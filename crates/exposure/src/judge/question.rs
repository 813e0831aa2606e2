//! What is asked: knowledge, an instant, and perhaps a selection, prepared once for many hosts.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use jiff::civil::Date;
use model::cve::CveId;
use model::kb::Kb;
use model::windows::WindowsProduct;
use rustc_hash::{FxHashMap, FxHashSet};

use super::chorus::Chorus;
use super::prepared::Prepared;
use super::shown::Matter;
use crate::knowledge::build::day_number;
use crate::knowledge::lookup::Support;
use crate::knowledge::schema::{ArchivedStatement, ArchivedVulnerability, NO_DAY};
use crate::knowledge::{View, lookup};

/// A question to be put to hosts.
pub struct Question<'k> {
    /// What the world knew.
    pub knowledge: View<'k>,
    /// The day as at which is judged: what was published later does not count.
    pub as_at: Date,
    /// What is asked about; `None` for everything.
    pub selection: Option<Selected>,
    pub(crate) as_at_day: i32,
    /// The stored Windows products, in the order of the knowledge.
    pub(crate) products: Vec<Option<WindowsProduct>>,
    /// For each vulnerability on the watch list: where it is listed, as (product, group).
    listed: OnceLock<FxHashMap<u32, Vec<(u32, u32)>>>,
    /// Vulnerabilities that are answered for every host, also where they do not concern it: the
    /// named bulletins, and everything asked for by name.
    pub(crate) watched: Vec<u32>,
    /// For each vulnerability: whether it is asked about and was public at the instant.
    asked: Vec<bool>,
    /// What of each product's groups the question alone decides; made when first asked for.
    prepared: Vec<OnceLock<Prepared>>,
    /// How long each product that a host runs is supported; looked up when first asked for.
    supports: RwLock<FxHashMap<WindowsProduct, Option<Support>>>,
    /// Who of the groups of a host's products speaks of what; made when first asked for.
    choruses: RwLock<FxHashMap<Vec<u32>, Arc<Chorus>>>,
    /// Which updates of each product are worth offering; made when first asked for.
    pub(crate) offers: super::plan::OfferTable,
    /// Every KB that knowledge has in any product.
    known_kbs: OnceLock<FxHashSet<u32>>,
    /// For each vulnerability that a person asks for: what is said of it of software.
    matters: OnceLock<FxHashMap<u32, Matter>>,
    /// For each vulnerability of Microsoft products besides Windows: the first of them, and how many
    /// more have it.
    others: OnceLock<FxHashMap<u32, (u32, u32)>>,
}

/// What a person asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// As typed: a CVE, a bulletin ("MS17-010"), a KB, or an advisory of any publisher.
    pub text: String,
}

/// A selection, resolved.
#[derive(Clone, Debug, Default)]
pub struct Selected {
    /// Vulnerabilities by position.
    pub(crate) vulnerabilities: FxHashSet<u32>,
    /// CVEs of which knowledge has no row.
    pub(crate) unlisted: Vec<CveId>,
    /// Advisory identifiers that name statements.
    pub(crate) advisories: FxHashSet<String>,
    /// Texts that name nothing in this knowledge.
    pub unresolved: Vec<String>,
}

impl Selected {
    /// What was asked for and knowledge does not have, for a person.
    pub fn not_in_knowledge(&self) -> Vec<String> {
        self.unlisted
            .iter()
            .map(ToString::to_string)
            .chain(self.unresolved.iter().cloned())
            .collect()
    }
}

impl<'k> Question<'k> {
    /// Prepares a question.
    pub fn new(knowledge: View<'k>, as_at: Date, selections: &[Selection]) -> Self {
        let selection = (!selections.is_empty()).then(|| resolve(knowledge, selections));
        let mut watched: Vec<u32> = match &selection {
            Some(selected) => selected.vulnerabilities.iter().copied().collect(),
            None => knowledge
                .bulletins
                .iter()
                .flat_map(|b| b.vulnerabilities.iter().map(|v| v.to_native()))
                .collect(),
        };
        watched.sort_unstable();
        watched.dedup();
        let as_at_day = day_number(as_at);
        let asked = (0_u32..)
            .zip(knowledge.vulnerabilities.iter())
            .map(|(position, row)| {
                is_public(row, as_at_day)
                    && selection.as_ref().is_none_or(|s| s.vulnerabilities.contains(&position))
            })
            .collect();
        Self {
            knowledge,
            as_at,
            selection,
            as_at_day,
            asked,
            known_kbs: OnceLock::new(),
            prepared: knowledge.windows.iter().map(|_| OnceLock::new()).collect(),
            supports: RwLock::default(),
            choruses: RwLock::default(),
            matters: OnceLock::new(),
            others: OnceLock::new(),
            offers: knowledge.windows.iter().map(|_| OnceLock::new()).collect(),
            products: knowledge.windows.iter().map(lookup::product_of).collect(),
            listed: OnceLock::new(),
            watched,
        }
    }

    /// What of a product's groups the question alone decides.
    pub(crate) fn prepared(&self, product: u32) -> Option<&Prepared> {
        let row = self.knowledge.windows.get(product as usize)?;
        let slot = self.prepared.get(product as usize)?;
        Some(slot.get_or_init(|| Prepared::of(self, product, row)))
    }

    /// Who of the groups of these products, by position in knowledge, speaks of what.
    pub(crate) fn chorus(&self, products: &[u32]) -> Arc<Chorus> {
        once(&self.choruses, products, || Arc::new(Chorus::of(self, products)))
    }

    /// How long a product is supported, if that is known.
    pub(crate) fn support(&self, product: &WindowsProduct) -> Option<Support> {
        once(&self.supports, product, || lookup::windows_support(self.knowledge, product))
    }

    /// As a question about everything, but every vulnerability is answered for every host as if a
    /// person had asked for it by name.
    pub(crate) fn watching_all(knowledge: View<'k>, as_at: Date) -> Self {
        let all = u32::try_from(knowledge.vulnerabilities.len()).unwrap_or(u32::MAX);
        Self { watched: (0..all).collect(), ..Self::new(knowledge, as_at, &[]) }
    }

    /// What is said of software on a vulnerability that was asked for by name.
    pub(crate) fn matter(&self, vulnerability: u32) -> Option<&Matter> {
        let matters = self.matters.get_or_init(|| {
            let selected = self.selection.iter().flat_map(|s| &s.vulnerabilities);
            Matter::of_vulnerabilities(self.knowledge, self.as_at_day, selected.copied())
        });
        matters.get(&vulnerability)
    }

    /// The Microsoft products besides Windows that have a vulnerability, in words. Their updates are in
    /// the knowledge, but no rule tells from a list of programs which of them a host has.
    pub(crate) fn other_product(&self, vulnerability: u32) -> Option<String> {
        let others = self.others.get_or_init(|| {
            let mut others: FxHashMap<u32, (u32, u32)> = FxHashMap::default();
            for (position, row) in (0_u32..).zip(self.knowledge.microsoft.iter()) {
                let flaws = row.groups.iter().flat_map(|group| group.flaws.iter());
                let own: FxHashSet<u32> = flaws.map(|f| f.vulnerability.to_native()).collect();
                for flaw in own {
                    others.entry(flaw).and_modify(|(_, more)| *more += 1).or_insert((position, 0));
                }
            }
            others
        });
        let (first, more) = *others.get(&vulnerability)?;
        let first = self.knowledge.microsoft.get(first as usize)?.label.as_str();
        Some(if more == 0 { first.to_owned() } else { format!("{first} and {more} more") })
    }

    /// Whether a vulnerability is asked about and was public at the instant.
    pub(crate) fn asks(&self, vulnerability: u32) -> bool {
        self.asked.get(vulnerability as usize).copied().unwrap_or(false)
    }

    /// For each watched vulnerability: where it is listed, as (product, group). Made when a host of
    /// Windows is first judged.
    pub(crate) fn listed(&self) -> &FxHashMap<u32, Vec<(u32, u32)>> {
        self.listed.get_or_init(|| {
            let mut is_watched = vec![false; self.knowledge.vulnerabilities.len()];
            for position in &self.watched {
                if let Some(slot) = is_watched.get_mut(*position as usize) {
                    *slot = true;
                }
            }
            let mut listed: FxHashMap<u32, Vec<(u32, u32)>> =
                self.watched.iter().map(|v| (*v, Vec::new())).collect();
            for (product, row) in (0_u32..).zip(self.knowledge.windows.iter()) {
                for (position, group) in (0_u32..).zip(row.groups.iter()) {
                    for flaw in group.flaws.iter().map(|f| f.vulnerability.to_native()) {
                        if is_watched.get(flaw as usize) == Some(&true)
                            && let Some(places) = listed.get_mut(&flaw)
                        {
                            places.push((product, position));
                        }
                    }
                }
            }
            listed
        })
    }

    /// Whether knowledge has a KB in any product.
    pub(crate) fn knows_kb(&self, kb: Kb) -> bool {
        let known = self.known_kbs.get_or_init(|| {
            self.knowledge
                .windows
                .iter()
                .flat_map(|row| row.updates.iter())
                .chain(self.knowledge.microsoft.iter().flat_map(|row| row.updates.iter()))
                .map(|update| update.kb.to_native())
                .collect()
        });
        known.contains(&kb.number())
    }

    /// Whether an advisory is asked about by name, or nothing is selected.
    pub(crate) fn asks_advisory(&self, advisory: &str) -> bool {
        self.selection
            .as_ref()
            .is_none_or(|s| s.advisories.iter().any(|a| a.eq_ignore_ascii_case(advisory)))
    }

    /// The service pack that a product needs before it can get the fix of a watched vulnerability:
    /// the next higher level that is listed with an update.
    pub(crate) fn service_pack_needed(
        &self,
        product: &WindowsProduct,
        vulnerability: u32,
    ) -> Option<u8> {
        self.listed()
            .get(&vulnerability)?
            .iter()
            .filter(|(position, _)| {
                self.products.get(*position as usize).is_some_and(|listed| {
                    listed.as_ref().is_some_and(|p| p.service_pack > product.service_pack)
                })
            })
            .filter(|(position, group)| {
                self.knowledge
                    .windows
                    .get(*position as usize)
                    .and_then(|row| row.groups.get(*group as usize))
                    .is_some_and(|group| !group.alternatives.is_empty())
            })
            .filter_map(|(position, _)| self.products.get(*position as usize)?.as_ref())
            .filter(|listed| {
                let raised =
                    WindowsProduct { service_pack: listed.service_pack, ..product.clone() };
                listed.covers(&raised)
            })
            .map(|listed| listed.service_pack)
            .min()
    }

    /// The architecture of a stored product, as the knowledge counts them.
    pub(crate) fn architecture(&self, product: u32) -> u8 {
        self.knowledge.windows.get(product as usize).map_or(0, |row| row.architecture)
    }

    /// Positions of the stored products that speak of a host's product.
    pub(crate) fn products_of(&self, host: &WindowsProduct) -> Vec<u32> {
        let fits = |want_core: bool| -> Vec<u32> {
            (0_u32..)
                .zip(&self.products)
                .filter(|(_, product)| {
                    product.as_ref().is_some_and(|p| p.core == want_core && p.covers(host))
                })
                .map(|(position, _)| position)
                .collect()
        };
        let first = fits(host.core);
        if first.is_empty() { fits(!host.core) } else { first }
    }
}

/// What is made once for a key. It is made before the lock is taken: two threads may make the same,
/// and the first one stays.
fn once<K, Q, V>(known: &RwLock<FxHashMap<K, V>>, key: &Q, make: impl FnOnce() -> V) -> V
where
    K: Borrow<Q> + Eq + Hash,
    Q: ToOwned<Owned = K> + Eq + Hash + ?Sized,
    V: Clone,
{
    if let Some(value) = known.read().unwrap_or_else(PoisonError::into_inner).get(key) {
        return value.clone();
    }
    let made = make();
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    known.entry(key.to_owned()).or_insert(made).clone()
}

fn is_public(row: &ArchivedVulnerability, as_at_day: i32) -> bool {
    let published = row.published.to_native();
    let withdrawn = row.withdrawn.to_native();
    (published == NO_DAY || published <= as_at_day)
        && (withdrawn == NO_DAY || withdrawn > as_at_day)
}

fn resolve(knowledge: View<'_>, selections: &[Selection]) -> Selected {
    let mut selected = Selected::default();
    for selection in selections {
        select(knowledge, &selection.text, knowledge.statements.iter(), &mut selected);
    }
    selected
}

/// Adds what a text names. `statements` are those that may be of an advisory of that name.
pub(crate) fn select<'k>(
    knowledge: View<'k>,
    text: &str,
    statements: impl Iterator<Item = &'k ArchivedStatement>,
    selected: &mut Selected,
) {
    let text = text.trim();
    let mut found = false;
    if let Some(position) = lookup::bulletin(knowledge, text)
        && let Some(bulletin) = knowledge.bulletins.get(position as usize)
    {
        selected.vulnerabilities.extend(bulletin.vulnerabilities.iter().map(|v| v.to_native()));
        found = true;
    }
    if let Some(position) = lookup::vulnerability(knowledge, text) {
        selected.vulnerabilities.insert(position);
        found = true;
    } else if let Ok(cve) = text.parse::<CveId>() {
        selected.unlisted.push(cve);
        found = true;
    }
    if let Ok(kb) = text.parse::<Kb>()
        && text.to_ascii_uppercase().starts_with("KB")
    {
        found |= select_kb(knowledge, kb, selected);
    }
    for statement in statements {
        if statement.advisory.as_str().eq_ignore_ascii_case(text) {
            selected.advisories.insert(statement.advisory.as_str().to_owned());
            selected
                .vulnerabilities
                .extend(statement.vulnerabilities.iter().map(|v| v.to_native()));
            found = true;
        }
    }
    if !found {
        selected.unresolved.push(text.to_owned());
    }
}

fn select_kb(knowledge: View<'_>, kb: Kb, selected: &mut Selected) -> bool {
    let mut found = false;
    let windows = knowledge.windows.iter().map(|row| (&row.updates, &row.groups));
    let others = knowledge.microsoft.iter().map(|row| (&row.updates, &row.groups));
    for (updates, groups) in windows.chain(others) {
        let Ok(position) = updates.binary_search_by_key(&kb.number(), |u| u.kb.to_native()) else {
            continue;
        };
        for group in groups.iter() {
            if group.alternatives.iter().any(|a| a.to_native() as usize == position) {
                found = true;
                selected
                    .vulnerabilities
                    .extend(group.flaws.iter().map(|f| f.vulnerability.to_native()));
            }
        }
    }
    found
}
