//! The compiled form: plain tables that refer to each other by index.
//!
//! Version 2. Every change of a type here raises [`VERSION`]; an older reader refuses a newer file
//! by name and a newer reader refuses an older one with the remedy "build it again": knowledge is
//! compiled from sources and never the only copy of anything.
//!
//! Days are counted from 1970-01-01; [`NO_DAY`] means not stated.

use rkyv::{Archive, Serialize};

/// Version of the layout.
pub const VERSION: u32 = 2;

/// A day that no source states.
pub const NO_DAY: i32 = i32::MIN;

/// An index that points nowhere.
pub const NONE: u32 = u32::MAX;

/// Everything known.
#[derive(Archive, Serialize, Debug, Default)]
pub struct Knowledge {
    /// When it was compiled, microseconds since 1970 UTC.
    pub built_at_us: i64,
    /// Sources; other tables refer to them by index.
    pub sources: Vec<Source>,
    /// Texts used many times (titles, components), referred to by index.
    pub texts: Vec<String>,
    /// Vulnerabilities, sorted by identifier.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Named advisories ("MS17-010"), sorted by identifier.
    pub bulletins: Vec<Bulletin>,
    /// Windows products, sorted by family, release, service pack, architecture, core.
    pub windows: Vec<WindowsKnowledge>,
    /// Microsoft products that are no Windows, sorted by folded label.
    pub microsoft: Vec<MicrosoftProduct>,
    /// Statements on packages and products.
    pub statements: Vec<Statement>,
    /// From product key to statements, sorted by key.
    pub package_index: Vec<PackageKey>,
    /// Product lifecycles, sorted by product, then cycle.
    pub lifecycles: Vec<Lifecycle>,
}

/// A document or feed.
#[derive(Archive, Serialize, Debug, Default, Clone)]
pub struct Source {
    /// [`model::fact::SourceKind::code`].
    pub kind: String,
    /// Identifier.
    pub id: String,
    /// Title, or empty.
    pub title: String,
    /// Publisher, or empty.
    pub publisher: String,
    /// Address, or empty.
    pub url: String,
    /// First publication.
    pub published: i32,
    /// The day up to which it speaks.
    pub as_of: i32,
    /// How many facts it gave.
    pub facts: u64,
}

/// A vulnerability.
#[derive(Archive, Serialize, Debug, Default)]
pub struct Vulnerability {
    /// "CVE-2017-0144", or a source's own identifier where no CVE exists.
    pub id: String,
    /// Other identifiers of the same vulnerability.
    pub aliases: Vec<String>,
    /// Title as text index, or [`NONE`].
    pub title: u32,
    /// Description as text index, or [`NONE`].
    pub description: u32,
    /// Earliest publication by any source.
    pub published: i32,
    /// Day of rejection or withdrawal.
    pub withdrawn: i32,
    /// CVSS vectors, newest version first.
    pub cvss: Vec<Cvss>,
    /// Severity word of the publisher as text index, or [`NONE`].
    pub severity: u32,
    /// SSVC: 0 not stated, 1 none, 2 proof of concept, 3 active.
    pub exploitation: u8,
    /// SSVC: 0 not stated, 1 no, 2 yes.
    pub automatable: u8,
    /// SSVC: 0 not stated, 1 partial, 2 total.
    pub technical_impact: u8,
    /// Entry in CISA's catalogue.
    pub kev: Option<Kev>,
    /// EPSS probability in millionths, or [`NONE`].
    pub epss_millionths: u32,
    /// EPSS percentile in millionths.
    pub epss_percentile: u32,
    /// Day of the EPSS score.
    pub epss_day: i32,
    /// Index of the named bulletin, or [`NONE`].
    pub bulletin: u32,
    /// Sources that speak of it.
    pub sources: Vec<u32>,
}

/// A CVSS vector.
#[derive(Archive, Serialize, Debug, Clone, PartialEq)]
pub struct Cvss {
    /// Vector string, or empty.
    pub vector: String,
    /// Base score in tenths.
    pub score_tenths: u16,
    /// Source.
    pub source: u32,
}

