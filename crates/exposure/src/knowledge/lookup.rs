//! Questions that both judgement and `knowledge show` ask of compiled knowledge.

use model::cve::CveId;
use model::windows::{Edition, WindowsFamily, WindowsProduct};

use crate::knowledge::View;
use crate::knowledge::build::{fold, vulnerability_sort_key};
use crate::knowledge::schema::{
    ArchivedStatement, ArchivedVulnerability, ArchivedWindowsKnowledge, Lifecycle, NO_DAY, NONE,
};

/// A text by position; empty for [`NONE`].
pub fn text(knowledge: View<'_>, position: u32) -> &str {
    knowledge.texts.get(position as usize).map_or("", |t| t.as_str())
}

/// Position of a vulnerability by its identifier, or by another that a source gives it.
pub fn vulnerability(knowledge: View<'_>, id: &str) -> Option<u32> {
    by_own_id(knowledge, id).or_else(|| {
        knowledge
            .vulnerabilities
            .iter()
            .position(|row| row.aliases.iter().any(|a| a.as_str().eq_ignore_ascii_case(id)))
            .and_then(|p| u32::try_from(p).ok())
    })
}

/// Position of a CVE. A row that has a CVE is named by it, so other names need not be looked
/// through: a scanner's report names thousands that knowledge does not have.
pub fn cve(knowledge: View<'_>, cve: CveId) -> Option<u32> {
    by_own_id(knowledge, &cve.to_string())
}

fn by_own_id(knowledge: View<'_>, id: &str) -> Option<u32> {
    let wanted = vulnerability_sort_key(id);
    knowledge
        .vulnerabilities
        .binary_search_by(|row| vulnerability_sort_key(row.id.as_str()).cmp(&wanted))
        .ok()
        .and_then(|p| u32::try_from(p).ok())
}

/// A vulnerability's row.
pub fn row(knowledge: View<'_>, position: u32) -> Option<&ArchivedVulnerability> {
    knowledge.vulnerabilities.get(position as usize)
}

/// Position of a named bulletin.
pub fn bulletin(knowledge: View<'_>, id: &str) -> Option<u32> {
    knowledge
        .bulletins
        .iter()
        .position(|b| {
            b.id.as_str().eq_ignore_ascii_case(id) || b.name.as_str().eq_ignore_ascii_case(id)
        })
        .and_then(|p| u32::try_from(p).ok())
}

/// The product of a stored row.
pub fn product_of(row: &ArchivedWindowsKnowledge) -> Option<WindowsProduct> {
    use model::windows::Architecture as A;
    let family = *WindowsFamily::ALL.get(usize::from(row.family))?;
    Some(WindowsProduct {
        family,
        release: (!row.release.is_empty()).then(|| row.release.as_str().to_owned()),
        service_pack: row.service_pack,
        architecture: match row.architecture {
            1 => Some(A::X86),
            2 => Some(A::X64),
            3 => Some(A::Ia64),
            4 => Some(A::Arm),
            5 => Some(A::Arm64),
            _ => None,
        },
        core: row.core,
        edition: Edition::NotShown,
    })
}

/// Positions of the stored products that speak of a host's product: the full installation's rows,
/// or those of Server Core where only they exist or the host is one. A host whose architecture is
/// not shown gets those of every architecture.
pub fn windows_of(knowledge: View<'_>, host: &WindowsProduct) -> Vec<u32> {
    let fits: Vec<(u32, bool)> = (0_u32..)
        .zip(knowledge.windows.iter())
        .filter_map(|(position, row)| {
            let product = product_of(row)?;
            product.covers(host).then_some((position, product.core))
        })
        .collect();
    let has_full = fits.iter().any(|(_, core)| !core);
    let has_core = fits.iter().any(|(_, core)| *core);
    let want_core = (host.core && has_core) || !has_full;
    fits.into_iter().filter(|(_, core)| *core == want_core).map(|(p, _)| p).collect()
}

