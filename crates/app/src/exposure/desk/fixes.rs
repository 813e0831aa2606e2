//! What fixes an advisory on Windows, and what later contains that: as a person would draw it.

use std::collections::BTreeMap;

use exposure::knowledge::View as Knowledge;
use exposure::knowledge::build::day_of;
use exposure::knowledge::lookup;
use exposure::knowledge::schema::{ArchivedUpdate, ArchivedWindowsKnowledge, update_kind};
use jiff::civil::Date;

/// What fixes an advisory on some products: any one of the updates, or anything that contains it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixFacts {
    /// The products of which the same holds.
    pub products: Vec<String>,
    /// The component that it concerns, where it is not the whole system.
    pub component: String,
    /// Each update that fixes it by itself, with what contains it.
    pub alternatives: Vec<Chain>,
    /// A source states that no fix exists.
    pub none_exists: bool,
}

/// An update and those that contain it, the earliest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chain {
    /// The update that fixes it.
    pub first: UpdateFacts,
    /// Those that supersede it, directly or through others.
    pub later: Vec<UpdateFacts>,
}

/// An update.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UpdateFacts {
    /// First publication.
    pub published: Option<Date>,
    /// "KB4012212".
    pub kb: String,
    /// "monthly rollup".
    pub kind: &'static str,
    /// Those of the same chain that it takes the place of, directly.
    pub supersedes: Vec<String>,
}

/// What fixes any of the flaws, once for each set of updates.
pub(super) fn fixes(knowledge: Knowledge<'_>, flaws: &[u32]) -> Vec<FixFacts> {
    let mut found: BTreeMap<(String, Vec<Chain>, bool), Vec<String>> = BTreeMap::new();
    for row in knowledge.windows.iter() {
        let Some(product) = lookup::product_of(row) else { continue };
        for group in row.groups.iter() {
            let concerns = |v: u32| flaws.contains(&v);
            if !group.flaws.iter().any(|flaw| concerns(flaw.vulnerability.to_native())) {
                continue;
            }
            let roots = group.alternatives.iter().map(|root| root.to_native());
            let chains: Vec<Chain> = roots.filter_map(|root| chain(row, root)).collect();
            let component = lookup::text(knowledge, group.component.to_native()).to_owned();
            let products = found.entry((component, chains, group.no_fix_exists)).or_default();
            let name = product.to_string();
            if !products.contains(&name) {
                products.push(name);
            }
        }
    }
    found
        .into_iter()
        .map(|((component, alternatives, none_exists), products)| FixFacts {
            products,
            component,
            alternatives,
            none_exists,
        })
        .collect()
}

fn chain(row: &ArchivedWindowsKnowledge, root: u32) -> Option<Chain> {
    let later = lookup::superseding(row, &[root]);
    let is_inside = |position: u32| position == root || later.contains(&position);
    let facts = |update: &ArchivedUpdate| UpdateFacts {
        published: day_of(update.published.to_native()),
        kb: format!("KB{}", update.kb),
        kind: update_kind::name(update.kind),
        supersedes: update
            .supersedes
            .iter()
            .map(|position| position.to_native())
            .filter(|position| is_inside(*position))
            .filter_map(|position| row.updates.get(position as usize))
            .map(|update| format!("KB{}", update.kb))
            .collect(),
    };
    let first = facts(row.updates.get(root as usize)?);
    let later = later.iter().filter_map(|position| row.updates.get(*position as usize));
    let mut later: Vec<UpdateFacts> = later.map(facts).collect();
    later.sort();
    Some(Chain { first, later })
}
