//! Microsoft updates.

use jiff::civil::Date;

use crate::cve::CveId;
use crate::kb::Kb;
use crate::windows::WindowsBuild;

/// One row of Microsoft's knowledge: on this product, this update deals with this flaw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowsUpdateFact {
    /// The flaw; `None` for an update without a CVE (a defence in depth, a service pack), which
    /// still matters for supersedence.
    pub cve: Option<CveId>,
    /// The update; `None` means the product is named affected and no update is known:
    /// "no fix known", never "update missing".
    pub kb: Option<Kb>,
    /// The product as labelled.
    pub product: String,
    /// The component as labelled; empty if none is named.
    pub component: String,
    /// Title of the update or flaw.
    pub title: String,
    /// Severity as printed.
    pub severity: String,
    /// Impact as printed.
    pub impact: String,
    /// Updates that this one replaces on this product.
    pub supersedes: Vec<Kb>,
    /// Day of publication.
    pub published: Option<Date>,
    /// The operating system's build (or component version) with which the flaw is fixed.
    pub fixed_build: Option<WindowsBuild>,
    /// What the update is called ("Monthly Rollup", "Security Only", "Security Update"), if stated.
    pub kind: Option<String>,
    /// Whether a restart is needed, if stated.
    pub restart: Option<bool>,
}
