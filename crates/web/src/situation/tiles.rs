//! A tile for every organisation of the nation, on one small page: by region, and in each by verdict.
//!
//! What is the same for many tiles is said once above them, and a tile is no more than a code that leads
//! on: thousands of them fit into a page that a telephone gets over a poor network. A region's own page
//! has the names.

use std::collections::BTreeMap;

use model::verdict::Verdict;

use super::rows::Row;
use crate::words::{Sign, counted, sign};

/// A region with its tiles.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) name: String,
    pub(crate) sets: Vec<Set>,
}

/// Organisations of a region that are of one verdict.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) sign: Sign,
    /// How many they are.
    pub(crate) words: String,
    /// Their codes, in order: neighbours are alike, which packs well.
    pub(crate) codes: Vec<String>,
}

/// The tiles of all, regions with the most open organisations first.
pub(super) fn regions(rows: &[Row], names: &dyn Fn(&str) -> String) -> Vec<Region> {
    let mut by_region: BTreeMap<&str, BTreeMap<Verdict, Vec<&str>>> = BTreeMap::new();
    for row in rows {
        let sets = by_region.entry(&row.region).or_default();
        sets.entry(row.verdict).or_default().push(&row.code);
    }
    let mut regions: Vec<(&str, BTreeMap<Verdict, Vec<&str>>)> = by_region.into_iter().collect();
    regions.sort_by_key(|(code, sets)| {
        let of = |verdict| std::cmp::Reverse(sets.get(&verdict).map_or(0, Vec::len));
        (of(Verdict::Affected), of(Verdict::Unknown), *code)
    });
    regions
        .into_iter()
        .map(|(code, sets)| Region {
            name: names(code),
            sets: sets.into_iter().map(|(verdict, codes)| set(verdict, codes)).collect(),
        })
        .collect()
}

fn set(verdict: Verdict, mut codes: Vec<&str>) -> Set {
    codes.sort_unstable();
    Set {
        sign: sign(verdict),
        words: counted(codes.len() as u64, "organisation", "organisations"),
        codes: codes.into_iter().map(ToOwned::to_owned).collect(),
    }
}
