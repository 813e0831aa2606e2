//! What a file says of one organisation, whatever the file's format.

use jiff::civil::Date;

use super::{Contact, OrganisationCode, OrganisationKind, OrganisationName, Slot};
use crate::reading::Place;

/// What a file says of one organisation. What it does not say is `None`, never an empty value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Where it stands in the file.
    pub place: Place,
    /// Its code.
    pub code: OrganisationCode,
    /// Whether the file lists it or only names its code.
    pub class: ListingClass,
    /// Its name.
    pub name: Option<OrganisationName>,
    /// Its kind.
    pub kind: Option<OrganisationKind>,
    /// The organisation directly above it.
    pub parent: Option<OrganisationCode>,
    /// Since when that is so, where the file says it.
    pub parent_since: Option<Date>,
    /// The first day on which it was open.
    pub opened: Option<Date>,
    /// The last day on which it was open.
    pub closed: Option<Date>,
    /// Who took over.
    pub successors: Vec<OrganisationCode>,
    /// The health geography that the row prints (partnership, care board), of whichever generation.
    pub geography: Option<OrganisationCode>,
    /// The region that the row prints, of whichever generation.
    pub region: Option<OrganisationCode>,
    /// Who runs its IT.
    pub it_provider: Option<OrganisationCode>,
    /// Who commissions it, where the file says so beside the hierarchy.
    pub commissioner: Option<OrganisationCode>,
    /// How many machines it should have.
    pub expected_hosts: Option<u64>,
    /// People, by the responsibility they have.
    pub contacts: Vec<(Slot, Contact)>,
    /// When the contacts were last confirmed.
    pub confirmed_on: Option<Date>,
}

/// How a file speaks of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListingClass {
    /// A row of its own.
    Listed,
    /// A row of its own that is a site of another organisation, not an organisation.
    Site,
    /// Only its code, in rows of others.
    Mentioned,
}

impl Listing {
    /// A listing that says nothing but the code.
    pub fn new(code: OrganisationCode, class: ListingClass, place: Place) -> Self {
        Self {
            place,
            code,
            class,
            name: None,
            kind: None,
            parent: None,
            parent_since: None,
            opened: None,
            closed: None,
            successors: Vec::new(),
            geography: None,
            region: None,
            it_provider: None,
            commissioner: None,
            expected_hosts: None,
            contacts: Vec::new(),
            confirmed_on: None,
        }
    }
}
