//! Kinds of organisation.

use std::fmt;

/// What kind of organisation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrganisationKind {
    /// The national body.
    National,
    /// A region of the national body.
    Region,
    /// A body that plans and pays for care (clinical commissioning group, integrated care board).
    Commissioner,
    /// A hospital, mental-health, community or ambulance trust.
    Trust,
    /// A general practice.
    Practice,
    /// A unit that runs the IT of others (commissioning support unit, health informatics service).
    SupportUnit,
    /// A supplier of products or services.
    Supplier,
    /// A care home.
    CareHome,
    /// Anything else.
    Other,
}

impl OrganisationKind {
    /// All kinds, in the order of tables.
    pub const ALL: [Self; 9] = [
        Self::National,
        Self::Region,
        Self::Commissioner,
        Self::Trust,
        Self::Practice,
        Self::SupportUnit,
        Self::Supplier,
        Self::CareHome,
        Self::Other,
    ];

    /// The name in JSON, CSV and arguments.
    pub const fn code(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Region => "region",
            Self::Commissioner => "commissioner",
            Self::Trust => "trust",
            Self::Practice => "practice",
            Self::SupportUnit => "support-unit",
            Self::Supplier => "supplier",
            Self::CareHome => "care-home",
            Self::Other => "other",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code().eq_ignore_ascii_case(code.trim()))
    }
}

impl fmt::Display for OrganisationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SupportUnit => "support unit",
            Self::CareHome => "care home",
            other => other.code(),
        })
    }
}
