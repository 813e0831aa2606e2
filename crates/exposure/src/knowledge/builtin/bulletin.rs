//! Advisories known by a name, in plain words.

use jiff::civil::Date;
use model::cve::CveId;

use super::table::{BuiltinError, ByCve, read};

/// An advisory that people know by its name or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulletin {
    /// The publisher's number ("MS17-010"), else its first CVE.
    pub id: String,
    /// The name in the press ("EternalBlue"), if it has one.
    pub name: Option<String>,
    /// What it is, in plain words.
    pub title: String,
    /// Its CVEs.
    pub cves: Vec<CveId>,
    /// Day of publication.
    pub published: Date,
    /// Whether it can spread from machine to machine without a person ("worm-class").
    pub worm: bool,
    /// The part of Windows at fault.
    pub component: String,
    /// Severity in the publisher's words, by CVE.
    pub severity: ByCve,
    /// Impact in the publisher's words, by CVE.
    pub impact: ByCve,
    /// One sentence for a reader who does not know the flaw.
    pub summary: String,
    /// Names of controls that mitigate it (`model::evidence::control`).
    pub mitigations: Vec<String>,
    /// Address of the publisher's page.
    pub source: String,
}

/// An entry of the catalogue of known exploited vulnerabilities for one of the bulletins' CVEs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exploited {
    /// The CVE.
    pub cve: CveId,
    /// Day it was added.
    pub added: Date,
    /// CISA's due date.
    pub due: Option<Date>,
    /// Whether use in ransomware campaigns is known; `None` is "unknown", never "no".
    pub ransomware: Option<bool>,
    /// Address of the catalogue.
    pub source: String,
}

const COLUMNS: &[&str] = &[
    "id",
    "name",
    "title",
    "cves",
    "published",
    "worm",
    "component",
    "severity",
    "impact",
    "summary",
    "mitigations",
    "source",
];

/// The advisories known by a name.
pub fn bulletins() -> Result<Vec<Bulletin>, BuiltinError> {
    read("bulletins.csv", include_str!("bulletins.csv"), COLUMNS, |row| {
        Ok(Bulletin {
            id: row.text("id")?,
            name: row.text("name").ok(),
            title: row.text("title")?,
            cves: row.values("cves", "a CVE")?,
            published: row.date("published")?,
            worm: row.word("worm", &[("yes", true), ("no", false)], "yes or no")?,
            component: row.text("component")?,
            severity: row.by_cve("severity")?,
            impact: row.by_cve("impact")?,
            summary: row.text("summary")?,
            mitigations: row.list("mitigations"),
            source: row.text("source")?,
        })
    })
}

/// Which of their CVEs CISA lists as exploited.
pub fn exploited() -> Result<Vec<Exploited>, BuiltinError> {
    const COLUMNS: &[&str] = &["cve", "added", "due", "ransomware", "source"];
    read("exploited.csv", include_str!("exploited.csv"), COLUMNS, |row| {
        Ok(Exploited {
            cve: row.value("cve", "a CVE")?,
            added: row.date("added")?,
            due: row.optional_date("due")?,
            ransomware: row.word(
                "ransomware",
                &[("known", Some(true)), ("unknown", None)],
                "known or unknown",
            )?,
            source: row.text("source")?,
        })
    })
}
