//! The hierarchy of a register, and who took over from whom.

use std::collections::BTreeSet;

use super::state::{Organisation, Register};
use crate::organisation::OrganisationCode;

/// Something in the hierarchy that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LooseEnd<'r> {
    /// The code above an open organisation is not in the register, or not yet open.
    ParentMissing {
        /// The organisation.
        organisation: &'r OrganisationCode,
        /// The code above it.
        parent: &'r OrganisationCode,
    },
    /// The organisation above an open one has closed.
    ParentClosed {
        /// The organisation.
        organisation: &'r OrganisationCode,
        /// Who stood above it.
        parent: &'r OrganisationCode,
    },
    /// The successor of a closed organisation is not in the register.
    SuccessorMissing {
        /// The organisation.
        organisation: &'r OrganisationCode,
        /// Who took over.
        successor: &'r OrganisationCode,
    },
}

impl Register {
    /// Open organisations above which no open organisation of the register stands.
    pub fn roots(&self) -> impl Iterator<Item = &Organisation> {
        self.open().filter(|organisation| {
            let parent = organisation.parent.as_ref().and_then(|parent| self.get(parent));
            !parent.is_some_and(Organisation::is_open)
        })
    }

    /// Open organisations directly below a code, whether or not the code is in the register.
    pub fn children(&self, code: &OrganisationCode) -> impl Iterator<Item = &Organisation> {
        self.below.get(code).into_iter().flatten().filter_map(|child| self.get(child))
    }

    /// Open organisations below a code at any depth, each after the one above it.
    pub fn descendants(&self, code: &OrganisationCode) -> Vec<&Organisation> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([code]);
        let mut open: Vec<&Organisation> = self.children(code).collect();
        open.reverse();
        while let Some(organisation) = open.pop() {
            if seen.insert(&organisation.code) {
                found.push(organisation);
                let children: Vec<_> = self.children(&organisation.code).collect();
                open.extend(children.into_iter().rev());
            }
        }
        found
    }

    /// The codes above an organisation, the nearest first. The last may be one that is not in the
    /// register.
    pub fn ancestors<'r>(&'r self, code: &'r OrganisationCode) -> Vec<&'r OrganisationCode> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([code]);
        let mut at = code;
        while let Some(parent) = self.get(at).and_then(|one| one.parent.as_ref()) {
            if !seen.insert(parent) {
                break;
            }
            found.push(parent);
            at = parent;
        }
        found
    }

    /// Closed organisations from which this one took over directly.
    pub fn predecessors(&self, code: &OrganisationCode) -> impl Iterator<Item = &Organisation> {
        self.before.get(code).into_iter().flatten().filter_map(|one| self.get(one))
    }

    /// Who stands for an organisation on the day of the register: itself while it is open, otherwise
    /// its successors and theirs, until they are open. Codes that are not in the register, and closed
    /// organisations without a known successor, are not among them.
    pub fn current(&self, code: &OrganisationCode) -> Vec<&Organisation> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<&OrganisationCode> = vec![code];
        while let Some(code) = open.pop() {
            let Some(organisation) = self.get(code).filter(|_| seen.insert(code.clone())) else {
                continue;
            };
            match &organisation.closed {
                None => found.push(organisation),
                Some(closed) => open.extend(closed.successors.iter().rev()),
            }
        }
        found
    }

    /// What leads nowhere.
    pub fn loose_ends(&self) -> Vec<LooseEnd<'_>> {
        let mut found = Vec::new();
        for one in self.all() {
            let organisation = &one.code;
            match (&one.closed, &one.parent) {
                (Some(closed), _) => {
                    found.extend(
                        closed.successors.iter().filter(|it| self.get(it).is_none()).map(
                            |successor| LooseEnd::SuccessorMissing { organisation, successor },
                        ),
                    );
                }
                (None, Some(parent)) => match self.get(parent) {
                    None => found.push(LooseEnd::ParentMissing { organisation, parent }),
                    Some(above) if !above.is_open() => {
                        found.push(LooseEnd::ParentClosed { organisation, parent });
                    }
                    Some(_) => {}
                },
                (None, None) => {}
            }
        }
        found
    }
}
