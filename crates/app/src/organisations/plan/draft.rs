//! A plan in the making: every event is tried on a copy of what is known before it is planned.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::organisation::register::{Change, History, RegisterEvent, Statement};
use model::organisation::{Listing, ListingClass, OrganisationCode};

use super::{Conflict, ImportOptions, Plan, Planned, Sites};

pub(super) struct Draft<'o> {
    pub(super) history: History,
    pub(super) options: &'o ImportOptions,
    plan: Plan,
}

impl<'o> Draft<'o> {
    pub(super) fn new(history: History, options: &'o ImportOptions) -> Self {
        Self { history, options, plan: Plan::default() }
    }

    /// The rows that count: each code once, a row of its own before a mention.
    pub(super) fn choose<'r>(&mut self, rows: &'r [Listing]) -> Vec<&'r Listing> {
        let mut chosen: Vec<&Listing> = Vec::new();
        let mut places: BTreeMap<&OrganisationCode, usize> = BTreeMap::new();
        self.plan.summary.rows = rows.len();
        for row in rows {
            if row.class == ListingClass::Site && self.options.sites == Sites::LeaveOut {
                self.plan.summary.sites_left_out += 1;
                continue;
            }
            let known = places.get(&row.code).copied();
            match known.and_then(|at| chosen.get_mut(at)) {
                None => {
                    places.insert(&row.code, chosen.len());
                    chosen.push(row);
                }
                Some(first)
                    if row.class == ListingClass::Mentioned || says_the_same(first, row) =>
                {
                    self.plan.summary.unchanged += 1;
                }
                Some(first) if first.class == ListingClass::Mentioned => {
                    self.plan.summary.unchanged += 1;
                    *first = row;
                }
                Some(first) => {
                    let message = format!(
                        "listed before at {}, differently; that row was taken: leave one of them",
                        first.place
                    );
                    self.conflict(row, message);
                }
            }
        }
        chosen
    }

    /// Plans a change if it fits; otherwise reports it. Whether it fits.
    pub(super) fn offer(
        &mut self,
        row: &Listing,
        (as_at, stated_on): (Date, Date),
        change: Change,
        reason: Option<&'static str>,
    ) -> bool {
        let event = RegisterEvent {
            organisation: row.code.clone(),
            as_at,
            stated_on: (stated_on > as_at).then_some(stated_on),
            statement: Statement::Change(change),
        };
        match self.history.accept(&event) {
            Ok(()) => {
                self.count(&event.statement);
                self.plan.events.push(Planned { event, place: row.place.clone(), reason });
                true
            }
            Err(refusal) => {
                self.conflict(row, refusal.to_string());
                false
            }
        }
    }

    /// Reports something that is not taken.
    pub(super) fn conflict(&mut self, row: &Listing, message: String) {
        let (place, organisation) = (row.place.clone(), row.code.clone());
        self.plan.conflicts.push(Conflict { place, organisation, message });
    }

    /// How many events and conflicts there are: what did not grow changed nothing.
    pub(super) fn extent(&self) -> (usize, usize) {
        (self.plan.events.len(), self.plan.conflicts.len())
    }

    pub(super) fn unchanged(&mut self) {
        self.plan.summary.unchanged += 1;
    }

    pub(super) fn kind_unknown(&mut self) {
        self.plan.summary.kind_unknown += 1;
    }

    pub(super) fn finish(mut self) -> Plan {
        self.plan.summary.conflicts = self.plan.conflicts.len();
        self.plan
    }

    fn count(&mut self, statement: &Statement) {
        let Statement::Change(change) = statement else { return };
        let summary = &mut self.plan.summary;
        let counted = match change {
            Change::Registered { name, .. } => {
                summary.by_code_only += usize::from(name.is_none());
                &mut summary.registered
            }
            Change::OpeningStated => &mut summary.openings,
            Change::Renamed { .. } => &mut summary.renamed,
            Change::KindSet { .. } => &mut summary.kinds,
            Change::ParentSet { .. } => &mut summary.moved,
            Change::Closed { .. } => &mut summary.closed,
            Change::Succeeded { .. } => &mut summary.succeeded,
            Change::ResponsibilitySet { .. } => &mut summary.responsibilities,
            Change::ExpectedHostsSet { .. } => &mut summary.expected_hosts,
        };
        *counted += 1;
    }
}

fn says_the_same(one: &Listing, other: &Listing) -> bool {
    Listing { place: one.place.clone(), ..other.clone() } == *one
}
