//! What the register, the evidence and the record of alerts say of an organisation, as facts.

use std::collections::BTreeMap;

use model::organisation::register::{CallPolicy, Freshness, Hours, Level, Register};
use model::organisation::{OrganisationCode, Responsibility, Role};
use response::answer::Hosts;
use response::readiness::{Asked, Contacts, Named, Said};

use crate::alerts::Heard;

/// The alerts that ask each organisation, each with the place of its advisories among the sets that are asked about.
pub(super) type ByOrganisation = BTreeMap<OrganisationCode, Vec<(usize, Asked)>>;

/// The sets of advisories to ask about, and who is asked by what.
pub(super) fn asked(heard: Vec<Heard>) -> (Vec<Vec<String>>, ByOrganisation) {
    let mut sets = Vec::with_capacity(heard.len());
    let mut found = ByOrganisation::new();
    for alert in heard {
        // What hosts are open to is asked of alerts in force only.
        let is_running = alert.ended.is_none();
        let place = sets.len();
        if is_running {
            sets.push(alert.advisories);
        }
        for (code, entries) in alert.answers {
            let entries: Vec<Said> = entries;
            let own = Asked { number: alert.number, entries, ended: alert.ended, hosts: None };
            let place = if is_running { place } else { usize::MAX };
            found.entry(code).or_default().push((place, own));
        }
    }
    (sets, found)
}

/// The same with an organisation's hosts beside each alert.
pub(super) fn beside(asked: Vec<(usize, Asked)>, under: &[Option<Hosts>]) -> Vec<Asked> {
    let with_hosts = asked.into_iter().map(|(place, own)| {
        let hosts = under.get(place).copied().flatten();
        Asked { hosts, ..own }
    });
    with_hosts.collect()
}

/// Who answers for an organisation: leads and deputies of its own, and whom a call at night reaches without going
/// beyond it and those who run its machines.
pub(super) fn contacts(register: &Register, code: &OrganisationCode) -> Contacts {
    let policy = CallPolicy::default();
    let named = |one: &Responsibility| Named {
        confirmed_on: one.confirmed_on,
        is_fresh: is_fresh(Freshness::of(one.confirmed_on, register.as_at(), policy)),
    };
    let of_role = |role: Role| {
        let own = register.get(code).into_iter().flat_map(|own| &own.responsibilities);
        own.filter(|(slot, _)| slot.role == role).map(|(_, one)| named(one)).collect()
    };
    let calls = register.call_list(code, Hours::Night, policy);
    let near = calls
        .steps
        .iter()
        .filter(|step| step.reaches && matches!(step.level, Level::Owner | Level::ItProvider));
    Contacts {
        leads: of_role(Role::SecurityLead),
        deputies: of_role(Role::Deputy),
        at_night: near.map(|step| named(step.responsibility)).collect(),
    }
}

const fn is_fresh(freshness: Freshness) -> bool {
    matches!(freshness, Freshness::Fresh { .. })
}
