//! Who of the groups of a host's products speaks of what. The question and the products decide it
//! alone, so it is made once for all hosts with the same products.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::architecture::Architectures;
use super::line::VulnerabilityRef;
use super::question::Question;

/// The voices of a host's products. A group is named by its place in the sequence of all groups,
/// product by product in turn, each in the order of [`Prepared::groups`].
///
/// [`Prepared::groups`]: super::prepared::Prepared::groups
#[derive(Debug)]
pub(crate) struct Chorus {
    /// What several groups speak of: all that the same groups do.
    pub(super) clusters: Vec<Cluster>,
    /// For each group: what it alone speaks of.
    pub(super) alone: Vec<Alone>,
    /// Of each vulnerability that a group speaks of: where it stands.
    pub(super) places: FxHashMap<VulnerabilityRef, Speaks>,
    /// What the products' architectures decide.
    pub(super) architectures: Architectures,
}

/// Vulnerabilities that the same groups speak of.
#[derive(Debug)]
pub(super) struct Cluster {
    /// The groups, those of the first product first, each product's in the order of its knowledge.
    pub(super) speakers: Vec<u32>,
    /// What they speak of, sorted.
    pub(super) vulnerabilities: Vec<VulnerabilityRef>,
}

/// What of a group's vulnerabilities no other group speaks of.
#[derive(Debug, PartialEq)]
pub(super) enum Alone {
    /// All of them.
    Whole,
    /// These, sorted; perhaps none.
    Some(Vec<VulnerabilityRef>),
}

/// Who speaks of a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Speaks {
    /// This group alone.
    Group(u32),
    /// The groups of this cluster.
    Cluster(u32),
}

impl Chorus {
    /// The voices of products, by position in knowledge.
    pub(super) fn of(question: &Question<'_>, products: &[u32]) -> Self {
        let prepared = products.iter().filter_map(|product| question.prepared(*product));
        let groups: Vec<_> = (0_u32..)
            .zip(prepared)
            .flat_map(|(turn, prepared)| prepared.groups.iter().map(move |group| (turn, group)))
            .collect();
        let mut said: Vec<(VulnerabilityRef, (u32, u32), u32)> = (0_u32..)
            .zip(&groups)
            .flat_map(|(at, (turn, group))| {
                let order = (*turn, group.position);
                group.vulnerabilities.iter().map(move |flaw| (*flaw, order, at))
            })
            .collect();
        said.sort_unstable();
        let mut alone = vec![Vec::new(); groups.len()];
        let mut clusters: BTreeMap<Vec<u32>, Vec<VulnerabilityRef>> = BTreeMap::new();
        for chunk in said.chunk_by(|one, other| one.0 == other.0) {
            match chunk {
                [(flaw, _, at)] => {
                    if let Some(own) = alone.get_mut(*at as usize) {
                        own.push(*flaw);
                    }
                }
                several => {
                    let speakers = several.iter().map(|(_, _, at)| *at).collect();
                    let flaw = several.iter().map(|(flaw, ..)| *flaw);
                    clusters.entry(speakers).or_default().extend(flaw.take(1));
                }
            }
        }
        let clusters: Vec<Cluster> = clusters
            .into_iter()
            .map(|(speakers, vulnerabilities)| Cluster { speakers, vulnerabilities })
            .collect();
        let of_groups = (0_u32..)
            .zip(&alone)
            .flat_map(|(at, own)| own.iter().map(move |flaw| (*flaw, Speaks::Group(at))));
        let of_clusters = (0_u32..).zip(&clusters).flat_map(|(at, cluster)| {
            cluster.vulnerabilities.iter().map(move |flaw| (*flaw, Speaks::Cluster(at)))
        });
        let places = of_groups.chain(of_clusters).collect();
        let alone = groups
            .iter()
            .zip(alone)
            .map(|((_, group), own)| {
                if own.len() == group.vulnerabilities.len() {
                    Alone::Whole
                } else {
                    Alone::Some(own)
                }
            })
            .collect();
        let architectures = products.iter().map(|product| question.architecture(*product));
        Self { clusters, alone, places, architectures: Architectures::of(architectures.collect()) }
    }
}
