//! The order of hosts in a segment, and the lists of hosts of its items.
//!
//! Hosts of one organisation stand beside those that are like them, so that the hosts of an item are runs. It
//! must not know what an item or a class is: numbers in their order are enough.

use std::cmp::Reverse;

use model::host_id::HostId;

use super::build::Reduced;

/// Hosts that are alike stand together: profile, software, class, identity; then the place.
type Alike = (u32, Vec<u32>, u32, HostId, usize);

/// What the numbers of hosts' classes and items stand for in the order of the segment.
pub(super) struct Ranks<'r> {
    /// For each class the place of its profile among profiles.
    pub(super) profiles: &'r [u32],
    pub(super) classes: &'r [u32],
    pub(super) items: &'r [u32],
    /// How many items there are in the order.
    pub(super) item_count: usize,
}

impl Ranks<'_> {
    fn of(ranks: &[u32], number: u32) -> u32 {
        ranks.get(number as usize).copied().unwrap_or(0)
    }
}

/// Adds the places of an organisation's hosts, which begin at one, in their order: the same profile first, then
/// the same software, the most frequent first.
pub(super) fn order_hosts(
    own: &[Reduced],
    first: usize,
    ranks: &Ranks<'_>,
    scratch: &mut Scratch,
    order: &mut Vec<usize>,
) {
    scratch.count(own, ranks);
    let mut keyed: Vec<Alike> = own
        .iter()
        .zip(first..)
        .map(|(host, at)| {
            let own = host.items.iter().map(|item| Ranks::of(ranks.items, *item));
            let mut items: Vec<u32> = own.map(|item| Ranks::of(&scratch.places, item)).collect();
            items.sort_unstable();
            let profile = Ranks::of(ranks.profiles, host.class);
            (profile, items, Ranks::of(ranks.classes, host.class), host.id, at)
        })
        .collect();
    keyed.sort_unstable();
    order.extend(keyed.into_iter().map(|(.., at)| at));
}

/// Room for one number for each item, which is used again for every organisation.
pub(super) struct Scratch {
    counts: Vec<u32>,
    /// For each item of the organisation its place: the most frequent first.
    places: Vec<u32>,
    met: Vec<u32>,
}

impl Scratch {
    pub(super) fn new(items: usize) -> Self {
        Self { counts: vec![0; items], places: vec![0; items], met: Vec::new() }
    }

    fn count(&mut self, own: &[Reduced], ranks: &Ranks<'_>) {
        self.met.clear();
        for item in own.iter().flat_map(|host| &host.items) {
            let rank = Ranks::of(ranks.items, *item);
            if let Some(count) = self.counts.get_mut(rank as usize) {
                if *count == 0 {
                    self.met.push(rank);
                }
                *count += 1;
            }
        }
        let counts = &self.counts;
        self.met.sort_unstable_by_key(|item| (Reverse(Ranks::of(counts, *item)), *item));
        for (place, item) in (0..).zip(&self.met) {
            if let Some(slot) = self.places.get_mut(*item as usize) {
                *slot = place;
            }
            if let Some(count) = self.counts.get_mut(*item as usize) {
                *count = 0;
            }
        }
    }
}

/// The hosts of every item, in order, one list after the other.
pub(super) struct Lists {
    ends: Vec<usize>,
    all: Vec<u16>,
}

impl Lists {
    /// Of hosts in their order.
    pub(super) fn of(hosts: &[&Reduced], ranks: &Ranks<'_>) -> Self {
        let mut ends = vec![0_usize; ranks.item_count];
        let items = |host: &Reduced| -> Vec<usize> {
            host.items.iter().map(|item| Ranks::of(ranks.items, *item) as usize).collect()
        };
        for item in hosts.iter().flat_map(|host| items(host)) {
            if let Some(end) = ends.get_mut(item) {
                *end += 1;
            }
        }
        // First where each list begins; filling it moves that to its end.
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let mut all = vec![0; sum];
        for (at, host) in (0..=u16::MAX).zip(hosts) {
            for item in items(host) {
                if let Some(end) = ends.get_mut(item) {
                    if let Some(slot) = all.get_mut(*end) {
                        *slot = at;
                    }
                    *end += 1;
                }
            }
        }
        Self { ends, all }
    }

    /// The hosts of each item, in the order of items.
    pub(super) fn each(&self) -> impl Iterator<Item = &[u16]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(from, to)| self.all.get(from..*to).unwrap_or_default())
    }
}
