//! Who answers for an organisation's machines, in which role, and how fresh that knowledge is.
//!
//! What is personal (a name, a telephone number, a mail address) is a part of its own, so that it
//! can be erased while the fact that somebody had the role stays.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::OrganisationCode;

/// In which role somebody answers for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Owns the organisation or its machines.
    Owner,
    /// Runs its IT.
    ItProvider,
    /// Plans and pays for what it does.
    Commissioner,
    /// Who is rung outside working hours.
    OutOfHours,
    /// Leads on data security.
    SecurityLead,
    /// Stands in for the security lead.
    Deputy,
    /// The executive who answers for data security.
    Executive,
}

impl Role {
    /// All roles, in the order of tables.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::ItProvider,
        Self::Commissioner,
        Self::OutOfHours,
        Self::SecurityLead,
        Self::Deputy,
        Self::Executive,
    ];

    /// The name in JSON, CSV and arguments.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::ItProvider => "it-provider",
            Self::Commissioner => "commissioner",
            Self::OutOfHours => "out-of-hours",
            Self::SecurityLead => "security-lead",
            Self::Deputy => "deputy",
            Self::Executive => "executive",
        }
    }

    /// The role of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code().eq_ignore_ascii_case(code.trim()))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ItProvider => "IT provider",
            Self::OutOfHours => "out of hours",
            Self::SecurityLead => "security lead",
            other => other.code(),
        })
    }
}

/// One of an organisation's responsibilities: a role, and the place in the order in which those
/// who have it are called. Setting the same slot again replaces who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// The role.
    pub role: Role,
    /// Who is called first has 1.
    pub call_order: u16,
}

/// Who has a responsibility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responsibility {
    /// An organisation or a person.
    pub party: Party,
    /// How they are reached.
    pub personal: Personal,
    /// The day on which somebody last made sure that it is still so.
    pub confirmed_on: Option<Date>,
}

/// An organisation or a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// An organisation of the register.
    Organisation(OrganisationCode),
    /// A person, by a reference that says nothing personal.
    Person(PersonReference),
}

/// A reference to a person that says nothing personal ("RX1/security-lead/1").
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonReference(String);

impl PersonReference {
    /// The person who has this slot of this organisation.
    pub fn of_slot(organisation: &OrganisationCode, slot: Slot) -> Self {
        Self(format!("{organisation}/{}/{}", slot.role.code(), slot.call_order))
    }

    /// The reference as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonReference {
    type Err = PersonReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let sound = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._".contains(&b));
        if text.is_empty() || text.len() > 80 || !sound {
            return Err(PersonReferenceError(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A text that is no reference to a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` refers to no person: write letters, digits and `/-._`, and no name")]
pub struct PersonReferenceError(String);

/// The personal part of a responsibility.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Personal {
    /// Nothing personal was given.
    #[default]
    None,
    /// How to reach them.
    Given(Contact),
    /// It was given and has been erased.
    Erased,
}

impl Personal {
    /// How to reach them, where that is known.
    pub const fn contact(&self) -> Option<&Contact> {
        match self {
            Self::Given(contact) => Some(contact),
            Self::None | Self::Erased => None,
        }
    }
}

/// How somebody is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Their name.
    pub name: Option<String>,
    /// Telephone number, as printed.
    pub phone: Option<String>,
    /// Mobile telephone number, as printed.
    pub mobile: Option<String>,
    /// Mail address, as printed.
    pub mail: Option<String>,
}

impl Contact {
    /// Whether nothing is known.
    pub const fn is_empty(&self) -> bool {
        self.name.is_none() && self.phone.is_none() && self.mobile.is_none() && self.mail.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_to_a_person_cannot_hold_a_name_with_blanks_or_an_address() {
        let slot = Slot { role: Role::SecurityLead, call_order: 1 };
        let person = PersonReference::of_slot(&"rx1".parse().unwrap(), slot);
        assert_eq!(person.as_str(), "RX1/security-lead/1");
        assert_eq!(person.as_str().parse(), Ok(person));
        for text in ["", "Jo Doe", "jo@trust.example"] {
            assert!(text.parse::<PersonReference>().is_err(), "{text}");
        }
    }

    #[test]
    fn role_codes_are_read_as_written() {
        for role in Role::ALL {
            assert_eq!(Role::of_code(role.code()), Some(role));
        }
    }
}
