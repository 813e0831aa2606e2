//! An escalation on its way: what was heard so far, and what is to be done at an instant.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{Attempt, AttemptId, AttemptState, Ladder, Report, Retry};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// On a step.
    Running {
        /// The step, from 0.
        step: u8,
    },
    /// Somebody acknowledged.
    Satisfied {
        /// When.
        at: Timestamp,
    },
    /// It is not needed any more.
    Superseded {
        /// When.
        at: Timestamp,
    },
    /// The ladder is at its end, and nobody has.
    Exhausted {
        /// When.
        at: Timestamp,
        /// Whether a carrier says that anybody was reached.
        was_anybody_reached: bool,
    },
}

/// Something to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Send a message, as this try.
    Send {
        /// Which.
        attempt: AttemptId,
        /// Which try, from 1.
        tries: u8,
    },
    /// A step begins.
    Begin {
        /// Which, from 0.
        step: u8,
    },
    /// The ladder is at its end: record it, alarm the region, print the call sheet.
    Exhausted {
        /// Whether a carrier says that anybody was reached.
        was_anybody_reached: bool,
    },
}

/// An escalation: what was recorded of it ([`Self::begin`], [`Self::hear`], [`Self::pass`], [`Self::acknowledge`],
/// [`Self::end`]), and what time makes of that ([`Self::look`]). Sending is not recorded, what came of it is: one that
/// was read back sends again what nothing was heard of, under the same number of the try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    ladder: Ladder,
    retry: Retry,
    progress: Progress,
    /// When the present step began.
    since: Timestamp,
    attempts: BTreeMap<AttemptId, Attempt>,
    has_begun: bool,
    is_passed: bool,
    begun: BTreeMap<u8, Timestamp>,
}

impl Escalation {
    /// An escalation that begins at an instant.
    pub const fn new(ladder: Ladder, retry: Retry, begin: Timestamp) -> Self {
        Self {
            ladder,
            retry,
            progress: Progress::Running { step: 0 },
            since: begin,
            attempts: BTreeMap::new(),
            has_begun: false,
            is_passed: false,
            begun: BTreeMap::new(),
        }
    }

    /// How far it is.
    pub const fn progress(&self) -> Progress {
        self.progress
    }

