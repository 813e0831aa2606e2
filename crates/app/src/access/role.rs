//! Roles, and what each may do.

use std::collections::BTreeSet;
use std::fmt;

/// What somebody is to the service. Who has none, signed in or not, is the public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Answers for the whole sector.
    NationalOfficer,
    /// Answers for a region and all that is below it.
    RegionalOfficer,
    /// Answers for an organisation.
    OrganisationLead,
    /// Works on an organisation's machines.
    Responder,
    /// Looks at everything and changes nothing.
    Auditor,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// See hosts and their evidence.
    SeeHosts,
    /// Add evidence.
    AddEvidence,
    /// See the record and take proofs from it.
    SeeRecord,
    /// Say who has which role.
    ManagePeople,
    /// Bring knowledge into use.
    ManageKnowledge,
    /// Repeat and cancel what runs in the background.
    ManageJobs,
    /// Take access to an organisation in an emergency.
    EmergencyAccess,
    /// Review what somebody did in an emergency.
    ReviewEmergency,
    /// Let a support unit act for an organisation.
    DelegateAccess,
    /// Write alerts, approve what others wrote, and take them back.
    IssueAlerts,
    /// Answer alerts for an organisation.
    AnswerAlerts,
    /// Decide for organisations: give more time, close against evidence.
    DecideAlerts,
}

use Permission::{
    AddEvidence, AnswerAlerts, DecideAlerts, DelegateAccess, EmergencyAccess, IssueAlerts,
    ManageJobs, ManageKnowledge, ManagePeople, ReviewEmergency, SeeHosts, SeeRecord,
};

impl Role {
    /// All roles, in the order of lists.
    pub const ALL: [Self; 5] = [
        Self::NationalOfficer,
        Self::RegionalOfficer,
        Self::OrganisationLead,
        Self::Responder,
        Self::Auditor,
    ];

