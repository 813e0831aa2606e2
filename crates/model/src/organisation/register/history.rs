//! All that is accepted of all organisations, over all days.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::accept::{accept, check};
use super::correction;
use super::event::{Entry, RegisterEvent, Statement};
use super::life::Life;
use super::refusal::{Fault, Refusal};
use super::state::Register;
use super::succession::Successions;
use crate::organisation::OrganisationCode;

/// All that is accepted of all organisations, over all days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    pub(super) lives: BTreeMap<OrganisationCode, Life>,
    pub(super) successions: Successions,
    faults: Vec<Fault>,
}

impl History {
    /// Folds the events of the record, in its order. What does not fit is passed over and becomes
    /// a fault.
    pub fn of(entries: &[Entry]) -> Self {
        let mut history = Self::default();
        for (entry, standing) in entries.iter().zip(correction::standing(entries)) {
            let outcome = match standing {
                correction::Standing::Says { as_at, stated_on, change } => {
                    let organisation = &entry.event.organisation;
                    accept(&mut history, organisation, as_at, stated_on, change)
                }
                correction::Standing::Silent => Ok(()),
                correction::Standing::Faulty(refusal) => Err(refusal),
            };
            if let Err(refusal) = outcome {
                history.faults.push(Fault {
                    id: entry.id.clone(),
                    organisation: entry.event.organisation.clone(),
                    refusal,
                });
            }
        }
        history
    }

    /// Says why one more change does not fit, if it does not.
    pub fn check(&self, event: &RegisterEvent) -> Result<(), Refusal> {
        match &event.statement {
            Statement::Change(change) => check(self, &event.organisation, event.as_at, change),
            Statement::Corrected { .. } => Err(Refusal::CorrectionAlone),
        }
    }

    /// Takes one more change, if it fits. A correction needs the whole record and is refused here.
    pub fn accept(&mut self, event: &RegisterEvent) -> Result<(), Refusal> {
        match &event.statement {
            Statement::Change(change) => {
                accept(self, &event.organisation, event.as_at, event.stated_on, change)
            }
            Statement::Corrected { .. } => Err(Refusal::CorrectionAlone),
        }
    }

    /// The state as at a day.
    pub fn at(&self, day: Date) -> Register {
        Register::of(self, day)
    }

    /// Everything accepted of one organisation.
    pub fn life(&self, code: &OrganisationCode) -> Option<&Life> {
        self.lives.get(code)
    }

    /// Everything accepted, by code.
    pub fn lives(&self) -> impl Iterator<Item = (&OrganisationCode, &Life)> {
        self.lives.iter()
    }

    /// The events that were passed over.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}
