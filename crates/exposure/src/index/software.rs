//! Software: which hosts have what is said to be affected.
//!
//! Each distinct item is judged once for a vulnerability; the hosts that have it are added up in the
//! order in which `judge` would take its parts: the worst verdict first, then the item's printed name.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::answer::Code;
use super::error::IndexError;
use super::item::Item;
use super::national::{Index, KeyRange};
use super::segment::Segment;
use crate::bits::{Bits, is_in};
use crate::judge::{Matter, printed_of, spoken_of_item};

/// What is said of an item, and where it stands among others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    rank: u16,
    printed: String,
    advisory: String,
    kind: u8,
    code: Code,
}

/// The software side of one vulnerability.
pub(super) struct SoftwareMatter {
    vulnerability: u32,
    as_at_day: i32,
    heard: Vec<u32>,
    /// The items under its keys, in the order of segments.
    items: Vec<KeyRange>,
    /// Distinct places, and for each item that was judged its own.
    places: Vec<Place>,
    known: FxHashMap<u64, Option<usize>>,
}

/// The hosts of a segment by what is said of their software.
#[derive(Clone, Debug, Default)]
pub(super) struct Layers {
    /// In the order of precedence; no host is in two.
    pub(super) by_code: Vec<(Code, Bits)>,
    /// Hosts of which anything is said.
    pub(super) spoken: Bits,
    /// Hosts that have software under a key of which nothing is said.
    pub(super) only_named: Bits,
}

impl Layers {
    /// What is said of a host's software.
    pub(super) fn of(&self, host: usize) -> Option<Code> {
        self.by_code.iter().find(|(_, bits)| is_in(bits, host)).map(|(code, _)| *code)
    }

    pub(super) fn names(&self, host: usize) -> bool {
        is_in(&self.only_named, host)
    }
}

impl SoftwareMatter {
    pub(super) fn new<B: AsRef<[u8]>>(
        index: &Index<'_, B>,
        vulnerability: u32,
        matter: &Matter,
        as_at_day: i32,
    ) -> Self {
        let keys = index.matters.key_hashes(matter);
        let mut items: Vec<KeyRange> = Vec::new();
        for key in &keys {
            items.extend_from_slice(&index.items_under(*key));
        }
        if keys.len() > 1 {
            items.sort_unstable();
        }
        Self {
            vulnerability,
            as_at_day,
            heard: index.matters.heard(matter),
            items,
            places: Vec::new(),
            known: FxHashMap::default(),
        }
    }

    /// The segments that have any software that it is about, in order; some more than once.
    pub(super) fn segments(&self) -> impl Iterator<Item = u32> {
        self.items.iter().map(|own| own.segment)
    }

    /// The hosts of a segment; `None` if none has any software that it is about.
    pub(super) fn layers<B: AsRef<[u8]>>(
        &mut self,
        index: &Index<'_, B>,
        (number, segment): (u32, &Segment<B>),
    ) -> Result<Option<Layers>, IndexError> {
        let from = self.items.partition_point(|own| own.segment < number);
        let own = self.items.get(from..).unwrap_or_default();
        let own = own.iter().take_while(|own| own.segment == number);
        let mut items: Vec<usize> =
            own.flat_map(|own| own.items.0 as usize..own.items.1 as usize).collect();
        if items.is_empty() {
            return Ok(None);
        }
        items.sort_unstable();
        items.dedup();
        let mut spoken: Vec<(usize, usize)> = Vec::new();
        let mut unspoken = Vec::new();
        for item in items {
            match self.place(index, segment, item)? {
                Some(place) => spoken.push((place, item)),
                None => unspoken.push(item),
            }
        }
        let place_of = |place: usize| self.places.get(place);
        let code_of = |place: usize| place_of(place).map_or(Code::NONE, |place| place.code);
        // Of one code the order decides nothing.
        if let Some((first, _)) = spoken.first()
            && spoken.iter().any(|(place, _)| code_of(*place) != code_of(*first))
        {
            spoken.sort_by(|(one, _), (other, _)| {
                if one == other { Ordering::Equal } else { place_of(*one).cmp(&place_of(*other)) }
            });
        }
        let words = segment.hosts().div_ceil(64);
        let mut layers = Layers::default();
        for (place, item) in spoken {
            let code = code_of(place);
            if layers.by_code.last().is_none_or(|(last, _)| *last != code) {
                layers.by_code.push((code, vec![0; words]));
            }
            if let Some((_, bits)) = layers.by_code.last_mut()
                && let Some(hosts) = segment.hosts_of(item)
            {
                hosts.add_to(bits);
            }
        }
        if let [(_, only)] = layers.by_code.as_slice() {
            layers.spoken.clone_from(only);
        } else {
            layers.spoken.resize(words, 0);
            for (_, bits) in &mut layers.by_code {
                for (own, all) in bits.iter_mut().zip(&mut layers.spoken) {
                    *own &= !*all;
                    *all |= *own;
                }
            }
        }
        if !unspoken.is_empty() {
            layers.only_named = vec![0; words];
            for hosts in unspoken.iter().filter_map(|item| segment.hosts_of(*item)) {
                hosts.add_to(&mut layers.only_named);
            }
            for (named, spoken) in layers.only_named.iter_mut().zip(&layers.spoken) {
                *named &= !*spoken;
            }
        }
        Ok(Some(layers))
    }

    /// What is said of an item, judged once: position in `places`.
    fn place<B: AsRef<[u8]>>(
        &mut self,
        index: &Index<'_, B>,
        segment: &Segment<B>,
        item: usize,
    ) -> Result<Option<usize>, IndexError> {
        let hash = segment.item_hash(item);
        if let Some(known) = self.known.get(&hash) {
            return Ok(*known);
        }
        let place = self.judge(index, &*index.item(segment, item)?).map(|place| {
            self.places.push(place);
            self.places.len() - 1
        });
        self.known.insert(hash, place);
        Ok(place)
    }

    fn judge<B>(&self, index: &Index<'_, B>, item: &Item) -> Option<Place> {
        let keys = item.keys();
        let spoken = spoken_of_item(
            &item.software,
            item.distribution.as_ref(),
            keys,
            self.as_at_day,
            Some(self.vulnerability),
            |key| index.matters.heard_under(&self.heard, key),
        );
        let best = spoken.iter().min_by_key(|said| (said.verdict, said.advisory, said.kind))?;
        let code = Code::new(best.verdict, best.kind, true);
        Some(Place {
            rank: code.rank(),
            printed: printed_of(&item.software),
            advisory: best.advisory.to_owned(),
            kind: best.kind.code(),
            code,
        })
    }
}
