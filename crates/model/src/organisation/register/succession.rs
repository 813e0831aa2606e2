//! Who took over from whom, without circles.

use std::collections::{BTreeMap, BTreeSet};

use crate::organisation::OrganisationCode;

/// For each organisation those who took over from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Successions {
    after: BTreeMap<OrganisationCode, BTreeSet<OrganisationCode>>,
}

impl Successions {
    /// Whether following successors from `from` comes to `to`.
    pub(super) fn lead(&self, from: &OrganisationCode, to: &OrganisationCode) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(code) = open.pop() {
            if code == to {
                return true;
            }
            open.extend(
                self.after.get(code).into_iter().flatten().filter(|next| seen.insert(next)),
            );
        }
        false
    }

    /// Notes a successor. The caller has made sure that no circle arises.
    pub(super) fn add(&mut self, code: &OrganisationCode, successor: &OrganisationCode) {
        self.after.entry(code.clone()).or_default().insert(successor.clone());
    }
}