/// CISA's Known Exploited Vulnerabilities entry.
#[derive(Archive, Serialize, Debug, Clone)]
pub struct Kev {
    /// Day it was added.
    pub added: i32,
    /// CISA's due date.
    pub due: i32,
    /// Whether use in ransomware campaigns is known. `false` means unknown, never "no".
    pub ransomware: bool,
    /// Name.
    pub name: String,
    /// Required action.
    pub action: String,
    /// Source.
    pub source: u32,
}

/// A named advisory.
#[derive(Archive, Serialize, Debug, Clone)]
pub struct Bulletin {
    /// Identifier ("MS17-010").
    pub id: String,
    /// Popular name, or empty.
    pub name: String,
    /// Title in plain words.
    pub title: String,
    /// One sentence for a person.
    pub summary: String,
    /// Publication.
    pub published: i32,
    /// Spreads without a user.
    pub worm: bool,
    /// Names of controls that mitigate it when disabled ([`model::evidence::control`]).
    pub mitigations: Vec<String>,
    /// Vulnerabilities by index.
    pub vulnerabilities: Vec<u32>,
    /// Where the facts come from.
    pub source_url: String,
}

/// What is known of one Windows product.
#[derive(Archive, Serialize, Debug, Default)]
pub struct WindowsKnowledge {
    /// Position of the family in [`model::windows::WindowsFamily::ALL`].
    pub family: u8,
    /// Release, or empty.
    pub release: String,
    /// Service pack.
    pub service_pack: u8,
    /// Architecture: 0 any, 1 x86, 2 x64, 3 Itanium, 4 ARM, 5 ARM64.
    pub architecture: u8,
    /// Server Core.
    pub core: bool,
    /// Updates of this product, sorted by KB.
    pub updates: Vec<Update>,
    /// Flaws by what fixes them.
    pub groups: Vec<FixGroup>,
    /// The highest KB of an update of the operating system itself that is known: an unrecognised
    /// installed update above it may be newer than this knowledge.
    pub horizon_kb: u32,
    /// The day up to which the list of updates is known.
    pub horizon_day: i32,
    /// Service packs and releases that supersede this one ("no more updates"): text indices.
    pub successors: Vec<u32>,
}

/// An update of one Windows product.
#[derive(Archive, Serialize, Debug, Clone)]
pub struct Update {
    /// KB number.
    pub kb: u32,
    /// Earliest publication.
    pub published: i32,
    /// Title as text index, or [`NONE`].
    pub title: u32,
    /// What kind it is.
    pub kind: u8,
    /// Major, minor, build, revision with which the operating system reports it; all zero if not known.
    pub build: [u32; 4],
    /// Positions in the product's `updates` that it supersedes. Free of cycles.
    pub supersedes: Vec<u32>,
    /// Source.
    pub source: u32,
}

/// Kinds of update, as stored in [`Update::kind`].
pub mod update_kind {
    /// Not stated.
    pub const UNKNOWN: u8 = 0;
    /// This month's security fixes and nothing before.
    pub const SECURITY_ONLY: u8 = 1;
    /// A monthly rollup: everything before it in its line.
    pub const MONTHLY_ROLLUP: u8 = 2;
    /// A cumulative update: everything before it in its line.
    pub const CUMULATIVE: u8 = 3;
    /// A preview of the next rollup or cumulative update: cumulative as well.
    pub const PREVIEW: u8 = 4;
    /// Released out of band.
    pub const OUT_OF_BAND: u8 = 5;
    /// A single fix.
    pub const STANDALONE: u8 = 6;
    /// A service pack or release.
    pub const SERVICE_PACK: u8 = 7;

    /// Said to be cumulative by a second-hand list only: may contain a fix, proves nothing.
    pub const UNVERIFIED_CONTAINER: u8 = 8;

    /// For people.
    pub const fn name(kind: u8) -> &'static str {
        match kind {
            SECURITY_ONLY => "security-only update",
            MONTHLY_ROLLUP => "monthly rollup",
            CUMULATIVE => "cumulative update",
            PREVIEW => "preview rollup",
            OUT_OF_BAND => "out-of-band update",
            STANDALONE => "security update",
            SERVICE_PACK => "service pack",
            _ => "update",
        }
    }
}

