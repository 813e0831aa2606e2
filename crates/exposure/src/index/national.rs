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
