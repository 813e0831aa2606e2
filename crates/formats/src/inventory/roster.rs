//! Rows that belong to one host, gathered in the order in which hosts first appear.

use std::collections::HashMap;

use model::evidence::Evidence;

use crate::inventory::identity::unique_ports;

/// Evidence by a key that the reader chooses.
#[derive(Default)]
pub(crate) struct Roster {
    evidence: Vec<Evidence>,
    positions: HashMap<String, usize>,
}

impl Roster {
    /// The evidence of a host and whether it is new.
    pub(crate) fn host(&mut self, key: String, format: &'static str) -> (&mut Evidence, bool) {
        let next = self.evidence.len();
        let at = *self.positions.entry(key).or_insert(next);
        let is_new = at == next;
        if is_new {
            self.evidence.push(Evidence { format, ..Evidence::default() });
        }
        #[expect(clippy::indexing_slicing, reason = "positions only hold indices of `evidence`")]
        (&mut self.evidence[at], is_new)
    }

    /// Everything gathered.
    pub(crate) fn into_evidence(mut self) -> Vec<Evidence> {
        for found in &mut self.evidence {
            unique_ports(&mut found.ports);
        }
        self.evidence
    }
}