/// Flaws of one product that share the same alternatives.
#[derive(Archive, Serialize, Debug, Clone)]
pub struct FixGroup {
    /// Positions in the product's `updates`: any one of them fixes all the flaws. Empty: no update
    /// is known.
    pub alternatives: Vec<u32>,
    /// The flaws.
    pub flaws: Vec<Flaw>,
    /// Component whose presence the evidence must show, as text index; [`NONE`] if it is part of
    /// every installation.
    pub component: u32,
    /// Earliest publication of any of the flaws on this product.
    pub published: i32,
    /// Index of the named bulletin, or [`NONE`].
    pub bulletin: u32,
    /// Builds at or past which the flaws are fixed; at most one a servicing branch.
    pub fixed_builds: Vec<[u32; 4]>,
    /// A source states that no fix exists (as against none being known).
    pub no_fix_exists: bool,
    /// Sources.
    pub sources: Vec<u32>,
}

/// A vulnerability as it touches one product.
#[derive(Archive, Serialize, Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Flaw {
    /// Index of the vulnerability.
    pub vulnerability: u32,
    /// Severity: 0 not stated, 1 low, 2 moderate, 3 important, 4 critical.
    pub severity: u8,
}

/// A Microsoft product that is no Windows.
#[derive(Archive, Serialize, Debug, Default)]
pub struct MicrosoftProduct {
    /// Folded label ("microsoft office 2016 (64-bit edition)").
    pub label: String,
    /// Updates, sorted by KB.
    pub updates: Vec<Update>,
    /// Flaws by what fixes them.
    pub groups: Vec<FixGroup>,
}

/// A statement on a package or product.
#[derive(Archive, Serialize, Debug, Clone)]
pub struct Statement {
    /// The advisory's identifier.
    pub advisory: String,
    /// Vulnerabilities by index.
    pub vulnerabilities: Vec<u32>,
    /// 0 affected, 1 fixed, 2 not affected, 3 under investigation.
    pub status: u8,
    /// Product as a person reads it.
    pub product: String,
    /// Folded vendor, or empty: must agree where both sides state one.
    pub vendor: String,
    /// CPE it must match, or empty.
    pub cpe: String,
    /// Distribution or platform release it is for ("11", "el8"), or empty.
    pub platform: String,
    /// Alternatives; empty with no versions and no free text: every version.
    pub ranges: Vec<Range>,
    /// Versions one by one.
    pub versions: Vec<String>,
    /// A range that could not be understood, or empty.
    pub free_text: String,
    /// What it says of versions that it does not name: 0 nothing, 1 not affected.
    pub unnamed: u8,
    /// What to do.
    pub remediations: Vec<Remediation>,
    /// Publication.
    pub published: i32,
    /// Source.
    pub source: u32,
}

/// A version range.
#[derive(Archive, Serialize, Debug, Clone)]
pub struct Range {
    /// Position of the scheme in [`crate::knowledge::build::SCHEMES`], 255 if none is named.
    pub scheme: u8,
    /// 0 open, 1 included, 2 excluded.
    pub lower_kind: u8,
    /// Lower version.
    pub lower: String,
    /// 0 open, 1 included, 2 excluded.
    pub upper_kind: u8,
    /// Upper version.
    pub upper: String,
}

/// What to do about it.
#[derive(Archive, Serialize, Debug, Clone)]
pub struct Remediation {
    /// 0 vendor fix, 1 mitigation, 2 workaround, 3 no fix planned, 4 none available.
    pub category: u8,
    /// Text.
    pub details: String,
    /// Address, or empty.
    pub url: String,
}

/// Statements on one product.
#[derive(Archive, Serialize, Debug, Clone)]
pub struct PackageKey {
    /// "deb/debian/openssl", "pypi//django", "cpe/microsoft/windows_7", "name/mirth connect".
    pub key: String,
    /// Positions in `statements`.
    pub statements: Vec<u32>,
}

/// How long a product is supported.
#[derive(Archive, Serialize, Debug, Clone)]
pub struct Lifecycle {
    /// Product, folded ("windows 10", "debian").
    pub product: String,
    /// Release or cycle ("1607", "12"), or empty.
    pub cycle: String,
    /// Service pack, 255 for any.
    pub service_pack: u8,
    /// Edition class ("enterprise", "long-term", ...), or empty for any.
    pub edition: String,
    /// Release day.
    pub released: i32,
    /// End of general support with security fixes.
    pub support_end: i32,
    /// End of paid support (ESU, ELTS), if there is any.
    pub paid_end: i32,
    /// Source.
    pub source_url: String,
}
