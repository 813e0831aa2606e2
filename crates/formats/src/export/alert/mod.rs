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

use crate::advisory::csaf::validate::{file_name_for, is_uri};

pub use cap::{CapStatus, cap};
pub use csaf::csaf;
pub use feed::{Feed, atom, changes, index, provider_metadata, rolie};

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
    /// How, in words, as the end of a sentence ("superseded by A18K", "withdrawn").
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
    pub fn last(&self) -> Timestamp {
        let in_force = self.updates.last().map_or(self.issued.0, |(at, _)| *at);
        self.ended.as_ref().map_or(in_force, |ended| ended.at.max(in_force))
    }

    /// The name of its CSAF document as a file (CSAF 2.0, 5.1).
    pub fn csaf_file(&self) -> String {
        file_name_for(&self.number)
    }

    /// The name of its CAP message as a file.
    pub fn cap_file(&self) -> String {
        let name = self.csaf_file();
        format!("{}.cap.xml", name.strip_suffix(".json").unwrap_or(&name))
    }

    /// Where its CSAF document is, below the base: the public's in the folder of its year (CSAF 2.0, 7.1.11), any other
    /// beside the alert's page, where whoever reads it has signed in.
    pub fn csaf_path(&self) -> String {
        match self.marking {
            Marking::Clear => format!("{WHITE}/{}", self.csaf_below()),
            _ => format!("alerts/{}/files/{}", self.number, self.csaf_file()),
        }
    }

    /// Where its CAP message is, below the base.
    pub fn cap_path(&self) -> String {
        match self.marking {
            Marking::Clear => format!("public/alerts/{}", self.cap_file()),
            _ => format!("alerts/{}/files/{}", self.number, self.cap_file()),
        }
    }

    /// The year whose folder its document is in.
    pub fn year(&self) -> i16 {
        self.first().to_zoned(jiff::tz::TimeZone::UTC).year()
    }

    /// Where its CSAF document is below the folder of its marking.
    fn csaf_below(&self) -> String {
        format!("{}/{}", self.year(), self.csaf_file())
    }
}

/// Why nobody can publish so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublisherError {
    /// No name, or no way to reach it.
    #[error("whoever publishes must have a name and say how to be reached")]
    Nameless,
    /// Section 3.2.1.8.5 of CSAF 2.0.
    #[error("the publisher's namespace `{0}` is not an absolute URI, such as https://example.org")]
    Namespace(String),
    /// Where its files are is an address.
    #[error("`{0}` is no address at which files are found, such as https://alerts.example")]
    Base(String),
}

impl Publisher {
    /// A publisher whose files are found below a base.
    pub fn new(
        name: &str,
        namespace: &str,
        contact: &str,
        base: &str,
    ) -> Result<Self, PublisherError> {
        let [name, contact] = [name, contact].map(str::trim);
        if name.is_empty() || contact.is_empty() {
            return Err(PublisherError::Nameless);
        }
        if !is_uri(namespace) {
            return Err(PublisherError::Namespace(namespace.to_owned()));
        }
        let base = base.trim_end_matches('/');
        let is_web = base.starts_with("https://") || base.starts_with("http://");
        if !is_web || !is_uri(base) {
            return Err(PublisherError::Base(base.to_owned()));
        }
        Ok(Self {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            contact: contact.to_owned(),
            base: base.to_owned(),
        })
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }
}

/// The folder of the documents that everybody may read.
const WHITE: &str = "csaf/white";

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
pub(crate) const fn label(marking: Marking) -> &'static str {
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

    #[test]
    fn who_publishes_has_a_name_a_namespace_and_an_address() {
        let one = |name, namespace, contact, base| Publisher::new(name, namespace, contact, base);
        let (space, base) = ("https://health.example", "https://alerts.example/");
        let found = one(" Health ", space, "0100", base).unwrap();
        assert_eq!(
            (found.name.as_str(), found.base.as_str()),
            ("Health", "https://alerts.example")
        );
        assert_eq!(one(" ", space, "0100", base), Err(PublisherError::Nameless));
        assert_eq!(one("Health", space, "", base), Err(PublisherError::Nameless));
        let wrong = one("Health", "health", "0100", base);
        assert_eq!(wrong, Err(PublisherError::Namespace("health".into())));
        for base in ["", "alerts.example", "ftp://alerts.example"] {
            assert!(matches!(one("Health", space, "0100", base), Err(PublisherError::Base(_))));
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
