//! Where a fact comes from, and where facts go.

use jiff::civil::Date;

use crate::fact::Fact;

/// A document or feed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// What kind it is.
    pub kind: SourceKind,
    /// Its identifier ("2017-Mar", "icsma-18-058-02", "KEV 2025.04.29").
    pub id: String,
    /// Title, if it has one.
    pub title: Option<String>,
    /// Publisher's name.
    pub publisher: Option<String>,
    /// Address where the publisher keeps it, if the document says so.
    pub url: Option<String>,
    /// First publication.
    pub published: Option<Date>,
    /// The day up to which it speaks: last change of a document, date of a feed.
    pub as_of: Option<Date>,
}

/// Kinds of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// Shipped with Wardround, each row with its own source.
    BuiltIn,
    /// Microsoft security updates, CVRF 1.1 XML.
    MsrcCvrf,
    /// The definitions CSV of wes-ng.
    WesNg,
    /// CISA Known Exploited Vulnerabilities.
    Kev,
    /// FIRST EPSS.
    Epss,
    /// A CSAF 2.0 document.
    Csaf,
    /// A CVE record, JSON 5.
    Cve,
    /// An OSV record.
    Osv,
}

impl SourceKind {
    /// The name in JSON and on screen.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::MsrcCvrf => "msrc-cvrf",
            Self::WesNg => "wes-ng",
            Self::Kev => "kev",
            Self::Epss => "epss",
            Self::Csaf => "csaf",
            Self::Cve => "cve",
            Self::Osv => "osv",
        }
    }
}

/// Takes facts one by one, so that a feed of half a million rows is never held whole.
pub trait FactSink {
    /// Begins a source: facts that follow are its statements, until the next.
    fn source(&mut self, source: Source);

    /// Takes one fact of the current source.
    fn fact(&mut self, fact: Fact);
}

/// Collects sources and facts, for tests and small documents.
#[derive(Debug, Default)]
pub struct Collected {
    /// The sources in order.
    pub sources: Vec<Source>,
    /// Facts with the index of their source.
    pub facts: Vec<(usize, Fact)>,
}

impl FactSink for Collected {
    fn source(&mut self, source: Source) {
        self.sources.push(source);
    }

    fn fact(&mut self, fact: Fact) {
        self.facts.push((self.sources.len().saturating_sub(1), fact));
    }
}
