//! What is known of one organisation when its readiness is asked for.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::alert::AlertNumber;
use crate::answer::{Entry, Hosts};

/// What is known of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its hosts, as evidence shows them at the instant.
    pub estate: Estate,
    /// The alerts that ask something of it.
    pub alerts: Vec<Asked>,
    /// Who answers for it.
    pub contacts: Contacts,
}

/// Hosts of an organisation as evidence shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estate {
    /// How many there are: those the register expects, or those seen where they are more. `None`: nobody knows.
    pub hosts: Option<u64>,
    /// Of which there is evidence.
    pub seen: u64,
    /// More than the register expects: its number is wrong, or machines are gone.
    pub beyond_expected: u64,
    /// Of which evidence of patch state still counts.
    pub fresh: u64,
    /// The newest day of any evidence.
    pub latest: Option<Date>,
    /// Days of age of the median host's evidence of patch state.
    pub median_days: Option<u32>,
    /// Its hosts under every flaw that was known to be exploited; `None`: none was.
    pub exploited: Option<Hosts>,
}

/// An alert that asks something of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The alert.
    pub number: AlertNumber,
    /// What was said by and of the organisation, in the order of the record.
    pub entries: Vec<Said>,
    /// When the alert ended, if it has.
    pub ended: Option<Timestamp>,
    /// Its hosts under what the alert names, as evidence shows them; `None`: it shows nothing.
    pub hosts: Option<Hosts>,
}

/// Something that was said, with its place in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The number of its event.
    pub number: u64,
    /// Whether the program said it and no person.
    pub by_program: bool,
    /// What.
    pub entry: Entry,
}

/// Who answers for an organisation, of whom the register knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    /// Who leads on data security.
    pub leads: Vec<Named>,
    /// Who stands in.
    pub deputies: Vec<Named>,
    /// Whom a call at night reaches.
    pub at_night: Vec<Named>,
}

/// Somebody who is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// When somebody last made sure that it is so.
    pub confirmed_on: Option<Date>,
    /// Whether that was not too long ago.
    pub is_fresh: bool,
}