    /// The name in JSON and arguments.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NationalOfficer => "national-officer",
            Self::RegionalOfficer => "regional-officer",
            Self::OrganisationLead => "organisation-lead",
            Self::Responder => "responder",
            Self::Auditor => "auditor",
        }
    }

    /// The name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NationalOfficer => "National officer",
            Self::RegionalOfficer => "Regional officer",
            Self::OrganisationLead => "Organisation lead",
            Self::Responder => "Responder",
            Self::Auditor => "Auditor",
        }
    }

    /// The role of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// What the role may do, within its organisations.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::NationalOfficer => &Permission::ALL,
            Self::RegionalOfficer => &[
                SeeHosts,
                AddEvidence,
                SeeRecord,
                ManagePeople,
                EmergencyAccess,
                ReviewEmergency,
                DelegateAccess,
                AnswerAlerts,
                DecideAlerts,
            ],
            // The same at home, but nobody decides on what they asked for themselves.
            Self::OrganisationLead => &[
                SeeHosts,
                AddEvidence,
                SeeRecord,
                ManagePeople,
                EmergencyAccess,
                ReviewEmergency,
                DelegateAccess,
                AnswerAlerts,
            ],
            Self::Responder => &[SeeHosts, AddEvidence, SeeRecord, EmergencyAccess, AnswerAlerts],
            Self::Auditor => &[SeeHosts, SeeRecord, EmergencyAccess, ReviewEmergency],
        }
    }

    /// Whether the role may do something, within its organisations.
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// Whether the role is of the whole sector; any other is of one organisation.
    pub const fn is_sector_wide(self) -> bool {
        matches!(self, Self::NationalOfficer | Self::Auditor)
    }

    /// Whether somebody with this role may give another role: never one above their own. Where,
    /// is another question.
    pub const fn may_give(self, other: Self) -> bool {
        match self {
            Self::NationalOfficer => true,
            Self::RegionalOfficer => {
                matches!(other, Self::RegionalOfficer | Self::OrganisationLead | Self::Responder)
            }
            Self::OrganisationLead => matches!(other, Self::OrganisationLead | Self::Responder),
            Self::Responder | Self::Auditor => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl Permission {
    /// All permissions, in the order of lists.
    pub const ALL: [Self; 12] = [
        SeeHosts,
        AddEvidence,
        SeeRecord,
        ManagePeople,
        ManageKnowledge,
        ManageJobs,
        EmergencyAccess,
        ReviewEmergency,
        DelegateAccess,
        IssueAlerts,
        AnswerAlerts,
        DecideAlerts,
    ];

    /// What a support unit may do for those whose IT it runs, and anybody in an emergency.
    pub const HANDS_ON: [Self; 4] = [SeeHosts, AddEvidence, SeeRecord, AnswerAlerts];

    /// The name in JSON and arguments.
    pub const fn code(self) -> &'static str {
        match self {
            SeeHosts => "see-hosts",
            AddEvidence => "add-evidence",
            SeeRecord => "see-record",
            ManagePeople => "manage-people",
            ManageKnowledge => "manage-knowledge",
            ManageJobs => "manage-jobs",
            EmergencyAccess => "emergency-access",
            ReviewEmergency => "review-emergency",
            DelegateAccess => "delegate-access",
            IssueAlerts => "issue-alerts",
            AnswerAlerts => "answer-alerts",
            DecideAlerts => "decide-alerts",
        }
    }

    /// What it allows, for people.
    pub const fn label(self) -> &'static str {
        match self {
            SeeHosts => "See hosts and their evidence",
            AddEvidence => "Add evidence",
            SeeRecord => "See the record",
            ManagePeople => "Manage people",
            ManageKnowledge => "Manage knowledge",
            ManageJobs => "Manage background work",
            EmergencyAccess => "Take emergency access",
            ReviewEmergency => "Review emergency access",
            DelegateAccess => "Delegate access",
            IssueAlerts => "Write and approve alerts",
            AnswerAlerts => "Answer alerts",
            DecideAlerts => "Decide on answers to alerts",
        }
    }

    /// The permission of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.code() == code)
    }

    /// Whether a program may have it. What widens somebody's power or answers for it is done by
    /// people who are signed in.
    pub const fn fits_a_token(self) -> bool {
        !matches!(
            self,
            ManagePeople
                | EmergencyAccess
                | ReviewEmergency
                | DelegateAccess
                | IssueAlerts
                | DecideAlerts
        )
    }

    /// All permissions as a set.
    pub fn all() -> BTreeSet<Self> {
        Self::ALL.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_written() {
        for role in Role::ALL {
            assert_eq!(Role::of_code(role.code()), Some(role));
        }
        for permission in Permission::ALL {
            assert_eq!(Permission::of_code(permission.code()), Some(permission));
        }
        assert_eq!(Role::of_code("public"), None);
    }

    #[test]
    fn everyone_with_a_role_may_take_emergency_access() {
        assert!(Role::ALL.into_iter().all(|role| role.may(EmergencyAccess)));
    }

    #[test]
    fn an_auditor_changes_nothing_but_reviews() {
        for permission in [
            AddEvidence,
            ManagePeople,
            ManageKnowledge,
            ManageJobs,
            DelegateAccess,
            IssueAlerts,
            AnswerAlerts,
            DecideAlerts,
        ] {
            assert!(!Role::Auditor.may(permission));
        }
    }

    #[test]
    fn nobody_gives_a_role_that_may_do_more_than_their_own() {
        for giver in Role::ALL {
            for given in Role::ALL.into_iter().filter(|given| giver.may_give(*given)) {
                assert!(giver.may(ManagePeople), "{giver} gives roles");
                for permission in given.permissions() {
                    assert!(giver.may(*permission), "{giver} gives {given} with {permission:?}");
                }
                assert!(
                    !given.is_sector_wide() || giver.is_sector_wide(),
                    "{giver} gives {given}, which is wider"
                );
            }
        }
    }
}
