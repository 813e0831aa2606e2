//! Whether versions of a package or product are affected.

use jiff::civil::Date;

use crate::cpe::Cpe;
use crate::purl::Purl;
use crate::version::Scheme;

/// One source's statement on one product and one or more vulnerabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageStatement {
    /// The source's advisory ("icsma-18-058-02", "RHSA-2021:4537", "GHSA-…").
    pub advisory: String,
    /// Identifiers of the vulnerabilities: CVEs where there are any, else the source's own.
    pub vulnerabilities: Vec<String>,
    /// What it says.
    pub status: StatementStatus,
    /// Which product, which versions.
    pub product: AffectedProduct,
    /// What to do.
    pub remediations: Vec<Remediation>,
    /// Day of publication of this statement's advisory.
    pub published: Option<Date>,
    /// Why the product is not affected, as the source labels it ("component_not_present").
    pub justification: Option<String>,
}

/// A product and the versions a statement is about.
#[derive(Clone, Debug, PartialEq)]
pub struct AffectedProduct {
    /// How the product can be recognised.
    pub target: ProductTarget,
    /// Ranges of versions; several are alternatives. Empty, with no `versions`: every version.
    pub ranges: Vec<VersionRange>,
    /// Versions listed one by one.
    pub versions: Vec<String>,
    /// The range as free text that could not be understood ("prior to 2.1 build 7"):
    /// the versions it means are unknown.
    pub free_text: Option<String>,
    /// What it says of every version that it does not name.
    pub unnamed: Unnamed,
}

/// What a source says of the versions that it does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Unnamed {
    /// Nothing: a list of versions is no range.
    #[default]
    NotStated,
    /// That they are not affected: what it names is everything.
    NotAffected,
}

/// How a product can be recognised in an inventory. Every field that is present must fit.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ProductTarget {
    /// OSV ecosystem with its release ("Debian:11", "PyPI"), or the distribution of a CSAF product.
    pub ecosystem: Option<String>,
    /// Package URL without version.
    pub purl: Option<Purl>,
    /// CPE name.
    pub cpe: Option<Cpe>,
    /// Vendor as printed.
    pub vendor: Option<String>,
    /// Product or package name as printed.
    pub name: Option<String>,
    /// The platform it runs on, as printed ("Red Hat Enterprise Linux 8"): compare only
    /// inside one product stream.
    pub platform: Option<String>,
}

/// What a statement says of the versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatementStatus {
    /// They are affected.
    Affected,
    /// They contain the fix.
    Fixed,
    /// They are not affected.
    NotAffected,
    /// The publisher has not decided.
    UnderInvestigation,
}

/// A range of versions in one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange {
    /// The order; `None` if the source does not name one.
    pub scheme: Option<Scheme>,
    /// Where it begins.
    pub lower: Bound,
    /// Where it ends. An excluded upper bound of an affected range is the version with the fix.
    pub upper: Bound,
    /// As printed, for people.
    pub raw: String,
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// No limit.
    Open,
    /// This version belongs to the range.
    Included(String),
    /// This version does not belong to the range.
    Excluded(String),
}

/// What a publisher says to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remediation {
    /// Category, as in CSAF 2.0 section 3.2.3.12.1.
    pub category: RemediationCategory,
    /// The text, shortened to what a person reads at a glance.
    pub details: String,
    /// Where to get it.
    pub url: Option<String>,
}

/// Remediation categories of CSAF 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are CSAF's own values")]
pub enum RemediationCategory {
    VendorFix,
    Mitigation,
    Workaround,
    NoFixPlanned,
    NoneAvailable,
}
