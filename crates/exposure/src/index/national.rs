//! The index of a nation: segments, their classes of systems made one, and knowledge turned round.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::basis::Basis;
use super::class::SystemClass;
use super::error::IndexError;
use super::item::Item;
use super::judging::Judging;
use super::matters::Matters;
use super::segment::Segment;
use crate::knowledge::View as Knowledge;

/// Segments under one knowledge.
pub struct Index<'k, B> {
    pub(super) basis: Basis<'k>,
    pub(super) matters: Matters<'k>,
    pub(super) segments: Vec<Segment<B>>,
    pub(super) classes: Vec<SystemClass>,
    pub(super) class_hashes: Vec<u128>,
    /// For each segment the index's number of each of its classes.
    pub(super) class_numbers: Vec<Vec<u32>>,
    /// Items that were looked at before.
    items: Mutex<FxHashMap<u64, Arc<Item>>>,
    /// Where the items under a key stand, of keys that were looked for before.
    under: Mutex<FxHashMap<u64, Arc<[KeyRange]>>>,
}

/// An unbroken range of items of a segment that stand under one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyRange {
    pub(super) segment: u32,
    /// The first item, and the one after the last.
    pub(super) items: (u32, u32),
}

impl<'k, B: AsRef<[u8]>> Index<'k, B> {
    /// Puts segments under knowledge. A segment that was built under other knowledge of updates is
    /// refused: it must be built again.
    pub fn open(segments: Vec<Segment<B>>, knowledge: Knowledge<'k>) -> Result<Self, IndexError> {
        let basis = Basis::new(knowledge);
        let mut numbers: FxHashMap<u128, u32> = FxHashMap::default();
        let mut classes = Vec::new();
        let mut class_hashes = Vec::new();
        let mut class_numbers = Vec::with_capacity(segments.len());
        for segment in &segments {
            if segment.basis() != basis.fingerprint() {
                return Err(IndexError::OtherKnowledge);
            }
            let own = segment.read_classes()?;
            let mut of_segment = Vec::with_capacity(own.len());
            for (at, class) in own.into_iter().enumerate() {
                let hash = segment.class_hash(at);
                let next = u32::try_from(classes.len())
                    .map_err(|_| IndexError::TooMany { what: "classes of systems" })?;
                let number = *numbers.entry(hash).or_insert_with(|| {
                    classes.push(class);
                    class_hashes.push(hash);
                    next
                });
                of_segment.push(number);
            }
            class_numbers.push(of_segment);
        }
        Ok(Self {
            matters: Matters::of(knowledge),
            basis,
            segments,
            classes,
            class_hashes,
            class_numbers,
            items: Mutex::new(FxHashMap::default()),
            under: Mutex::new(FxHashMap::default()),
        })
    }

    /// Prepares to judge as at a day.
    pub fn judging(&self, as_at: Date) -> Judging<'_, 'k, B> {
        Judging::new(self, as_at)
    }

    /// How many hosts there are.
    pub fn hosts(&self) -> usize {
        self.segments.iter().map(Segment::hosts).sum()
    }

    /// How many classes of systems there are.
    pub const fn classes(&self) -> usize {
        self.classes.len()
    }

    /// The knowledge.
    pub const fn knowledge(&self) -> Knowledge<'k> {
        self.basis.knowledge()
    }

    /// Where the items under a key stand, in the order of segments; kept for the next time. Every segment is searched
    /// once, and after that nobody looks at one that has none.
    pub(super) fn items_under(&self, key: u64) -> Arc<[KeyRange]> {
        let mut under = self.under.lock().unwrap_or_else(PoisonError::into_inner);
        let known = under.entry(key).or_insert_with(|| {
            let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            let of = |(segment, own): (usize, &Segment<B>)| -> Vec<KeyRange> {
                let ranges = own.items_under(key);
                let items = ranges.map(|items| (number(items.start), number(items.end)));
                items.map(|items| KeyRange { segment: number(segment), items }).collect()
            };
            self.segments.iter().enumerate().flat_map(of).collect()
        });
        Arc::clone(known)
    }

    /// An item of a segment, kept for the next time.
    pub(super) fn item(&self, segment: &Segment<B>, item: usize) -> Result<Arc<Item>, IndexError> {
        let hash = segment.item_hash(item);
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = items.get(&hash) {
            return Ok(Arc::clone(known));
        }
        // Its neighbours are versions of the same product, and mostly asked for next.
        for (number, found) in segment.items_around(item)? {
            items.entry(segment.item_hash(number)).or_insert_with(|| Arc::new(found));
        }
        items.get(&hash).map(Arc::clone).ok_or(IndexError::Damaged)
    }
}
