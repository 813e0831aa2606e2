//! The table of advisory formats and how one is chosen.

use model::fact::FactSink;
use model::reading::{ReadError, Warning};

use crate::advisory::{csaf, cve5, cvrf, epss, kev, osv, wes_ng};
use crate::inventory::Input;

/// What a reader did with a document, beside the facts it gave away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records understood: rows of a table, entries of a catalogue, vulnerabilities of an advisory.
    /// A record may give no fact (a row that names neither a flaw nor an update) or many.
    pub records: u64,
    /// What could not be used or had to be guessed; at most [`Summary::WARNINGS_KEPT`].
    pub warnings: Vec<Warning>,
    /// Warnings beyond those kept.
    pub warnings_left_out: u64,
    /// Records that could not be read at all; each has a warning, kept or counted.
    pub unreadable: u64,
}

impl Summary {
    /// How many warnings are kept; a feed of half a million bad rows must not fill the memory.
    pub const WARNINGS_KEPT: usize = 1_000;
}

/// A format that we read.
#[derive(Debug)]
pub struct AdvisoryFormat {
    /// The name `--format` takes.
    pub name: &'static str,
    /// One line for `--help`: what it is and who publishes it.
    pub about: &'static str,
    /// Whether a document is of this format. Of several formats that say yes, the first in
    /// [`FORMATS`] wins.
    pub sniff: fn(&Input<'_>) -> bool,
    /// Reads it. On an error, what the sink has been given until then stands in the document, but
    /// the rest is missing: whoever compiles knowledge should drop that source.
    pub read: fn(&Input<'_>, &mut dyn FactSink) -> Result<Summary, ReadError>,
}

/// Every format, the more specific before the more general.
pub const FORMATS: &[AdvisoryFormat] = &[
    AdvisoryFormat {
        name: "csaf",
        about: "CSAF 2.0 advisory or VEX document, JSON (vendors, CISA, national CERTs)",
        sniff: csaf::sniff,
        read: csaf::read,
    },
    AdvisoryFormat {
        name: "cve",
        about: "CVE record, JSON 5.x (CVE Program; CISA Vulnrichment)",
        sniff: cve5::sniff,
        read: cve5::read,
    },
    AdvisoryFormat {
        name: "kev",
        about: "Known Exploited Vulnerabilities catalogue, JSON or CSV (CISA)",
        sniff: kev::sniff,
        read: kev::read,
    },
    AdvisoryFormat {
        name: "epss",
        about: "daily EPSS scores, CSV (FIRST)",
        sniff: epss::sniff,
        read: epss::read,
    },
    AdvisoryFormat {
        name: "wes-ng",
        about: "definitions CSV of wes-ng: Microsoft updates and what they replace",
        sniff: wes_ng::sniff,
        read: wes_ng::read,
    },
    AdvisoryFormat {
        name: "msrc-cvrf",
        about: "monthly security update document, CVRF 1.1 XML (Microsoft)",
        sniff: cvrf::sniff,
        read: cvrf::read,
    },
    AdvisoryFormat {
        name: "osv",
        about: "OSV records, JSON, JSON lines or YAML (GitHub, PyPA, distributions, OSV.dev)",
        sniff: osv::sniff,
        read: osv::read,
    },
];

/// The format of a document, if one recognises it.
pub fn detect(input: &Input<'_>) -> Option<&'static AdvisoryFormat> {
    FORMATS.iter().find(|format| (format.sniff)(input))
}

/// The format with this name.
pub fn named(name: &str) -> Option<&'static AdvisoryFormat> {
    FORMATS.iter().find(|format| format.name == name)
}
