//! What of a Windows product's groups the question alone decides: which flaws are asked about, what
//! the line is called, which updates can be offered. Made when a host of the product is first
//! judged, and borrowed by the lines of all its hosts.

use std::sync::OnceLock;

use model::kb::Kb;

use super::combine::{bulletin_name, fallback_name};
use super::line::{Remedy, VulnerabilityRef};
use super::question::Question;
use super::urgency::Facts;
use crate::knowledge::schema::{
    ArchivedFixGroup, ArchivedUpdate, ArchivedWindowsKnowledge, NONE, update_kind,
};

/// A product's groups.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The groups that are asked about, in the order of their lines within one verdict.
    pub(crate) groups: Vec<Group>,
}

/// A group of flaws that share the same fixes.
#[derive(Debug)]
pub(crate) struct Group {
    /// Position of the product in knowledge.
    pub(crate) product: u32,
    /// Position among the groups of the product.
    pub(crate) position: u32,
    /// Position in [`Prepared::groups`].
    pub(crate) rank: u32,
    /// The flaws that are asked about, sorted.
    pub(crate) vulnerabilities: Vec<VulnerabilityRef>,
    /// The bulletin, else the update that first brought the fix.
    pub(crate) advisory: Option<String>,
    /// What a line of this group alone is called.
    pub(crate) name: String,
    /// Index of the named bulletin.
    pub(crate) bulletin: Option<u32>,
    /// Index of its first source, or [`NONE`].
    pub(crate) source: u32,
    /// Whether any update with the fix was out on the day.
    pub(crate) is_out: bool,
    /// The updates that were out on the day, the best to install first.
    pub(crate) remedies: Vec<Remedy>,
    /// What the urgency of its flaws depends on; made when first asked for.
    pub(super) facts: OnceLock<Facts>,
}

/// Groups are equal that say the same; what was asked of one before does not count.
impl PartialEq for Group {
    fn eq(&self, other: &Self) -> bool {
        (self.product, self.position, &self.name, &self.vulnerabilities, &self.remedies)
            == (other.product, other.position, &other.name, &other.vulnerabilities, &other.remedies)
    }
}

impl Prepared {
    /// Prepares a product.
    pub(crate) fn of(
        question: &Question<'_>,
        product: u32,
        row: &ArchivedWindowsKnowledge,
    ) -> Self {
        let mut groups: Vec<Group> = (0_u32..)
            .zip(row.groups.iter())
            .filter_map(|(position, group)| prepare(question, product, row, position, group))
            .collect();
        groups.sort_by(|a, b| {
            (a.bulletin.is_none(), &a.name, &a.vulnerabilities).cmp(&(
                b.bulletin.is_none(),
                &b.name,
                &b.vulnerabilities,
            ))
        });
        for (rank, group) in (0_u32..).zip(&mut groups) {
            group.rank = rank;
        }
        Self { groups }
    }
}

fn prepare(
    question: &Question<'_>,
    product: u32,
    row: &ArchivedWindowsKnowledge,
    position: u32,
    group: &ArchivedFixGroup,
) -> Option<Group> {
    let mut vulnerabilities: Vec<VulnerabilityRef> = group
        .flaws
        .iter()
        .map(|flaw| flaw.vulnerability.to_native())
        .filter(|v| question.asks(*v))
        .map(VulnerabilityRef::Known)
        .collect();
    if vulnerabilities.is_empty() {
        return None;
    }
    vulnerabilities.sort_unstable();
    let mut updates: Vec<&ArchivedUpdate> = group
        .alternatives
        .iter()
        .filter_map(|p| row.updates.get(p.to_native() as usize))
        .filter(|u| u.published.to_native() <= question.as_at_day)
        .collect();
    let bulletin = Some(group.bulletin.to_native()).filter(|b| *b != NONE);
    let advisory = match bulletin {
        Some(_) => bulletin_name(question, bulletin).map(str::to_owned),
        None => updates
            .iter()
            .min_by_key(|u| (u.published.to_native(), u.kb.to_native()))
            .and_then(|u| Kb::new(u.kb.to_native()))
            .map(|kb| kb.to_string()),
    };
    let is_out = !updates.is_empty();
    // Rollups first: they bring more; then the oldest, which is the original fix.
    updates.sort_by_key(|u| (!is_rollup(u.kind), u.published.to_native(), u.kb.to_native()));
    let remedies = if is_out || group.alternatives.is_empty() {
        updates
            .iter()
            .filter_map(|u| {
                Some(Remedy::InstallUpdate { kb: Kb::new(u.kb.to_native())?, kind: u.kind })
            })
            .collect()
    } else {
        vec![Remedy::NoneAvailable]
    };
    Some(Group {
        product,
        position,
        rank: 0,
        name: advisory.clone().unwrap_or_else(|| fallback_name(question, &vulnerabilities)),
        advisory,
        vulnerabilities,
        bulletin,
        source: group.sources.first().map_or(NONE, |s| s.to_native()),
        is_out,
        remedies,
        facts: OnceLock::new(),
    })
}

/// Whether an update of a kind holds what came before it.
pub(super) const fn is_rollup(kind: u8) -> bool {
    matches!(kind, update_kind::MONTHLY_ROLLUP | update_kind::CUMULATIVE | update_kind::PREVIEW)
}