    /// What was tried, in order.
    pub fn attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.values()
    }

    /// When it must be looked at next, if time alone can change anything; what can be done at once is due since what
    /// made it so was heard.
    pub fn next_look(&self) -> Option<Timestamp> {
        let Progress::Running { step } = self.progress else { return None };
        let end = self.end_of(step);
        let soonest = self.attempts.values().filter_map(|attempt| {
            let wait = match attempt.state {
                AttemptState::Queued => Some(SignedDuration::ZERO),
                state if state.is_failure() && self.untried_route(attempt.id).is_some() => {
                    Some(SignedDuration::ZERO)
                }
                AttemptState::Handed | AttemptState::Accepted if attempt.is_out => {
                    Some(self.retry.patience)
                }
                // The last try has failed: it is over.
                AttemptState::TemporaryFailure if attempt.tries >= self.retry.most => {
                    Some(SignedDuration::ZERO)
                }
                _ => attempt.again_in(&self.retry).filter(|_| self.is_needed(attempt)),
            };
            attempt.since.checked_add(wait?).ok()
        });
        let goes_on = !self.has_begun || self.is_passed || self.is_over_early(step);
        let begun = if goes_on { self.since } else { end };
        soonest.chain([begun]).min()
    }

    /// Somebody of the organisation acknowledged: nothing more is sent.
    pub fn acknowledge(&mut self, at: Timestamp) {
        if let Progress::Running { .. } = self.progress {
            self.progress = Progress::Satisfied { at };
            self.finish(AttemptState::Superseded, at);
        }
    }

    /// Takes what a carrier says; whether it was news. Of what the ladder does not have, of a step that has not begun,
    /// and of more tries than there are nothing is believed. Another process may have sent what this one has not.
    pub fn hear(&mut self, report: &Report) -> bool {
        let Report { attempt: id, tries, state, at } = *report;
        let is_running = matches!(self.progress, Progress::Running { .. });
        // After the end only an arrival is news.
        let counts = is_running || state == AttemptState::Delivered;
        let may_be = self.has_begun(id.step) && self.has_route(id);
        let is_state = state != AttemptState::Queued && state != AttemptState::Handed;
        if !counts || !may_be || !is_state || tries == 0 || tries > self.retry.most {
            return false;
        }
        let attempt = self.attempts.entry(id).or_insert_with(|| Attempt::new(id, at));
        if tries > attempt.tries && !attempt.state.is_final() {
            attempt.tries = tries;
            attempt.state = AttemptState::Handed;
            attempt.since = at;
            attempt.is_out = true;
        }
        attempt.hear(report)
    }

    /// Takes that a message left the queue only now: how long its carrier may say nothing counts from here.
    pub fn handed(&mut self, attempt: AttemptId, tries: u8, at: Timestamp) {
        if let Some(own) = self.attempts.get_mut(&attempt).filter(|own| own.waits_for(tries)) {
            own.since = at;
            own.is_out = true;
        }
    }

    /// Whether a message that was ordered is still wanted.
    pub fn wants(&self, attempt: AttemptId, tries: u8) -> bool {
        self.attempts.get(&attempt).is_some_and(|own| own.waits_for(tries))
    }

    /// Takes that a step began at an instant. Steps only go up.
    pub fn begin(&mut self, step: u8, at: Timestamp) {
        let Progress::Running { step: present } = self.progress else { return };
        let is_next = step > present || (step == present && !self.has_begun);
        if is_next && usize::from(step) < self.ladder.steps().len() {
            self.progress = Progress::Running { step };
            self.since = at;
            self.has_begun = true;
            self.is_passed = false;
            self.begun.insert(step, at);
            self.queue_first(step);
        }
    }

    /// Somebody of a step says that they cannot lead: the next step begins at once. Of an earlier step it tells
    /// nothing new.
    pub fn pass(&mut self, step: u8) {
        let is_present = self.progress == Progress::Running { step } && self.has_begun;
        self.is_passed = self.is_passed || is_present;
    }

    /// Takes that it is at its end, as it was recorded.
    pub fn end(&mut self, was_anybody_reached: bool, at: Timestamp) {
        if let Progress::Running { .. } = self.progress {
            self.finish(AttemptState::Expired, at);
            self.progress = Progress::Exhausted { at, was_anybody_reached };
        }
    }

    /// It is not needed any more: another stands in its place, or what it asks for is over.
    pub fn supersede(&mut self, at: Timestamp) {
        if let Progress::Running { .. } = self.progress {
            self.finish(AttemptState::Superseded, at);
            self.progress = Progress::Superseded { at };
        }
    }

    /// Whether whoever an attempt is to can be told another way that was not tried yet.
    pub fn has_other_way(&self, attempt: AttemptId) -> bool {
        self.untried_route(attempt).is_some()
    }

    /// When a step began, as far as it has.
    pub fn began(&self, step: u8) -> Option<Timestamp> {
        self.begun.get(&step).copied()
    }

    /// What it goes up.
    pub const fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// Whether a step has begun.
    fn has_begun(&self, step: u8) -> bool {
        match self.progress {
            Progress::Running { step: present } => {
                step < present || (step == present && self.has_begun)
            }
            _ => self.attempts.keys().any(|id| id.step >= step),
        }
    }

    fn has_route(&self, id: AttemptId) -> bool {
        let step = self.ladder.steps().get(usize::from(id.step));
        let person = step.and_then(|step| step.people.get(usize::from(id.person)));
        person.is_some_and(|person| usize::from(id.route) < person.routes.len())
    }

    /// Ends every attempt that is under way.
    fn finish(&mut self, state: AttemptState, at: Timestamp) {
        let is_open = |one: &&mut Attempt| {
            // That a carrier was at fault stays to be seen.
            !one.state.is_final() && one.state != AttemptState::TechnicalFailure
        };
        for attempt in self.attempts.values_mut().filter(is_open) {
            attempt.state = state;
            attempt.since = at;
        }
    }

    /// What is to be done at an instant. A clock that went back does nothing; one that jumped ahead begins one
    /// step, and gives it its whole time.
    pub fn look(&mut self, now: Timestamp) -> Vec<Order> {
        let mut orders = Vec::new();
        while let Progress::Running { step } = self.progress {
            if !self.has_begun {
                if now < self.since {
                    break;
                }
                orders.push(Order::Begin { step });
                self.begin(step, now);
            }
            self.advance(step, now, &mut orders);
            if now < self.end_of(step) && !self.is_passed && !self.is_over_early(step) {
                break;
            }
            self.leave(step, now, &mut orders);
        }
        orders
    }

    /// The first route of everybody of a step.
    fn queue_first(&mut self, step: u8) {
        let people = self.ladder.steps().get(usize::from(step)).map_or(0, |step| step.people.len());
        for person in 0..u8::try_from(people).unwrap_or(u8::MAX) {
            let id = AttemptId { step, person, route: 0 };
            self.attempts.entry(id).or_insert_with(|| Attempt::new(id, self.since));
        }
    }

    /// Ages, sends what is due, and takes the next route where one failed.
    fn advance(&mut self, step: u8, now: Timestamp, orders: &mut Vec<Order>) {
        let first = AttemptId { step: 0, person: 0, route: 0 };
        let last = AttemptId { step, person: u8::MAX, route: u8::MAX };
        let mut failed = Vec::new();
        let unneeded: BTreeSet<AttemptId> =
            self.attempts.values().filter(|one| !self.is_needed(one)).map(|one| one.id).collect();
        for attempt in self.attempts.range_mut(first..=last).map(|(_, attempt)| attempt) {
            attempt.age(&self.retry, now);
            if attempt.is_due(&self.retry, now) && !unneeded.contains(&attempt.id) {
                attempt.send(now);
                orders.push(Order::Send { attempt: attempt.id, tries: attempt.tries });
            } else if attempt.state.is_failure() {
                failed.push(attempt.id);
            }
        }
        for id in failed {
            let Some(next) = self.untried_route(id) else { continue };
            let mut attempt = Attempt::new(next, now);
            attempt.send(now);
            orders.push(Order::Send { attempt: next, tries: attempt.tries });
            self.attempts.insert(next, attempt);
        }
    }

    /// The next route of the same person, if it was not tried yet.
    fn untried_route(&self, id: AttemptId) -> Option<AttemptId> {
        let next = AttemptId { route: id.route.checked_add(1)?, ..id };
        (self.has_route(next) && !self.attempts.contains_key(&next)).then_some(next)
    }

    /// Whether a message whose carrier was at fault is still needed: not where another way to the same person has taken
    /// one.
    fn is_needed(&self, attempt: &Attempt) -> bool {
        let id = attempt.id;
        let is_same = |other: &&Attempt| (other.id.step, other.id.person) == (id.step, id.person);
        let has_gone = |other: &Attempt| {
            other.id != id
                && matches!(other.state, AttemptState::Accepted | AttemptState::Delivered)
        };
        attempt.state != AttemptState::TechnicalFailure
            || !self.attempts.values().filter(is_same).any(has_gone)
    }

    /// Whether a step is over before its time: nobody of it can be reached, and, where it is the last, nothing can come of
    /// any message any more.
    fn is_over_early(&self, step: u8) -> bool {
        let is_last = usize::from(step) + 1 >= self.ladder.steps().len();
        let is_spent =
            |one: &Attempt| one.is_spent(&self.retry) && self.untried_route(one.id).is_none();
        self.is_in_vain(step) && (!is_last || self.attempts.values().all(is_spent))
    }

    /// Whether nobody of a step can be reached: every address of every person is refused for good. A carrier that is at
    /// fault and one that says nothing do not count, and neither do rooms and programs: nobody is waited for there.
    fn is_in_vain(&self, step: u8) -> bool {
        let Some(own) = self.ladder.steps().get(usize::from(step)) else { return false };
        let mut people = (0_u8..).zip(&own.people).filter(|(_, who)| !who.is_program()).peekable();
        let is_refused = |id| {
            let attempt: Option<&Attempt> = self.attempts.get(&id);
            attempt.is_some_and(|own| own.state == AttemptState::PermanentFailure)
        };
        people.peek().is_some()
            && people.all(|(person, who)| {
                (0_u8..)
                    .zip(&who.routes)
                    .all(|(route, _)| is_refused(AttemptId { step, person, route }))
            })
    }

    fn end_of(&self, step: u8) -> Timestamp {
        let wait = self.ladder.steps().get(usize::from(step)).map(|step| step.wait);
        // As long as no message of it has left, a step is given as much time again, and no more: it ends whatever
        // carriers do.
        let mut own = self.attempts.values().filter(|one| one.id.step == step);
        let is_waiting = own.all(Attempt::waits_for_its_turn);
        let times = if is_waiting { 2 } else { 1 };
        let end = wait.and_then(|wait| self.since.checked_add(wait.saturating_mul(times)).ok());
        end.unwrap_or(self.since)
    }

    /// On to the next step, or to the end.
    fn leave(&mut self, step: u8, now: Timestamp, orders: &mut Vec<Order>) {
        let next = step.saturating_add(1);
        if usize::from(next) < self.ladder.steps().len() {
            // Who was down for hours gives the next person their whole time.
            self.since = now;
            self.progress = Progress::Running { step: next };
            self.has_begun = false;
            self.is_passed = false;
            return;
        }
        let was_anybody_reached = self.attempts.values().any(|attempt| {
            attempt.state == AttemptState::Delivered && !self.ladder.is_watching(attempt.id.step)
        });
        self.end(was_anybody_reached, now);
        orders.push(Order::Exhausted { was_anybody_reached });
    }
}
