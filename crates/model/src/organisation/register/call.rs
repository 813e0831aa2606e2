//! "Who fixes this? Who do we ring at 02:00?"
//!
//! In May 2017 practices were rung although their commissioner or its supplier ran their IT, nobody
//! knew which supplier served whom, and numbers were stale (Smart review, 5.24 to 5.26). So a call
//! list goes through owner, IT provider, commissioner and region, says of each contact how fresh it
//! is, and says plainly when it reaches nobody.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::state::{Organisation, Register};
use crate::organisation::{
    OrganisationCode, OrganisationKind, Party, Personal, Responsibility, Role, Slot,
};

/// When somebody is to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hours {
    /// By day: a telephone number or a mail address reaches.
    Working,
    /// At 02:00: only a telephone number reaches.
    Night,
}

/// How a call list is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallPolicy {
    /// Contacts confirmed longer ago than this many days are stale.
    pub stale_after_days: u32,
}

impl Default for CallPolicy {
    fn default() -> Self {
        // Our choice: contact details are confirmed twice a year.
        Self { stale_after_days: 180 }
    }
}

/// By what a contact is on the list, in the order of calling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The organisation itself, and who owns it.
    Owner,
    /// Who runs its IT.
    ItProvider,
    /// Who commissions it.
    Commissioner,
    /// Its region, and the national body.
    Region,
}

/// How fresh a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Freshness {
    /// Confirmed so many days ago.
    Fresh {
        /// Days since.
        days: u32,
    },
    /// Confirmed too long ago.
    Stale {
        /// Days since.
        days: u32,
    },
    /// Never confirmed, as far as is known on that day.
    Unconfirmed,
}

impl Freshness {
    /// How fresh something confirmed on a day is.
    pub fn of(confirmed_on: Option<Date>, today: Date, policy: CallPolicy) -> Self {
        let days = confirmed_on.and_then(|day| u32::try_from((today - day).get_days()).ok());
        match days {
            Some(days) if days <= policy.stale_after_days => Self::Fresh { days },
            Some(days) => Self::Stale { days },
            // A day to come is no confirmation.
            None => Self::Unconfirmed,
        }
    }
}

/// One contact of a call list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallStep<'r> {
    /// By what it is on the list.
    pub level: Level,
    /// Whose contact it is.
    pub organisation: &'r OrganisationCode,
    /// In which role.
    pub slot: Slot,
    /// Who, how to reach them, and when that was confirmed.
    pub responsibility: &'r Responsibility,
    /// How fresh it is.
    pub freshness: Freshness,
    /// Whether it has what the hour needs.
    pub reaches: bool,
}

/// Whom to call, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallList<'r> {
    /// The organisations that stand for the one asked about: itself, or who took over.
    pub stands_for: Vec<&'r OrganisationCode>,
    /// Who fixes machines: those who run the IT, or the organisation itself where nobody is named.
    pub fixers: Vec<&'r OrganisationCode>,
    /// The contacts in the order of calling.
    pub steps: Vec<CallStep<'r>>,
}

impl CallList<'_> {
    /// Whether nobody can be reached.
    pub fn is_orphan(&self) -> bool {
        !self.steps.iter().any(|step| step.reaches)
    }
}

impl Register {
    /// Whom to call about an organisation.
    pub fn call_list(
        &self,
        code: &OrganisationCode,
        hours: Hours,
        policy: CallPolicy,
    ) -> CallList<'_> {
        let mut walk =
            Walk { register: self, hours, policy, asked: BTreeSet::new(), steps: Vec::new() };
        let stands_for = self.current(code);
        let mut fixers: Vec<&OrganisationCode> = Vec::new();
        for level in [Level::Owner, Level::ItProvider, Level::Commissioner, Level::Region] {
            for organisation in &stands_for {
                let at_level = walk.level(level, organisation);
                if level == Level::ItProvider {
                    let own = if at_level.is_empty() { vec![&organisation.code] } else { at_level };
                    fixers.extend(own);
                }
            }
        }
        let mut seen = BTreeSet::new();
        fixers.retain(|fixer| seen.insert(*fixer));
        let stands_for = stands_for.into_iter().map(|one| &one.code).collect();
        CallList { stands_for, fixers, steps: walk.steps }
    }

    /// Open organisations about which nobody can be reached.
    pub fn orphans(&self, hours: Hours, policy: CallPolicy) -> Vec<&Organisation> {
        self.open().filter(|one| self.call_list(&one.code, hours, policy).is_orphan()).collect()
    }
}

