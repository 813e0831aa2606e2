//! An alert in the forms that other tools read: CSAF 2.0 for those who manage vulnerabilities, CAP 1.2 for
//! those who warn, Atom and ROLIE for those who follow.
//!
//! What an alert says is handed in as it was issued; nothing is judged here. What is above TLP:CLEAR must not come here
//! for the public: that is decided in `app`.

mod cap;
mod csaf;
mod feed;
mod xml;

use jiff::Timestamp;
use model::event::Marking;

pub use cap::{CapStatus, cap};
pub use csaf::csaf;
pub use feed::{Feed, atom, changes, provider_metadata, rolie};

/// Who publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publisher {
    /// Its name.
    pub name: String,
    /// A URI within which its names are its own; also where it is found.
    pub namespace: String,
    /// How to reach it, in words.
    pub contact: String,
    /// Where alerts are found, without a slash at the end (`https://alerts.example`).
    pub base: String,
}

/// An alert as it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedAlert {
    /// Its number ("A17M").
    pub number: String,
    /// When its first version came into force, and why.
    pub issued: (Timestamp, String),
    /// Every later version that was ever in force, the first first.
    pub updates: Vec<(Timestamp, String)>,
    /// How it ended, if it has.
    pub ended: Option<Ended>,
    /// One line.
    pub headline: String,
    /// What it is.
    pub description: String,
    /// What to do.
    pub steps: Vec<String>,
    /// Whether it advises, requires or directs, and by what right, in words.
    pub authority: String,
    /// What it is about.
    pub advisories: Vec<String>,
    /// The CVEs that its advisories are about.
    pub cves: Vec<String>,
    /// CAP's words for how bad, how soon, how sure.
    pub severity: String,
    /// How soon.
    pub urgency: String,
    /// How sure.
    pub certainty: String,
    /// Who may read it.
    pub marking: Marking,
    /// Whom it is for, in words.
    pub audience: String,
    /// Codes of those whom it is for, where they are few enough to be named.
    pub organisations: Vec<String>,
    /// By when it must be acknowledged and done, in words.
    pub deadlines: Vec<(String, String)>,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
}

/// How an alert ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// How, in words ("superseded by A18K", "withdrawn").
    pub how: String,
    /// Whether it was taken back: tools then withdraw it too.
    pub is_withdrawn: bool,
}

impl IssuedAlert {
    /// When its first version came into force.
    fn first(&self) -> Timestamp {
        self.issued.0
    }

    /// When it last changed.
    fn last(&self) -> Timestamp {
        let in_force = self.updates.last().map_or(self.issued.0, |(at, _)| *at);
        self.ended.as_ref().map_or(in_force, |ended| ended.at.max(in_force))
    }
}

impl Publisher {
    /// Where an alert's CSAF document is, below the base: the folder of its year (CSAF 2.0, 7.1.11).
    fn path(alert: &IssuedAlert) -> String {
        let year = alert.first().to_zoned(jiff::tz::TimeZone::UTC).year();
        let name = crate::advisory::csaf::validate::file_name_for(&alert.number);
        format!("csaf/{}/{year}/{name}", folder(alert.marking))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }
}

/// The folder of a marking's documents, and what its feed is called: each marking has its own.
const fn folder(marking: Marking) -> &'static str {
    match marking {
        Marking::Clear => "white",
        Marking::Green => "green",
        Marking::Amber => "amber",
        Marking::AmberStrict => "amber-strict",
        Marking::Red => "red",
    }
}

/// CSAF 2.0 has the labels of TLP 1: CLEAR is its WHITE, and what is stricter than AMBER is RED, never the other
/// way. The label of TLP 2.0 stands beside it as text.
const fn label(marking: Marking) -> &'static str {
    match marking {
        Marking::Clear => "WHITE",
        Marking::Green => "GREEN",
        Marking::Amber => "AMBER",
        Marking::AmberStrict | Marking::Red => "RED",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn publisher() -> Publisher {
        Publisher {
            name: "National Health Service of Ostmark".into(),
            namespace: "https://alerts.ostmark.example".into(),
            contact: "Security operations, day and night: 0100".into(),
            base: "https://alerts.ostmark.example".into(),
        }
    }

    pub(crate) fn alert() -> IssuedAlert {
        IssuedAlert {
            number: "A17M".into(),
            issued: ("2017-04-28T09:00:00Z".parse().unwrap(), "First issued.".into()),
            updates: vec![("2017-05-02T11:30:00.5Z".parse().unwrap(), "It is exploited.".into())],
            ended: None,
            headline: "Install the March 2017 update & start <again>".into(),
            description: "A worm can use the flaw.".into(),
            steps: vec!["Install the update.".into(), "Start the machine again.".into()],
            authority: "You are advised to do this.".into(),
            advisories: vec!["MS17-010".into()],
            cves: vec!["CVE-2017-0144".into(), "CVE-2017-0145".into()],
            severity: "Severe".into(),
            urgency: "Expected".into(),
            certainty: "Likely".into(),
            marking: Marking::Clear,
            audience: "Trusts and practices with an exposed host".into(),
            organisations: vec!["TR-001".into(), "GP-0001".into()],
            deadlines: vec![
                ("acknowledgeBy".into(), "2017-04-30T09:00:00+00:00".into()),
                ("actBy".into(), "2017-05-12".into()),
            ],
            expires: None,
        }
    }
}
