//! What a VEX document says of itself.

use jiff::Timestamp;
use model::event::Marking;
use serde_json::{Value, json};

use crate::advisory::csaf::validate::is_uri;
use crate::export::alert::label;
use crate::export::report::{Frame, Summary};

/// Why no VEX document can be made under a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VexError {
    /// Section 3.2.1.12.4 of the standard.
    #[error("the tracking identifier `{0}` is empty, or has line ends, or white space at an end")]
    TrackingId(String),
    /// Section 3.2.1.8.
    #[error("the publisher has no name")]
    Publisher,
    /// Section 3.2.1.8.5.
    #[error("the publisher's namespace `{0}` is not an absolute URI, such as https://example.org")]
    Namespace(String),
}

/// Who publishes the document, when, under which identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexHeader {
    tracking_id: String,
    date: Timestamp,
    publisher: String,
    namespace: String,
    tool_version: String,
    /// Whose hosts they are, where that is one organisation.
    of: Option<String>,
    /// Who may read it.
    marking: Option<Marking>,
    /// What else limits what it says.
    limits: Vec<String>,
}

impl VexHeader {
    /// A header for a document of `publisher`, whose names are its own within `namespace`, a URI.
    pub fn new(
        tracking_id: &str,
        date: Timestamp,
        publisher: &str,
        namespace: &str,
        tool_version: &str,
    ) -> Result<Self, VexError> {
        let is_line_end = |it| matches!(it, '\n' | '\r' | '\u{2028}' | '\u{2029}');
        if tracking_id.is_empty()
            || tracking_id.trim() != tracking_id
            || tracking_id.contains(is_line_end)
        {
            return Err(VexError::TrackingId(tracking_id.to_owned()));
        }
        if publisher.is_empty() {
            return Err(VexError::Publisher);
        }
        if !is_uri(namespace) {
            return Err(VexError::Namespace(namespace.to_owned()));
        }
        Ok(Self {
            tracking_id: tracking_id.to_owned(),
            date,
            publisher: publisher.to_owned(),
            namespace: namespace.to_owned(),
            tool_version: if tool_version.is_empty() { "0" } else { tool_version }.to_owned(),
            of: None,
            marking: None,
            limits: Vec::new(),
        })
    }

    /// The same of the hosts of one organisation, marked with who may read it.
    pub fn of_organisation(self, name: &str, marking: Marking) -> Self {
        Self { of: Some(name.to_owned()), marking: Some(marking), ..self }
    }

    /// The same with something more that limits what it says, as a sentence.
    pub fn with_limit(mut self, limit: String) -> Self {
        self.limits.push(limit);
        self
    }

    /// `/document`.
    pub(super) fn document(
        &self,
        frame: &Frame,
        summary: &Summary,
        errors: usize,
        vulnerabilities: usize,
    ) -> Value {
        let date = self.date.to_string();
        // The VEX profile demands a vulnerability (6.1.27.11). Without one the document is of the
        // base profile and says that it states nothing.
        let (category, title) = match vulnerabilities {
            0 => ("csaf_base", "Nothing was judged"),
            _ => ("csaf_vex", "Exposure of hosts"),
        };
        let title = match &self.of {
            Some(name) => format!("{title} of {name} as at {}", frame.as_at),
            None => format!("{title} as at {}", frame.as_at),
        };
        let mut document = json!({
            "category": category,
            "csaf_version": "2.0",
            "lang": "en",
            "notes": self.notes(frame, summary, errors, vulnerabilities),
            "publisher": {
                "category": "user",
                "name": self.publisher,
                "namespace": self.namespace,
            },
            "title": title,
            "tracking": {
                "current_release_date": date,
                "generator": {
                    "date": date,
                    "engine": {"name": "Wardround", "version": self.tool_version},
                },
                "id": self.tracking_id,
                "initial_release_date": date,
                "revision_history": [
                    {"date": date, "number": "1", "summary": "Made from evidence."}
                ],
                "status": "final",
                "version": "1",
            },
        });
        if let (Some(object), Some(marking)) = (document.as_object_mut(), self.marking) {
            let tlp = json!({"tlp": {"label": label(marking)}, "text": marking.label()});
            object.insert("distribution".to_owned(), tlp);
        }
        document
    }

    fn notes(
        &self,
        frame: &Frame,
        summary: &Summary,
        errors: usize,
        vulnerabilities: usize,
    ) -> Value {
        let mut limits = vec![
            "What is not listed is not judged; it is not a statement of being unaffected."
                .to_owned(),
        ];
        if vulnerabilities == 0 {
            limits.push("No vulnerability was judged, so nothing is stated.".to_owned());
        }
        let mut limit = |count: u64, text: &str| {
            if count > 0 {
                limits.push(format!("{text}: {count}."));
            }
        };
        limit(summary.hosts_by_worst.nothing_to_judge, "Hosts with nothing to judge");
        limit(summary.unrecognised_systems, "Operating systems that are not recognised");
        limit(summary.unrecognised_software, "Software that is not recognised");
        limit(summary.unrecognised_updates, "Updates that are not recognised");
        limit(u64::try_from(errors).unwrap_or(u64::MAX), "Files that were not read, or not wholly");
        if !frame.only.is_empty() {
            limits.push(format!("Judged only: {}.", frame.only.join(", ")));
        }
        if !frame.not_in_knowledge.is_empty() {
            limits.push(format!("Asked for and not known: {}.", frame.not_in_knowledge.join(", ")));
        }
        limits.extend(self.limits.iter().cloned());
        let basis = format!(
            "Judged as at {} from the evidence of {} hosts, with knowledge compiled {}.",
            frame.as_at, summary.hosts, frame.knowledge.built_at
        );
        json!([
            {"category": "summary", "title": "Basis", "text": basis},
            {"category": "general", "title": "Limits", "text": limits.join(" ")},
        ])
    }
}