struct Walk<'r> {
    register: &'r Register,
    hours: Hours,
    policy: CallPolicy,
    /// Organisations whose contacts are on the list: each is asked once.
    asked: BTreeSet<&'r OrganisationCode>,
    steps: Vec<CallStep<'r>>,
}

impl<'r> Walk<'r> {
    /// Adds the contacts of a level, and gives its organisations.
    fn level(&mut self, level: Level, organisation: &'r Organisation) -> Vec<&'r OrganisationCode> {
        let mut found = Vec::new();
        let role = match level {
            Level::Owner => {
                self.contacts(level, organisation);
                Some(Role::Owner)
            }
            Level::ItProvider => Some(Role::ItProvider),
            Level::Commissioner => Some(Role::Commissioner),
            Level::Region => None,
        };
        if let Some(role) = role {
            for (slot, responsibility) in of_role(organisation, role) {
                self.party(level, organisation, slot, responsibility, &mut found);
            }
        }
        let kinds: &[OrganisationKind] = match level {
            Level::Commissioner => &[OrganisationKind::Commissioner],
            Level::Region => &[OrganisationKind::Region, OrganisationKind::National],
            Level::Owner | Level::ItProvider => &[],
        };
        let register = self.register;
        for code in register.ancestors(&organisation.code) {
            // One that has closed is asked through who took over from it.
            for above in register.current(code).into_iter().filter(|it| kinds.contains(&it.kind)) {
                self.contacts(level, above);
                found.push(&above.code);
            }
        }
        found
    }

    /// The contacts that an organisation has of its own.
    fn contacts(&mut self, level: Level, organisation: &'r Organisation) {
        if !self.asked.insert(&organisation.code) {
            return;
        }
        let roles = match self.hours {
            Hours::Night => [Role::OutOfHours, Role::SecurityLead, Role::Deputy, Role::Executive],
            Hours::Working => [Role::SecurityLead, Role::Deputy, Role::OutOfHours, Role::Executive],
        };
        for role in roles {
            for (slot, responsibility) in of_role(organisation, role) {
                self.party(level, organisation, slot, responsibility, &mut Vec::new());
            }
        }
    }

    /// Adds a contact: its own details, and those of the organisation that it names.
    fn party(
        &mut self,
        level: Level,
        organisation: &'r Organisation,
        slot: Slot,
        responsibility: &'r Responsibility,
        found: &mut Vec<&'r OrganisationCode>,
    ) {
        let is_person = matches!(responsibility.party, Party::Person(_));
        if is_person || responsibility.personal != Personal::None {
            self.steps.push(CallStep {
                level,
                organisation: &organisation.code,
                slot,
                responsibility,
                freshness: Freshness::of(
                    responsibility.confirmed_on,
                    self.register.as_at(),
                    self.policy,
                ),
                reaches: reaches(&responsibility.personal, self.hours),
            });
        }
        if let Party::Organisation(code) = &responsibility.party {
            for one in self.register.current(code) {
                found.push(&one.code);
                self.contacts(level, one);
            }
        }
    }
}

fn of_role(
    organisation: &Organisation,
    role: Role,
) -> impl Iterator<Item = (Slot, &Responsibility)> {
    let from = Slot { role, call_order: 0 };
    let to = Slot { role, call_order: u16::MAX };
    organisation.responsibilities.range(from..=to).map(|(slot, one)| (*slot, one))
}

fn reaches(personal: &Personal, hours: Hours) -> bool {
    let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    personal.contact().is_some_and(|contact| {
        said(&contact.phone)
            || said(&contact.mobile)
            || (hours == Hours::Working && said(&contact.mail))
    })
}
