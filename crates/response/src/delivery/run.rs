//! A run as its statements make it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use model::event::EventId;

use super::{Occasion, Statement};
use crate::escalation::{Escalation, Ladder, Progress, Recipient, Retry};

/// Telling an organisation's people about something, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The event by which it began.
    pub id: EventId,
    /// The number of that event: what was said later has a greater one, whatever clocks say.
    pub number: u64,
    /// Why.
    pub occasion: Occasion,
    /// Since when.
    pub since: Timestamp,
    /// Who was told, and what came of it.
    pub escalation: Escalation,
    /// Who wants to be rung.
    pub calls: BTreeSet<Place>,
    /// Who took it on, of those who watch over the organisation, and when.
    pub taken_on: Option<(Place, Timestamp)>,
}

/// Somebody of a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The step, from 0.
    pub step: u8,
    /// Which of its people, from 0.
    pub person: u8,
}

impl Place {
    /// The places of a ladder with who is there, in order.
    pub fn all(ladder: &Ladder) -> impl Iterator<Item = (Self, &Recipient)> {
        (0..=u8::MAX).zip(ladder.steps()).flat_map(|(step, own)| {
            (0..=u8::MAX).zip(&own.people).map(move |(person, who)| (Self { step, person }, who))
        })
    }

    /// Who is there.
    pub fn of(self, ladder: &Ladder) -> Option<&Recipient> {
        ladder.steps().get(usize::from(self.step))?.people.get(usize::from(self.person))
    }
}

impl Run {
    /// A run that began.
    pub fn new(
        id: EventId,
        (occasion, ladder): (Occasion, Ladder),
        (number, at): (u64, Timestamp),
    ) -> Self {
        Self {
            id,
            number,
            occasion,
            since: at,
            escalation: Escalation::new(ladder, retry(occasion), at),
            calls: BTreeSet::new(),
            taken_on: None,
        }
    }

    /// Takes what was said of it later. A second beginning changes nothing.
    pub fn take(&mut self, statement: &Statement, at: Timestamp) {
        match statement {
            Statement::Begun { .. } => {}
            Statement::StepBegun { step } => self.escalation.begin(*step, at),
            Statement::Heard { report, .. } => drop(self.escalation.hear(report)),
            Statement::Passed { step, .. } => self.escalation.pass(*step),
            Statement::TakenOn { step, person } => {
                let place = Place { step: *step, person: *person };
                self.taken_on.get_or_insert((place, at));
                self.escalation.acknowledge(at);
            }
            Statement::CallAsked { step, person } => {
                self.calls.insert(Place { step: *step, person: *person });
            }
            Statement::Exhausted { was_anybody_reached } => {
                self.escalation.end(*was_anybody_reached, at);
            }
            Statement::Superseded => self.escalation.supersede(at),
        }
    }

    /// Whether it still goes on.
    pub const fn is_running(&self) -> bool {
        matches!(self.escalation.progress(), Progress::Running { .. })
    }

    /// Whether a message to somebody of it was ordered.
    pub fn has_told(&self, place: Place) -> bool {
        self.escalation
            .attempts()
            .any(|one| one.id.step == place.step && one.id.person == place.person)
    }
}

/// How often a message is tried again. What somebody must acknowledge is tried hard; a notice is not.
const fn retry(occasion: Occasion) -> Retry {
    let usual = Retry::USUAL;
    if occasion.wants_acknowledgement() { usual } else { Retry { most: 2, ..usual } }
}
