//! What verification found.

use super::Fault;
use crate::checkpoint::{Head, Opened};

/// More faults than anybody reads.
pub(super) const MOST: usize = 1_000;

/// What verification found. Sound only where there is no fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The checkpoint, where it is to be believed.
    pub checkpoint: Option<Opened>,
    /// Size and root that the entries were held against: the checkpoint's, believed or not.
    pub head: Option<Head>,
    /// How many entries were read.
    pub entries: u64,
    /// How many of the remembered checkpoints the log continues.
    pub continued: usize,
    /// What is wrong: at most 1,000 faults.
    pub faults: Vec<Fault>,
    /// How many faults more there are.
    pub unnamed: u64,
}

impl Report {
    /// Whether nothing at all is wrong.
    pub const fn is_sound(&self) -> bool {
        self.faults.is_empty() && self.checkpoint.is_some()
    }

    pub(super) fn add(&mut self, fault: Fault) {
        if self.faults.len() < MOST {
            self.faults.push(fault);
        } else {
            self.unnamed += 1;
        }
    }
}
