//! The ladder: lead, deputies, executive, switchboard, regional officer.

use jiff::SignedDuration;

use crate::answer::Route;

/// Most steps of a ladder.
const MOST_STEPS: usize = 12;
/// Most people of a step.
const MOST_PEOPLE: usize = 20;
/// Most time on one step.
const MOST_WAIT: SignedDuration = SignedDuration::from_hours(72);

/// Who is told, one step after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    steps: Vec<Step>,
}

/// A step: everybody of it is told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What they are ("lead", "deputy 1"), for people to read.
    pub label: String,
    /// Who.
    pub people: Vec<Recipient>,
    /// How long to wait for an answer before the next step.
    pub wait: SignedDuration,
    /// Whether they watch over the organisation and do not answer for it: they are told that nobody has, and what
    /// they acknowledge is that, not the alert.
    pub is_watching: bool,
}

/// Somebody, or a desk, that can be told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Recipient {
    /// The identity of the person or desk; never a name.
    pub person: String,
    /// Routes in the order in which they are tried.
    pub routes: Vec<Route>,
}

impl Recipient {
    /// Whether it is a room or a program: nobody there is waited for.
    pub fn is_program(&self) -> bool {
        self.routes.iter().all(|route| matches!(route, Route::Matrix | Route::Webhook))
    }
}

impl Ladder {
    /// Whether whoever is on a step watches over the organisation: that they were reached tells nothing of it.
    pub fn is_watching(&self, step: u8) -> bool {
        self.steps.get(usize::from(step)).is_some_and(|step| step.is_watching)
    }

    /// A ladder of steps.
    pub fn new(steps: Vec<Step>) -> Result<Self, LadderError> {
        if steps.is_empty() || steps.len() > MOST_STEPS {
            return Err(LadderError::Steps(steps.len()));
        }
        for step in &steps {
            let has_routes = step.people.iter().all(|person| !person.routes.is_empty());
            if step.people.is_empty() || step.people.len() > MOST_PEOPLE || !has_routes {
                return Err(LadderError::Nobody(step.label.clone()));
            }
            if !step.wait.is_positive() || step.wait > MOST_WAIT {
                return Err(LadderError::Wait(step.label.clone()));
            }
        }
        Ok(Self { steps })
    }

    /// Its steps, the first first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The longest that it can take from its beginning to its end.
    pub fn longest(&self) -> SignedDuration {
        self.steps.iter().fold(SignedDuration::ZERO, |sum, step| sum.saturating_add(step.wait))
    }
}

/// Why steps are no ladder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LadderError {
    /// None or too many.
    #[error("a ladder has one to {MOST_STEPS} steps, not {0}")]
    Steps(usize),
    /// A step in which nobody can be told.
    #[error("the step `{0}` needs one to {MOST_PEOPLE} people, each with a route")]
    Nobody(String),
    /// A wait that is none.
    #[error("the step `{0}` must wait for more than nothing and at most 72 hours")]
    Wait(String),
}
