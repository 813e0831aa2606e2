//! What a publisher states about the world: readers of advisories and feeds emit
//! these facts one by one, `exposure` compiles them into knowledge.
//!
//! Each fact keeps the identity of the document it came from ([`Source`]).
//! Nothing here decides anything.

mod package;
mod source;
mod vulnerability;
mod windows_update;

pub use package::{
    AffectedProduct, Bound, PackageStatement, ProductTarget, Remediation, RemediationCategory,
    StatementStatus, Unnamed, VersionRange,
};
pub use source::{Collected, FactSink, Source, SourceKind};
pub use vulnerability::{
    Automatable, CvssScore, EpssScore, Exploitation, KnownExploited, Ssvc, TechnicalImpact,
    VulnerabilityFact,
};
pub use windows_update::WindowsUpdateFact;

/// One statement of one source.
#[expect(
    clippy::large_enum_variant,
    reason = "facts pass one by one through a sink and are not kept; a box each would cost more"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// What a vulnerability is.
    Vulnerability(VulnerabilityFact),
    /// A Microsoft update (or "no update known") for one flaw on one product.
    WindowsUpdate(WindowsUpdateFact),
    /// Whether versions of a package or product are affected.
    Package(PackageStatement),
    /// Exploitation has been seen (CISA KEV).
    KnownExploited(KnownExploited),
    /// A probability of exploitation on a day (EPSS).
    Epss(EpssScore),
}
