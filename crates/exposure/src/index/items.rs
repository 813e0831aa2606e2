//! Items of a segment in the making: those that evidence brings, and those of an earlier segment, which stay
//! as they are packed there until somebody has to look at them.
//!
//! It must not know which hosts have them.

use std::sync::Arc;

use model::version::SortKey;
use rustc_hash::FxHashMap;

use super::arranged::Arranged;
use super::build::{BLOCK, BuildError};
use super::item::{Item, hash_of, version_key};
use super::packed::PackedItems;
use crate::judge::{ItemIdentity, identity_of, keys_of_item};
use crate::wire::Reader;

/// No number.
pub(super) const NONE: u32 = u32::MAX;

/// Items in the making.
#[derive(Default)]
pub(super) struct Items {
    /// Numbers by bytes, of those whose bytes were looked at.
    by_bytes: FxHashMap<Arc<[u8]>, u32>,
    entries: Vec<Entry>,
    identities: FxHashMap<ItemIdentity, u32>,
    before: Option<Before>,
}

/// An item.
struct Entry {
    origin: Origin,
    /// The number of its identity, once that was asked for.
    identity: Option<u32>,
}

/// Where an item is from.
pub(super) enum Origin {
    Evidence(Arc<[u8]>),
    /// Number in the segment before.
    Before(u32),
}

/// The items of the segment before.
struct Before {
    packed: Arc<PackedItems>,
    /// For each its number here; [`NONE`] of one that no host has brought yet.
    numbers: Vec<u32>,
    /// Hashes with the numbers there, sorted; once something was looked for.
    by_hash: Option<Vec<(u64, u32)>>,
    /// Blocks that were unpacked.
    blocks: FxHashMap<usize, Vec<Vec<u8>>>,
}

/// What an item's place among others follows from: its first key, its version, its bytes.
type Place = (Option<String>, (Option<SortKey>, String), Vec<u8>);

impl Items {
    /// The number of an item by its bytes, of which evidence has the last part.
    pub(super) fn of_evidence(&mut self, prefix: &[u8], row: &[u8]) -> Result<u32, BuildError> {
        self.of_bytes([prefix, row].concat())
    }

    fn of_bytes(&mut self, bytes: Vec<u8>) -> Result<u32, BuildError> {
        if let Some(known) = self.by_bytes.get(bytes.as_slice()) {
            return Ok(*known);
        }
        let bytes: Arc<[u8]> = bytes.into();
        let number = match self.before.as_mut() {
            Some(before) => match before.find(&bytes)? {
                Some(at) => before.number(at, &mut self.entries),
                None => self.bring(&bytes)?,
            },
            None => self.bring(&bytes)?,
        };
        self.by_bytes.insert(bytes, number);
        Ok(number)
    }

    fn bring(&mut self, bytes: &Arc<[u8]>) -> Result<u32, BuildError> {
        let number = u32::try_from(self.entries.len()).unwrap_or(NONE);
        let identity = self.identity_of_bytes(bytes)?;
        self.entries
            .push(Entry { origin: Origin::Evidence(Arc::clone(bytes)), identity: Some(identity) });
        Ok(number)
    }

    fn identity_of_bytes(&mut self, bytes: &[u8]) -> Result<u32, BuildError> {
        let item = read(bytes)?;
        let keys = keys_of_item(&item.software, item.distribution.as_ref());
        let next = u32::try_from(self.identities.len()).unwrap_or(NONE);
        Ok(*self.identities.entry(identity_of(&item.software, &keys)).or_insert(next))
    }

    /// The number of what an item is, whichever row says so: of two rows of one identity on a host the second
    /// is nobody's.
    pub(super) fn identity(&mut self, item: u32) -> Result<u32, BuildError> {
        let entry = self.entries.get(item as usize).ok_or(BuildError::DamagedRow)?;
        if let Some(known) = entry.identity {
            return Ok(known);
        }
        let bytes = self.bytes(item)?;
        let identity = self.identity_of_bytes(&bytes)?;
        if let Some(entry) = self.entries.get_mut(item as usize) {
            entry.identity = Some(identity);
        }
        Ok(identity)
    }

    /// The number of an item of an earlier segment. One earlier segment's items stay as they are packed there;
    /// those of any other are read.
    pub(super) fn of_earlier(
        &mut self,
        packed: &Arc<PackedItems>,
        at: u32,
    ) -> Result<u32, BuildError> {
        if self.before.is_none() {
            self.adopt(packed)?;
        }
        match self.before.as_mut() {
            Some(before) if Arc::ptr_eq(&before.packed, packed) => {
                if at as usize >= packed.len() {
                    return Err(BuildError::DamagedRow);
                }
                Ok(before.number(at, &mut self.entries))
            }
            _ => {
                let rows =
                    packed.rows_of(at as usize / BLOCK).map_err(|_| BuildError::DamagedRow)?;
                let row = rows.into_iter().nth(at as usize % BLOCK);
                self.of_bytes(row.ok_or(BuildError::DamagedRow)?)
            }
        }
    }