/// Positions of the statements under a key.
pub fn statements_of<'k>(
    knowledge: View<'k>,
    key: &str,
) -> impl Iterator<Item = (u32, &'k ArchivedStatement)> + use<'k> {
    let found = knowledge.package_index.binary_search_by(|row| row.key.as_str().cmp(key)).ok();
    found
        .and_then(|position| knowledge.package_index.get(position))
        .into_iter()
        .flat_map(|row| row.statements.iter())
        .filter_map(move |position| {
            let position = position.to_native();
            Some((position, knowledge.statements.get(position as usize)?))
        })
}

/// Positions of every update that supersedes one of `roots`, directly or through others, the roots
/// left out; in the order of their KB numbers.
pub fn superseding(row: &ArchivedWindowsKnowledge, roots: &[u32]) -> Vec<u32> {
    let mut found = vec![false; row.updates.len()];
    for root in roots {
        if let Some(slot) = found.get_mut(*root as usize) {
            *slot = true;
        }
    }
    // Edges lead downwards; go round until nothing new is found. Chains are mostly in KB order, so
    // a pass or two suffice.
    loop {
        let mut grew = false;
        for (position, update) in row.updates.iter().enumerate() {
            let reaches = || {
                update
                    .supersedes
                    .iter()
                    .any(|p| found.get(p.to_native() as usize).copied().unwrap_or(false))
            };
            if !found.get(position).copied().unwrap_or(true) && reaches() {
                if let Some(slot) = found.get_mut(position) {
                    *slot = true;
                }
                grew = true;
            }
        }
        if !grew {
            break;
        }
    }
    (0_u32..)
        .zip(found)
        .filter(|(position, is)| *is && !roots.contains(position))
        .map(|(position, _)| position)
        .collect()
}

/// The versions a statement is about, in words.
pub fn versions_words(statement: &ArchivedStatement) -> String {
    let mut words: Vec<String> = statement
        .ranges
        .iter()
        .map(|r| {
            let lower = match r.lower_kind {
                1 => ["from ", r.lower.as_str()].concat(),
                2 => ["after ", r.lower.as_str()].concat(),
                _ => String::new(),
            };
            let upper = match r.upper_kind {
                1 => ["up to ", r.upper.as_str()].concat(),
                2 => ["before ", r.upper.as_str()].concat(),
                _ => String::new(),
            };
            match (lower.is_empty(), upper.is_empty()) {
                (true, true) => "all versions".to_owned(),
                (false, false) => [lower.as_str(), " ", &upper].concat(),
                _ => lower + &upper,
            }
        })
        .collect();
    match statement.versions.len() {
        0 => {}
        1..=4 => words.extend(statement.versions.iter().map(|v| v.as_str().to_owned())),
        count => words.push(format!("{count} listed versions")),
    }
    match (words.is_empty(), statement.free_text.is_empty()) {
        (true, true) => "all versions".to_owned(),
        (true, false) => format!("in words: {}", statement.free_text),
        (false, _) => words.join(", "),
    }
}

/// What is known of how long a product is supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Support {
    /// Day of release.
    pub released: i32,
    /// Last day with security fixes for everyone.
    pub support_end: i32,
    /// Last day with paid fixes; [`NO_DAY`] if there are none.
    pub paid_end: i32,
}

/// Lifecycle of a Windows product, from archived rows.
pub fn windows_support(knowledge: View<'_>, product: &WindowsProduct) -> Option<Support> {
    let rows = knowledge.lifecycles.iter().map(|row| LifecycleRow {
        product: row.product.as_str(),
        cycle: row.cycle.as_str(),
        service_pack: row.service_pack,
        edition: row.edition.as_str(),
        support: Support {
            released: row.released.to_native(),
            support_end: row.support_end.to_native(),
            paid_end: row.paid_end.to_native(),
        },
    });
    best_support(product, rows)
}

/// The last day on which any fix for a product can have come out; [`NO_DAY`] if not known.
pub fn last_support_day(product: &WindowsProduct, lifecycles: &[Lifecycle]) -> i32 {
    let rows = lifecycles.iter().map(|row| LifecycleRow {
        product: &row.product,
        cycle: &row.cycle,
        service_pack: row.service_pack,
        edition: &row.edition,
        support: Support {
            released: row.released,
            support_end: row.support_end,
            paid_end: row.paid_end,
        },
    });
    let family = fold(product.family.name());
    // Any edition's longest support counts here: updates carry one KB for all editions.
    rows.filter(|row| row.concerns(&family, product))
        .map(|row| row.support.support_end.max(row.support.paid_end))
        .max()
        .unwrap_or(NO_DAY)
}

struct LifecycleRow<'a> {
    product: &'a str,
    cycle: &'a str,
    service_pack: u8,
    edition: &'a str,
    support: Support,
}

impl LifecycleRow<'_> {
    /// Whether the row is of a product, whose family's name is given folded.
    fn concerns(&self, family: &str, product: &WindowsProduct) -> bool {
        self.product == family
            && (self.cycle.is_empty()
                || product.release.as_deref().is_some_and(|r| r.eq_ignore_ascii_case(self.cycle)))
            && (self.service_pack == u8::MAX || self.service_pack == product.service_pack)
    }
}

/// The row of a product's own edition class; where the evidence shows no edition, the row with the
/// longest support, so that nothing is called unsupported that may not be.
fn best_support<'a>(
    product: &WindowsProduct,
    rows: impl Iterator<Item = LifecycleRow<'a>>,
) -> Option<Support> {
    let wanted = match product.edition {
        Edition::NotShown => "",
        Edition::HomePro => "home-pro",
        Edition::Enterprise => "enterprise",
        Edition::LongTerm => "long-term",
        Edition::Embedded => "embedded",
        Edition::Server => "server",
    };
    let family = fold(product.family.name());
    let rows: Vec<_> = rows.filter(|row| row.concerns(&family, product)).collect();
    let own = rows
        .iter()
        .filter(|row| row.edition == wanted && !wanted.is_empty())
        .max_by_key(|row| row.support.support_end);
    own.or_else(|| {
        rows.iter()
            .filter(|row| row.edition.is_empty() || wanted.is_empty())
            .max_by_key(|row| (row.support.support_end, row.support.paid_end))
    })
    .or_else(|| rows.iter().max_by_key(|row| row.support.support_end))
    .map(|row| row.support)
}

/// Whether a position points nowhere.
pub const fn is_none(position: u32) -> bool {
    position == NONE
}
