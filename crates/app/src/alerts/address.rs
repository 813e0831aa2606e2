//! Whom an alert is for, and what each is told then.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::organisation::register::Register;
use model::organisation::{OrganisationCode, OrganisationKind};
use response::alert::{Audience, Candidate, Content};
use response::answer::{Answer, Hosts, Statement, change_due};

use crate::exposure::desk::{AlertDue, ShownRow};

/// What is known when an alert is issued.
pub(super) struct Known<'k> {
    /// Who there is.
    pub(super) register: &'k Register,
    /// What evidence shows of each.
    pub(super) shown: &'k BTreeMap<OrganisationCode, ShownRow>,
    /// When it is due for those who were asked on a day, as a day or a policy sets it.
    pub(super) dues: &'k BTreeMap<Date, AlertDue>,
}

impl Known<'_> {
    fn hosts(&self, code: &OrganisationCode) -> Option<Hosts> {
        self.shown.get(code).and_then(|row| row.shown.hosts)
    }

    /// Who is in an audience. A national body and its regions watch over others: they are asked only by name.
    pub(super) fn audience(&self, audience: &Audience) -> BTreeSet<OrganisationCode> {
        let takes = |own: &&model::organisation::register::Organisation| {
            let is_watching =
                matches!(own.kind, OrganisationKind::National | OrganisationKind::Region);
            let above: Vec<OrganisationCode> =
                self.register.ancestors(&own.code).into_iter().cloned().collect();
            // Who has shown nothing may be affected.
            let may_be_affected = self
                .hosts(&own.code)
                .is_none_or(|hosts| hosts.in_question() > 0 || hosts.all() == 0);
            let candidate =
                Candidate { code: &own.code, kind: own.kind, above: &above, may_be_affected };
            audience.takes(&candidate)
                && (!is_watching
                    || audience.named.contains(&own.code)
                    || audience.kinds.contains(&own.kind))
        };
        self.register.open().filter(takes).map(|own| own.code.clone()).collect()
    }

    /// That an organisation is asked.
    pub(super) fn address(
        &self,
        content: &Content,
        code: &OrganisationCode,
        now: Timestamp,
    ) -> Statement {
        let acknowledge_by = now.checked_add(content.clocks.acknowledge_within);
        let due = self.dues.get(&day_of(now));
        Statement::Addressed {
            hosts: self.hosts(code),
            acknowledge_by: acknowledge_by.unwrap_or(Timestamp::MAX),
            act_by: due.and_then(|due| due.by),
            because: due.map_or(String::new(), |due| due.because.clone()),
        }
    }

    /// That its day is another than the one that stands, if it is.
    pub(super) fn change_due(&self, answer: &Answer) -> Option<Statement> {
        let due = self.dues.get(&day_of(answer.addressed?))?;
        change_due(answer, due.by, &due.because)
    }
}

/// The day of an instant, in UTC.
pub(super) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
