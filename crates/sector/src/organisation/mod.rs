//! The organisations of a sector: who they are, who runs their IT, who to ring.

mod register;
mod roster;
mod shape;

use jiff::civil::Date;
use model::organisation::{OrganisationCode, OrganisationKind};

use crate::names::Contact;

pub(crate) use register::register_csv;
pub(crate) use roster::roster;
pub(crate) use shape::{Trait, spread};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its code: no code of a real register has a dash behind two letters.
    pub code: OrganisationCode,
    /// Its name.
    pub name: String,
    /// What kind of organisation it is.
    pub kind: OrganisationKind,
    /// The organisation above it.
    pub parent: Option<OrganisationCode>,
    /// Its region.
    pub region: Option<OrganisationCode>,
    /// Who runs its IT, if others do.
    pub it_provider: Option<OrganisationCode>,
    /// Who plans and pays for its care.
    pub commissioner: Option<OrganisationCode>,
    /// The day it opened.
    pub opened: Date,
    /// The day it closed.
    pub closed: Option<Date>,
    /// Who took over when it closed.
    pub successor: Option<OrganisationCode>,
    /// How many hosts it says it has; none where it has no estate that it reports.
    pub expected_hosts: u32,
    /// Who leads on cyber security.
    pub lead: Contact,
    /// Who to ring at night.
    pub on_call: Contact,
    /// The day on which the contacts were last confirmed.
    pub contacts_checked: Date,
    /// Its place among all.
    pub(crate) number: u32,
    /// Its place among those of its kind.
    pub(crate) ordinal: u32,
    /// The place of whoever runs its IT.
    pub(crate) provider: Option<u32>,
}
