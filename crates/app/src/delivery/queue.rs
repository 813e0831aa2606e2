//! Messages that wait for their turn: the most exposed first, each carrier within its limits.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use channels::{Limits, Pace};
use jiff::Timestamp;
use model::event::EventId;
use response::answer::{Answer, Hosts, Route};
use response::escalation::AttemptId;

use super::carriers::Carriers;

/// A message that is to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) run: EventId,
    pub(super) attempt: AttemptId,
    pub(super) tries: u8,
}

/// The order in which messages go: how many machines are open, then of how many nobody can tell, then who was first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    affected: std::cmp::Reverse<u64>,
    in_question: std::cmp::Reverse<u64>,
    arrived: u64,
}

/// The turn of an organisation. Who has shown nothing comes before who has shown that nothing is open.
pub(super) fn exposure(answer: &Answer) -> (u64, u64) {
    answer.hosts_then.map_or((0, 1), |hosts: Hosts| (hosts.affected, hosts.in_question()))
}

/// What leaves the queue.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// What is handed over now.
    pub(super) due: Vec<(Route, Item)>,
    /// What does not wait any more for its carrier, because there is another way.
    pub(super) stuck: Vec<(Route, Item)>,
    /// How long until more may go, where more waits.
    pub(super) soonest: Option<Duration>,
}

/// What waits, by route.
pub(super) struct Queue {
    lanes: BTreeMap<Route, Lane>,
    arrived: u64,
}

struct Lane {
    waiting: BTreeMap<Turn, Item>,
    pace: Pace,
    /// How many are on their way to the carrier.
    out: usize,
    /// A carrier that asked for patience is left alone until then.
    rests_until: Option<Timestamp>,
}

impl Queue {
    /// A queue that keeps to the limits of each carrier.
    pub(super) fn new(carriers: &Carriers) -> Self {
        Self::with(carriers, super::Way::limits)
    }

    /// One that knows no limits but how many go at once.
    pub(super) fn unhurried(carriers: &Carriers) -> Self {
        Self::with(carriers, |_| Limits { per_minute: u32::MAX, per_day: None })
    }

    fn with(carriers: &Carriers, limits: impl Fn(&super::Way) -> Limits) -> Self {
        let lane = |(route, way): (Route, &super::Way)| {
            let lane = Lane {
                waiting: BTreeMap::new(),
                pace: Pace::new(limits(way)),
                out: 0,
                rests_until: None,
            };
            (route, lane)
        };
        Self { lanes: carriers.each().map(lane).collect(), arrived: 0 }
    }

    /// Puts a message into its turn; `false` where no carrier goes that way any more.
    pub(super) fn put(
        &mut self,
        route: Route,
        (affected, unknown): (u64, u64),
        item: Item,
    ) -> bool {
        self.arrived += 1;
        let turn = Turn {
            affected: std::cmp::Reverse(affected),
            in_question: std::cmp::Reverse(unknown),
            arrived: self.arrived,
        };
        let lane = self.lanes.get_mut(&route);
        lane.map(|lane| lane.waiting.insert(turn, item)).is_some()
    }

    /// What may go now, in its order. `is_wanted` says whether a message still is: what is not takes nobody's turn.
    /// `has_other` says whether the person can be told another way: then it does not wait for a carrier that takes
    /// nothing for longer than `patience`.
    pub(super) fn take(
        &mut self,
        (now, patience): (Timestamp, Duration),
        at_once: impl Fn(Route) -> usize,
        is_wanted: impl Fn(&Item) -> bool,
        has_other: impl Fn(&Item) -> bool,
    ) -> Taken {
        let mut taken = Taken::default();
        for (route, lane) in &mut self.lanes {
            let rests = lane.rests_until.filter(|until| *until > now);
            let mut wait = rests.map(|until| now.duration_until(until).unsigned_abs());
            while wait.is_none() && lane.out < at_once(*route) {
                let Some(first) = lane.waiting.first_entry() else { break };
                if !is_wanted(first.get()) {
                    first.remove();
                    continue;
                }
                match lane.pace.take(now) {
                    Ok(()) => {
                        taken.due.push((*route, first.remove()));
                        lane.out += 1;
                    }
                    Err(long) => wait = Some(long),
                }
            }
            let Some(wait) = wait else { continue };
            if wait > patience {
                let stuck = lane.waiting.extract_if(.., |_, item| has_other(item));
                taken.stuck.extend(stuck.map(|(_, item)| (*route, item)));
            }
            if !lane.waiting.is_empty() {
                taken.soonest = Some(taken.soonest.map_or(wait, |other| other.min(wait)));
            }
        }
        taken
    }

    /// One has come back from its carrier, who may have asked for patience.
    pub(super) fn back(&mut self, route: Route, rests_until: Option<Timestamp>) {
        if let Some(lane) = self.lanes.get_mut(&route) {
            lane.out = lane.out.saturating_sub(1);
            lane.rests_until = rests_until.max(lane.rests_until);
        }
    }

    /// Whether any is on its way to its carrier.
    pub(super) fn is_out(&self) -> bool {
        self.lanes.values().any(|lane| lane.out > 0)
    }

    /// How many wait, by route.
    pub(super) fn waiting(&self) -> HashMap<Route, u64> {
        self.lanes.iter().map(|(route, lane)| (*route, lane.waiting.len() as u64)).collect()
    }

    /// Drops what waits: somebody else sends it.
    pub(super) fn clear(&mut self) {
        for lane in self.lanes.values_mut() {
            lane.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use channels::Carrier;
    use channels::outbox::Outbox;

    use super::*;
    use crate::delivery::Way;

    fn item(person: u8) -> Item {
        Item {
            run: "0197a3f0-0000-7000-8000-000000000001".parse().unwrap(),
            attempt: AttemptId { step: 0, person, route: 0 },
            tries: 1,
        }
    }

    #[test]
    fn who_has_another_way_does_not_wait_for_a_carrier_that_rests_long() {
        let way = Way::new(Carrier::Outbox(Outbox::new("/nowhere")), None);
        let carriers = Carriers::new("44", None).with(Route::Sms, way);
        let mut queue = Queue::new(&carriers);
        let (now, patience) = (Timestamp::UNIX_EPOCH, Duration::from_mins(10));
        assert!(!queue.put(Route::Mail, (0, 0), item(9)), "no carrier goes that way");
        for person in 0..3 {
            assert!(queue.put(Route::Sms, (0, 0), item(person)));
        }
        let rest = |queue: &mut Queue, secs| {
            queue.back(Route::Sms, Timestamp::from_second(secs).ok());
            let has_other = |item: &Item| item.attempt.person == 1;
            queue.take((now, patience), |_| 16, |_| true, has_other)
        };
        let short = rest(&mut queue, 60);
        assert_eq!((short.due.len(), short.stuck.len()), (0, 0));
        assert_eq!(short.soonest, Some(Duration::from_mins(1)));
        let long = rest(&mut queue, 3_600);
        assert_eq!((long.due, long.stuck), (vec![], vec![(Route::Sms, item(1))]));
        assert_eq!(long.soonest, Some(Duration::from_hours(1)));
        let after = (Timestamp::from_second(3_601).unwrap(), patience);
        let gone = queue.take(after, |_| 16, |item| item.attempt.person != 0, |_| true);
        assert_eq!((gone.due, gone.soonest), (vec![(Route::Sms, item(2))], None));
    }
}
