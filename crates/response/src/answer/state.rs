//! An organisation's answer as at an instant: a fold over its statements.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::event::EventId;

use super::{Applicability, Declared, Entry, Hosts, Proof, Route, Statement};

/// What an organisation was asked and has answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Since when it is asked; `None`: it is not.
    pub addressed: Option<Timestamp>,
    /// Its hosts when it was asked.
    pub hosts_then: Option<Hosts>,
    /// By when it must acknowledge.
    pub acknowledge_by: Option<Timestamp>,
    /// By which day it must be done: every day that ever stood, the last counts.
    pub due: Vec<Due>,
    /// When a carrier first reached somebody of it.
    pub notified: Option<Timestamp>,
    /// Since when nobody can be reached.
    pub unreachable: Option<Timestamp>,
    /// Who acknowledged first, when and how.
    pub acknowledged: Option<(String, Timestamp, Route)>,
    /// Whether it concerns it, in its own words.
    pub applicability: Option<(Applicability, Timestamp)>,
    /// Since when it works on it, and when it will say more.
    pub acting: Option<(Timestamp, Option<Date>)>,
    /// What it declared that evidence is held against.
    pub declared: Option<Declared>,
    /// Claims that evidence contradicted, each once: what its word was worth.
    pub claims: u32,
    /// Of these, how many evidence contradicted.
    pub disputed: u32,
    /// What evidence was last found to say.
    pub found: Option<(Proof, Timestamp)>,
    /// The extension that it asked for last.
    pub extension: Option<Extension>,
    /// The risk that it accepted last.
    pub acceptance: Option<Acceptance>,
    /// The window that it asked for last.
    pub window: Option<Window>,
    /// The deferral that stands.
    pub deferral: Option<Deferral>,
    /// How it was closed, if it is; a new claim or an open host opens it again.
    pub closing: Option<Closing>,
    /// Every override there ever was: they are shown for ever.
    pub overrides: Vec<Closing>,
    was_disputed: bool,
}

/// A day by which something must be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day; `None`: none is set.
    pub by: Option<Date>,
    /// Why.
    pub because: String,
    /// Since when it stands.
    pub since: Timestamp,
}

/// More time that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Until when.
    pub until: Date,
    /// Why, in its words.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// Whether it was given, and by whom; `None`: nobody has decided.
    pub decided: Option<(bool, String)>,
}

/// A risk that somebody lives with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Who answers for that.
    pub owner: String,
    /// What stands between the flaw and harm meanwhile.
    pub control: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// The last day on which it holds.
    pub until: Date,
}

/// A time in which machines stand still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What care is touched by it.
    pub care: String,
    /// Whether the clinical side signed, and who; `None`: nobody has decided.
    pub decided: Option<(bool, String)>,
}

/// Something that was put off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferral {
    /// Who answers for that.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Date,
}

/// How an answer was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The event.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// The person of an override and what evidence said against it; `None`: evidence agreed.
    pub over: Option<(String, Proof)>,
    /// Why, in their words.
    pub reason: Option<String>,
}

impl Answer {
    /// Folds statements, in the order of the record, to the answer as at an instant.
    pub fn fold(entries: &[Entry], at: Timestamp) -> Self {
        let mut answer = Self::default();
        for entry in entries.iter().filter(|entry| entry.at <= at) {
            answer.apply(entry);
        }
        let today = day_of(at);
        answer.deferral.take_if(|deferral| deferral.until < today);
        answer
    }

    /// The acceptance, if it holds on a day.
    pub fn accepted_on(&self, day: Date) -> Option<&Acceptance> {
        self.acceptance.as_ref().filter(|acceptance| day <= acceptance.until)
    }

    /// The day by which it must be done, with an extension that was given.
    pub fn due_by(&self) -> Option<Date> {
        let own = self.due.last().and_then(|due| due.by);
        let given = self.extension.as_ref().filter(|one| matches!(one.decided, Some((true, _))));
        match (own, given.map(|one| one.until)) {
            (Some(own), Some(given)) => Some(own.max(given)),
            (own, _) => own,
        }
    }

    fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        let reason = || entry.reason.clone().unwrap_or_default();
        match &entry.statement {
            Statement::Addressed { hosts, acknowledge_by, act_by, because } => {
                self.addressed.get_or_insert(at);
                self.hosts_then = *hosts;
                self.acknowledge_by.get_or_insert(*acknowledge_by);
                self.set_due(*act_by, because, at);
            }
            Statement::DueChanged { act_by, because } => self.set_due(*act_by, because, at),
            // A carrier's receipt is no acknowledgement.
            Statement::Notified(_) => {
                self.notified.get_or_insert(at);
                self.unreachable = None;
            }
            Statement::Unreachable => {
                self.unreachable.get_or_insert(at);
            }
            Statement::Acknowledged { route, .. } => {
                self.acknowledged.get_or_insert_with(|| (entry.actor.clone(), at, *route));
                self.unreachable = None;
            }
            Statement::ApplicabilityStated(applicability) => {
                self.applicability = Some((*applicability, at));
                self.closing = None;
                match applicability {
                    Applicability::DoesNot => self.declare(Declared::DoesNotApply { at }),
                    _ => {
                        self.declared.take_if(|it| matches!(it, Declared::DoesNotApply { .. }));
                    }
                }
            }
            Statement::Acting { next_update } => {
                let since = self.acting.map_or(at, |(since, _)| since);
                self.acting = Some((since, *next_update));
            }
            Statement::Claimed => {
                self.closing = None;
                self.declare(Declared::Done { at });
            }
            Statement::ClaimWithdrawn => {
                self.declared = None;
                self.closing = None;
            }
            Statement::Found { proof } => {
                self.found = Some((*proof, at));
                if matches!(proof, Proof::Disputed { .. }) && self.declared.is_some() {
                    // One claim is contradicted once, however often it is looked at.
                    self.disputed += u32::from(!self.was_disputed);
                    self.was_disputed = true;
                }
            }
            Statement::ExtensionAsked { until } => {
                self.extension = Some(Extension {
                    until: *until,
                    reason: reason(),
                    asked_by: entry.actor.clone(),
                    decided: None,
                });
            }
            Statement::ExtensionDecided { granted } => {
                if let Some(extension) = &mut self.extension {
                    extension.decided.get_or_insert((*granted, entry.actor.clone()));
                }
            }
            Statement::RiskAccepted { owner, control, until } => {
                self.acceptance = Some(Acceptance {
                    owner: owner.clone(),
                    control: control.clone(),
                    reason: reason(),
                    since: at,
                    until: *until,
                });
            }
            Statement::RiskAcceptanceEnded => self.acceptance = None,
            Statement::WindowAsked { from, until, care } => {
                self.window =
                    Some(Window { from: *from, until: *until, care: care.clone(), decided: None });
            }
            Statement::WindowDecided { signed, by } => {
                if let Some(window) = &mut self.window {
                    window.decided.get_or_insert((*signed, by.clone()));
                }
            }
            Statement::Deferred { owner, until } => {
                self.deferral =
                    Some(Deferral { owner: owner.clone(), reason: reason(), until: *until });
            }
            Statement::Closed => self.close(entry, None),
            Statement::Overridden { by, against } => {
                self.close(entry, Some((by.clone(), *against)));
            }
        }
    }

    fn declare(&mut self, declared: Declared) {
        self.declared = Some(declared);
        self.claims += 1;
        self.was_disputed = false;
    }

    fn set_due(&mut self, by: Option<Date>, because: &str, since: Timestamp) {
        self.due.push(Due { by, because: because.to_owned(), since });
    }

    fn close(&mut self, entry: &Entry, over: Option<(String, Proof)>) {
        let closing =
            Closing { event: entry.id.clone(), at: entry.at, over, reason: entry.reason.clone() };
        if closing.over.is_some() {
            self.overrides.push(closing.clone());
        }
        self.closing = Some(closing);
    }
}

/// The day of an instant, in UTC as everywhere in the record.
pub(crate) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
