//! From grants to what somebody may do, and where.

use std::collections::BTreeSet;

use jiff::Timestamp;
use model::event::Marking;
use model::organisation::register::Register;
use model::organisation::{OrganisationCode, OrganisationKind, Party, Role as Responsible};

use super::fold::Emergency;
use super::grant::{Grant, Held};
use super::role::{Permission, Role};
use crate::context::Scope;

/// Everything that a caller may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Powers {
    /// All there is, everywhere: whoever holds the store's folder holds everything in it.
    All,
    /// What these add up to.
    Held(Vec<Power>),
}

/// Something that somebody may do, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    /// The role that it comes from and that lets roles be given; none for what is borrowed.
    pub role: Option<Role>,
    /// What may be done.
    pub permissions: BTreeSet<Permission>,
    /// Where.
    pub reach: Scope,
    /// The narrowest marking of what may be read there, TLP:RED aside.
    pub marking: Marking,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
}

impl Power {
    /// Whether it lets anything be read.
    pub fn reads(&self) -> bool {
        use Permission::{SeeHosts, SeeRecord};
        [SeeHosts, SeeRecord].iter().any(|it| self.permissions.contains(it))
    }

    /// Whether a role may be given by it: none above its own, nowhere beyond its reach, and for no
    /// longer than itself.
    pub fn may_give(&self, grant: &Grant) -> bool {
        let role = self.role.is_some_and(|role| role.may_give(grant.role()));
        let place = match grant.organisation() {
            Some(code) => self.reach.covers(code),
            None => self.reach == Scope::Everything,
        };
        let time = match (self.until, grant.until()) {
            (None, _) => true,
            (Some(own), Some(given)) => given <= own,
            (Some(_), None) => false,
        };
        role && place && time && self.permissions.contains(&Permission::ManagePeople)
    }
}

impl Powers {
    /// Whether a role may be given by any of them.
    pub fn may_give(&self, grant: &Grant) -> bool {
        match self {
            Self::All => true,
            Self::Held(powers) => powers.iter().any(|power| power.may_give(grant)),
        }
    }
}

/// The organisations that an organisation of a grant stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Its own: itself, and what is below a region.
    pub own: BTreeSet<OrganisationCode>,
    /// Those whose IT it runs.
    pub served: BTreeSet<OrganisationCode>,
    /// Whether it is one that may run the IT of others.
    pub is_support_unit: bool,
}

/// The region and everything below it.
pub fn below(register: &Register, region: &OrganisationCode) -> Reached {
    let below = register.descendants(region).into_iter().map(|one| one.code.clone());
    Reached { own: below.chain([region.clone()]).collect(), ..Reached::default() }
}

/// The organisation, and those whose IT it runs by the register if it is a support unit. Of any
/// other nobody's facts are opened by being named as the one who runs the IT.
pub fn around(register: &Register, organisation: &OrganisationCode) -> Reached {
    let own = BTreeSet::from([organisation.clone()]);
    if !is_support_unit(register, organisation) {
        return Reached { own, ..Reached::default() };
    }
    let served = register.open().filter(|client| {
        client.responsibilities.iter().any(|(slot, responsibility)| {
            let Party::Organisation(named) = &responsibility.party else { return false };
            let stands =
                |unit: &&model::organisation::register::Organisation| unit.code == *organisation;
            slot.role == Responsible::ItProvider && register.current(named).iter().any(stands)
        })
    });
    let served = served.map(|client| client.code.clone()).collect();
    Reached { own, served, is_support_unit: true }
}

/// Whether an organisation is one that runs the IT of others.
pub(super) fn is_support_unit(register: &Register, organisation: &OrganisationCode) -> bool {
    register
        .get(organisation)
        .is_some_and(|unit| unit.is_open() && unit.kind == OrganisationKind::SupportUnit)
}

/// The powers of a grant; `reached` is what its organisation stands for.
pub fn of_grant(held: &Held, reached: Reached) -> Vec<Power> {
    let role = held.grant.role();
    let reach =
        if role.is_sector_wide() { Scope::Everything } else { Scope::Organisations(reached.own) };
    let own = Power {
        role: Some(role),
        permissions: role.permissions().iter().copied().collect(),
        reach,
        marking: Marking::AmberStrict,
        until: held.grant.until(),
    };
    if reached.served.is_empty() {
        return vec![own];
    }
    // TLP:AMBER is for an organisation and those it works with, AMBER+STRICT for itself.
    let hands_on = Permission::HANDS_ON.into_iter().filter(|permission| role.may(*permission));
    let served = Power {
        role: None,
        permissions: hands_on.collect(),
        reach: Scope::Organisations(reached.served),
        marking: Marking::Amber,
        until: held.grant.until(),
    };
    vec![own, served]
}

/// The power of emergency access.
pub fn of_emergency(emergency: &Emergency) -> Power {
    Power {
        role: None,
        permissions: Permission::HANDS_ON.into_iter().collect(),
        reach: Scope::Organisations(BTreeSet::from([emergency.organisation.clone()])),
        marking: Marking::AmberStrict,
        until: Some(emergency.until),
    }
}

/// What is left of powers within limits: never more than they are.
pub fn narrowed(powers: &[Power], permissions: &BTreeSet<Permission>, reach: &Scope) -> Vec<Power> {
    let narrow = |power: &Power| Power {
        role: None,
        permissions: power.permissions.intersection(permissions).copied().collect(),
        reach: power.reach.and(reach),
        marking: power.marking,
        until: power.until,
    };
    powers.iter().map(narrow).filter(|power| !power.permissions.is_empty()).collect()
}
