//! The document around the vulnerabilities: tracking, product tree, and where each element belongs.

use std::collections::HashMap;
use std::mem;

use model::fact::{FactSink, Source, SourceKind};
use model::reading::{Place, ReadError};

use super::vulnerability::{Remediation, Score, Threat, Vulnerability};
use crate::advisory::Summary;
use crate::advisory::day::day;
use crate::advisory::tally::Tally;
use crate::advisory::xml::Elements;

/// A document being read; gives its facts away vulnerability by vulnerability.
pub(super) struct Document<'s> {
    sink: &'s mut dyn FactSink,
    tally: Tally,
    root_seen: bool,
    source: Option<Source>,
    /// Product names by identifier.
    products: HashMap<String, String>,
    product_id: Option<String>,
    vulnerability: Option<Vulnerability>,
    part: Part,
}

/// The part of a vulnerability that product identifiers and descriptions belong to.
enum Part {
    None,
    Status { is_affected: bool },
    Threat(Threat),
    Score(Score),
    Remediation(Remediation),
    Note { title: String, kind: String },
    Revision,
}

impl<'s> Document<'s> {
    pub(super) fn new(sink: &'s mut dyn FactSink) -> Self {
        Self {
            sink,
            tally: Tally::default(),
            root_seen: false,
            source: Some(Source {
                kind: SourceKind::MsrcCvrf,
                id: "CVRF".to_owned(),
                title: None,
                publisher: None,
                url: None,
                published: None,
                as_of: None,
            }),
            products: HashMap::new(),
            product_id: None,
            vulnerability: None,
            part: Part::None,
        }
    }

    pub(super) fn finish(mut self) -> Result<Summary, ReadError> {
        if !self.root_seen {
            return Err(ReadError::new(
                Place::Whole,
                "this XML document is not CVRF",
                "say with --format what it is",
            ));
        }
        self.give_source();
        Ok(self.tally.finish())
    }

    /// The source goes first, once the head of the document has been read.
    fn give_source(&mut self) {
        if let Some(source) = self.source.take() {
            self.sink.source(source);
        }
    }

    /// Elements of the head.
    fn head(&mut self, name: &str, text: &str) {
        let Some(source) = &mut self.source else { return };
        if text.is_empty() {
            return;
        }
        match name {
            "DocumentTitle" => source.title = Some(text.to_owned()),
            "ID" => text.clone_into(&mut source.id),
            "InitialReleaseDate" => source.published = day(text),
            "CurrentReleaseDate" => source.as_of = day(text),
            "ContactDetails" if text.contains("@microsoft.com") => {
                source.publisher = Some("Microsoft".to_owned());
            }
            "FullProductName" => {
                if let Some(id) = self.product_id.take() {
                    self.products.insert(id, text.to_owned());
                }
            }
            _ => {}
        }
    }

    fn end_in_part(&mut self, name: &str, text: &str) {
        match (&mut self.part, name) {
            (Part::Status { is_affected: true }, "ProductID") => {
                if let Some(vulnerability) = &mut self.vulnerability {
                    vulnerability.affected.push(text.to_owned());
                }
            }
            (Part::Threat(threat), "ProductID") => threat.products.push(text.to_owned()),
            (Part::Threat(threat), "Description") => text.clone_into(&mut threat.description),
            (Part::Score(score), "BaseScore") => text.clone_into(&mut score.base),
            (Part::Score(score), "Vector") => text.clone_into(&mut score.vector),
            (Part::Remediation(remediation), _) => remediation.take(name, text),
            (Part::Revision, "Date") => {
                if let (Some(vulnerability), Some(day)) = (&mut self.vulnerability, day(text)) {
                    vulnerability.revised.push(day);
                }
            }
            _ => {}
        }
    }

    /// An element that is a part ends: the vulnerability gets it.
    fn close_part(&mut self, text: &str) {
        let part = mem::replace(&mut self.part, Part::None);
        let Some(vulnerability) = &mut self.vulnerability else { return };
        match part {
            Part::Threat(threat) => vulnerability.threats.push(threat),
            Part::Score(score) => vulnerability.scores.push(score),
            Part::Remediation(remediation) => vulnerability.remediations.push(remediation),
            Part::Note { title, kind } => vulnerability.note(&title, &kind, text),
            Part::None | Part::Status { .. } | Part::Revision => {}
        }
    }
}

impl Elements for Document<'_> {
    fn begin(&mut self, name: &str, attribute: &dyn Fn(&str) -> Option<String>) {
        let kind = || attribute("Type").unwrap_or_default();
        if self.vulnerability.is_none() {
            match name {
                "cvrfdoc" => self.root_seen = true,
                "FullProductName" => self.product_id = attribute("ProductID"),
                "Vulnerability" => {
                    self.give_source();
                    self.vulnerability = Some(Vulnerability::default());
                }
                _ => {}
            }
            return;
        }
        self.part = match name {
            "Status" => Part::Status { is_affected: kind().eq_ignore_ascii_case("Known Affected") },
            "Threat" => Part::Threat(Threat { kind: kind(), ..Threat::default() }),
            "ScoreSet" => Part::Score(Score::default()),
            "Remediation" => Part::Remediation(Remediation::of_kind(kind())),
            "Note" => Part::Note { title: attribute("Title").unwrap_or_default(), kind: kind() },
            "Revision" => Part::Revision,
            "CWE" => {
                if let (Some(vulnerability), Some(id)) = (&mut self.vulnerability, attribute("ID"))
                {
                    vulnerability.weaknesses.push(id);
                }
                return;
            }
            _ => return,
        };
    }

    fn end(&mut self, name: &str, text: &str) {
        if self.vulnerability.is_none() {
            return self.head(name, text);
        }
        match name {
            "Status" | "Threat" | "ScoreSet" | "Remediation" | "Note" | "Revision" => {
                self.close_part(text);
            }
            "Title" | "CVE" => {
                if let Some(vulnerability) = &mut self.vulnerability {
                    vulnerability.name(name, text);
                }
            }
            "Vulnerability" => {
                if let Some(vulnerability) = self.vulnerability.take() {
                    vulnerability.give(&self.products, &mut self.tally, self.sink);
                }
            }
            _ => self.end_in_part(name, text),
        }
    }
}