    /// Makes an earlier segment the one before: items that evidence brought already and that it has are its.
    fn adopt(&mut self, packed: &Arc<PackedItems>) -> Result<(), BuildError> {
        let mut before = Before::of(packed);
        for (number, entry) in (0..NONE).zip(&mut self.entries) {
            let Origin::Evidence(bytes) = &entry.origin else { continue };
            if let Some(at) = before.find(bytes)? {
                if let Some(slot) = before.numbers.get_mut(at as usize) {
                    *slot = number;
                }
                entry.origin = Origin::Before(at);
            }
        }
        self.before = Some(before);
        Ok(())
    }

    /// The bytes of an item.
    pub(super) fn bytes(&mut self, item: u32) -> Result<Vec<u8>, BuildError> {
        match self.entries.get(item as usize).map(|entry| &entry.origin) {
            Some(Origin::Evidence(bytes)) => Ok(bytes.to_vec()),
            Some(Origin::Before(at)) => {
                let before = self.before.as_mut().ok_or(BuildError::DamagedRow)?;
                Ok(before.row(*at)?.to_vec())
            }
            None => Err(BuildError::DamagedRow),
        }
    }

    /// Where an item is from.
    pub(super) fn origin(&self, item: u32) -> Option<&Origin> {
        self.entries.get(item as usize).map(|entry| &entry.origin)
    }

    /// The items of the segment before, and for each its number here, [`NONE`] of those that nobody has.
    pub(super) fn before(&self) -> Option<(&PackedItems, &[u32])> {
        self.before.as_ref().map(|before| (&*before.packed, before.numbers.as_slice()))
    }

    /// How many there are, be they had by a host or not.
    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Puts those that are used in order. Those of the segment before stand in it already, so only what is new
    /// looks for its place.
    pub(super) fn arrange(mut self, is_used: &[bool]) -> Result<Arranged, BuildError> {
        let used = |number: &u32| is_used.get(*number as usize) == Some(&true);
        let numbers = self.before.as_ref().map_or(&[][..], |before| before.numbers.as_slice());
        let kept: Vec<u32> = numbers.iter().copied().filter(used).collect();
        let mut brought: Vec<(Place, u32)> = Vec::new();
        for (number, entry) in (0..NONE).zip(&self.entries).filter(|(number, _)| used(number)) {
            if let Origin::Evidence(bytes) = &entry.origin {
                brought.push((place_of(bytes)?, number));
            }
        }
        brought.sort_unstable();
        let mut order = Vec::with_capacity(kept.len() + brought.len());
        let mut from = 0;
        for (place, number) in brought {
            let to = self.first_after(&kept, from, &place)?;
            order.extend_from_slice(kept.get(from..to).unwrap_or_default());
            order.push(number);
            from = to;
        }
        order.extend_from_slice(kept.get(from..).unwrap_or_default());
        Ok(Arranged::new(self, order))
    }

    /// The first of the items in order, from one on, that comes after a place.
    fn first_after(
        &mut self,
        kept: &[u32],
        from: usize,
        place: &Place,
    ) -> Result<usize, BuildError> {
        let (mut low, mut high) = (from, kept.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let item = kept.get(middle).copied().unwrap_or(NONE);
            if place_of(&self.bytes(item)?)? < *place {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

impl Before {
    fn of(packed: &Arc<PackedItems>) -> Self {
        Self {
            packed: Arc::clone(packed),
            numbers: vec![NONE; packed.len()],
            by_hash: None,
            blocks: FxHashMap::default(),
        }
    }

    /// The number here of an item there; its first user brings it.
    fn number(&mut self, at: u32, entries: &mut Vec<Entry>) -> u32 {
        let Some(slot) = self.numbers.get_mut(at as usize) else { return NONE };
        if *slot == NONE {
            *slot = u32::try_from(entries.len()).unwrap_or(NONE);
            entries.push(Entry { origin: Origin::Before(at), identity: None });
        }
        *slot
    }

    /// The item of these bytes, if it is there.
    fn find(&mut self, bytes: &[u8]) -> Result<Option<u32>, BuildError> {
        let packed = &self.packed;
        let by_hash = self.by_hash.get_or_insert_with(|| {
            let numbered = (0..packed.len()).zip(0..NONE);
            let mut all: Vec<(u64, u32)> =
                numbered.map(|(at, number)| (packed.hash(at), number)).collect();
            all.sort_unstable();
            all
        });
        let hash = hash_of(bytes);
        let first = by_hash.partition_point(|(other, _)| *other < hash);
        let same = by_hash.get(first..).unwrap_or_default();
        let same: Vec<u32> =
            same.iter().take_while(|(other, _)| *other == hash).map(|(_, at)| *at).collect();
        for at in same {
            if self.row(at)? == bytes {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// The bytes of an item.
    fn row(&mut self, at: u32) -> Result<&[u8], BuildError> {
        let block = at as usize / BLOCK;
        if !self.blocks.contains_key(&block) {
            let rows = self.packed.rows_of(block).map_err(|_| BuildError::DamagedRow)?;
            self.blocks.insert(block, rows);
        }
        let row = self.blocks.get(&block).and_then(|rows| rows.get(at as usize % BLOCK));
        row.map(Vec::as_slice).ok_or(BuildError::DamagedRow)
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Item, BuildError> {
    Item::read(&mut Reader::new(bytes)).map_err(|_| BuildError::DamagedRow)
}

fn place_of(bytes: &[u8]) -> Result<Place, BuildError> {
    let item = read(bytes)?;
    let first = item.keys().first().cloned();
    Ok((first, version_key(&item.software), bytes.to_vec()))
}
