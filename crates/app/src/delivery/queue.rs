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

    /// Everything that may go now, in its order; with how long until more may, where more waits for its turn. `is_wanted`
    /// says whether a message still is: what is not takes nobody's turn.
    pub(super) fn take(
        &mut self,
        now: Timestamp,
        at_once: impl Fn(Route) -> usize,
        is_wanted: impl Fn(&Item) -> bool,
    ) -> (Vec<(Route, Item)>, Option<Duration>) {
        let mut due = Vec::new();
        let mut soonest: Option<Duration> = None;
        for (route, lane) in &mut self.lanes {
            if let Some(until) = lane.rests_until.filter(|until| *until > now) {
                let rest = now.duration_until(until).unsigned_abs();
                if !lane.waiting.is_empty() {
                    soonest = Some(soonest.map_or(rest, |other| other.min(rest)));
                }
                continue;
            }
            while lane.out < at_once(*route) {
                let Some(first) = lane.waiting.first_entry() else { break };
                if !is_wanted(first.get()) {
                    first.remove();
                    continue;
                }
                if let Err(wait) = lane.pace.take(now) {
                    soonest = Some(soonest.map_or(wait, |other| other.min(wait)));
                    break;
                }
                due.push((*route, first.remove()));
                lane.out += 1;
            }
        }
        (due, soonest)
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
