//! Reads what a CSAF 2.0 document says of products.
//!
//! ```json
//! {"document": {"csaf_version": "2.0", "tracking": {"id": "EXAMPLE-2024-0001"}},
//!  "product_tree": {"branches": [{"category": "vendor", "name": "Example", "branches": []}]},
//!  "vulnerabilities": [{"cve": "CVE-2024-0001", "product_status": {"known_affected": ["P1"]}}]}
//! ```
//!
//! One statement per vulnerability, product and status; products that differ only in architecture
//! are one. Whether the document is valid is another question (`csaf validate`).

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use model::cve::CveId;
use model::fact::{
    AffectedProduct, CvssScore, Fact, FactSink, PackageStatement, Remediation, RemediationCategory,
    Source, SourceKind, StatementStatus, Unnamed, VulnerabilityFact,
};
use model::reading::{Place, ReadError};
use serde_json::Value;

use super::product_tree::{Product, ProductTree, from_build_on};
use crate::advisory::Summary;
use crate::advisory::day::day;
use crate::advisory::tally::Tally;
use crate::advisory::{content, json, prose};
use crate::inventory::Input;

/// Remediations kept of one statement, and references of one vulnerability.
const KEPT: usize = 20;

/// Whether the document is CSAF.
pub fn sniff(input: &Input<'_>) -> bool {
    json::peek(input.bytes).is_some_and(|head| {
        head.trim_start().starts_with('{')
            && json::has_text_field(&head, "csaf_version")
            && head.contains("\"document\"")
    })
}

/// Reads a document.
pub fn read(input: &Input<'_>, sink: &mut dyn FactSink) -> Result<Summary, ReadError> {
    let root = json::document(&content::whole(input.bytes))?;
    let Some(document) = root.get("document").filter(|document| document.is_object()) else {
        return Err(ReadError::new(
            Place::Path("/document".to_owned()),
            "there is no `document`",
            "check that this is a CSAF document",
        ));
    };
    let mut tally = Tally::default();
    let version = json::text(document, "csaf_version").unwrap_or("");
    if version != "2.0" {
        let message = format!("CSAF version `{version}` is read as 2.0");
        tally.warn(Place::Path("/document/csaf_version".to_owned()), message);
    }
    let advisory = Advisory::new(&root, document);
    if advisory.id.is_empty() {
        let place = Place::Path("/document/tracking/id".to_owned());
        tally.warn(place, "the advisory has no identifier");
    }
    if let Some(status @ ("draft" | "interim")) = json::text(advisory.tracking, "status") {
        let place = Place::Path("/document/tracking/status".to_owned());
        tally.warn(place, format!("the advisory is {status}: what it says may change"));
    }
    sink.source(advisory.source());
    for (index, vulnerability) in json::list(&root, "vulnerabilities").iter().enumerate() {
        let at = format!("/vulnerabilities/{index}");
        advisory.vulnerability(vulnerability, index, &at, &mut tally, sink);
    }
    Ok(tally.finish())
}

/// A document being read.
struct Advisory<'a> {
    id: &'a str,
    document: &'a Value,
    tracking: &'a Value,
    tree: ProductTree,
}

impl<'a> Advisory<'a> {
    fn new(root: &'a Value, document: &'a Value) -> Self {
        let tracking = document.get("tracking").unwrap_or(&Value::Null);
        Self {
            id: json::text(tracking, "id").unwrap_or(""),
            document,
            tracking,
            tree: ProductTree::read(root.get("product_tree").unwrap_or(&Value::Null)),
        }
    }

    fn published(&self) -> Option<Date> {
        json::text(self.tracking, "initial_release_date").and_then(day)
    }

    fn source(&self) -> Source {
        let own_address = json::list(self.document, "references")
            .iter()
            .find(|reference| json::text(reference, "category") == Some("self"));
        Source {
            kind: SourceKind::Csaf,
            id: self.id.to_owned(),
            title: json::owned(self.document, "title"),
            publisher: self.document.get("publisher").and_then(|p| json::owned(p, "name")),
            url: own_address.and_then(|reference| json::owned(reference, "url")),
            published: self.published(),
            as_of: json::text(self.tracking, "current_release_date")
                .and_then(day)
                .or_else(|| self.published()),
        }
    }

    fn vulnerability(
        &self,
        vulnerability: &Value,
        index: usize,
        at: &str,
        tally: &mut Tally,
        sink: &mut dyn FactSink,
    ) {
        if !vulnerability.is_object() {
            return tally.unreadable(Place::Path(at.to_owned()), "this is no vulnerability");
        }
        tally.record();
        let cve: Option<CveId> = json::text(vulnerability, "cve").and_then(|id| id.parse().ok());
        let own = json::list(vulnerability, "ids").iter().find_map(|id| json::owned(id, "text"));
        let id = cve
            .map(|cve| cve.to_string())
            .or(own)
            .unwrap_or_else(|| format!("{}#{}", self.id, index + 1));
        sink.fact(Fact::Vulnerability(self.vulnerability_fact(vulnerability, &id, cve)));

        let remediations = self.remediations(vulnerability, "remediations");
        let justifications = self.justifications(vulnerability);
        let mut given: HashSet<String> = HashSet::new();
        for (status, meaning) in STATUSES {
            for product_id in product_status(vulnerability, status) {
                let Some(product) = self.tree.products.get(product_id) else {
                    let place = Place::Path(format!("{at}/product_status/{status}"));
                    tally.warn(place, format!("product `{product_id}` is not in the product tree"));
                    continue;
                };
                let statement = PackageStatement {
                    advisory: self.id.to_owned(),
                    vulnerabilities: vec![id.clone()],
                    status: meaning,
                    product: affected_product(product, status),
                    remediations: remediations.of(product_id),
                    published: self.published(),
                    justification: justifications.get(product_id).cloned(),
                };
                // Builds that differ only in architecture say the same thing.
                if given.insert(format!("{:?}", (&statement.status, &statement.product))) {
                    sink.fact(Fact::Package(statement));
                }
            }
        }
    }

    fn vulnerability_fact(
        &self,
        vulnerability: &Value,
        id: &str,
        cve: Option<CveId>,
    ) -> VulnerabilityFact {
        let note = |category: &str| {
            json::list(vulnerability, "notes")
                .iter()
                .find(|note| json::text(note, "category") == Some(category))
                .and_then(|note| json::text(note, "text"))
        };
        let weakness = vulnerability.get("cwe").and_then(|cwe| json::owned(cwe, "id"));
        VulnerabilityFact {
            id: id.to_owned(),
            cves: cve.into_iter().collect(),
            title: json::owned(vulnerability, "title"),
            description: ["description", "summary", "general", "details"]
                .into_iter()
                .find_map(note)
                .and_then(prose::glance),
            published: json::text(vulnerability, "release_date").and_then(day),
            cvss: scores(vulnerability),
            severity: self.severity(vulnerability),
            cwes: weakness.into_iter().collect(),
            references: json::list(vulnerability, "references")
                .iter()
                .filter_map(|reference| json::owned(reference, "url"))
                .take(KEPT)
                .collect(),
            ..VulnerabilityFact::default()
        }
    }

    /// The publisher's word: the impact it names for the products, a score's word, or that of the
    /// whole document.
    fn severity(&self, vulnerability: &Value) -> Option<String> {
        let impact = json::list(vulnerability, "threats")
            .iter()
            .filter(|threat| json::text(threat, "category") == Some("impact"))
            .filter_map(|threat| json::text(threat, "details"))
            // A word, not a description of what may happen.
            .find(|text| text.len() <= 20 && !text.contains(' '));
        let score = json::list(vulnerability, "scores")
            .iter()
            .find_map(|score| json::text(score.get("cvss_v3")?, "baseSeverity"));
        let whole = self.document.get("aggregate_severity").and_then(|s| json::text(s, "text"));
        impact.or(score).or(whole).map(str::to_owned)
    }

    fn remediations(&self, vulnerability: &Value, field: &str) -> Remediations {
        let mut found = Remediations::default();
        for remediation in json::list(vulnerability, field) {
            let category = match json::text(remediation, "category") {
                Some("vendor_fix" | "optional_patch") => RemediationCategory::VendorFix,
                Some("workaround") => RemediationCategory::Workaround,
                Some("no_fix_planned") => RemediationCategory::NoFixPlanned,
                Some("none_available" | "fix_planned") => RemediationCategory::NoneAvailable,
                _ => RemediationCategory::Mitigation,
            };
            let details = json::text(remediation, "details").and_then(prose::glance);
            let url = json::owned(remediation, "url");
            found.add(
                Remediation { category, details: details.unwrap_or_default(), url },
                self.members(remediation),
            );
        }
        let recommended: Vec<&str> = product_status(vulnerability, "recommended")
            .filter_map(|id| self.tree.products.get(id))
            .map(|product| product.full_name.as_str())
            .take(KEPT)
            .collect();
        if !recommended.is_empty() {
            let details = format!("recommended: {}", recommended.join(", "));
            let remediation =
                Remediation { category: RemediationCategory::VendorFix, details, url: None };
            found.add(remediation, Vec::new());
        }
        found
    }

    /// Why products are not affected (VEX), by product.
    fn justifications(&self, vulnerability: &Value) -> HashMap<String, String> {
        let mut found = HashMap::new();
        for flag in json::list(vulnerability, "flags") {
            if let Some(label) = json::text(flag, "label") {
                for product in self.members(flag) {
                    found.insert(product, label.to_owned());
                }
            }
        }
        found
    }

    /// The products that something is about, groups resolved.
    fn members(&self, value: &Value) -> Vec<String> {
        let groups = json::texts(value, "group_ids").filter_map(|id| self.tree.groups.get(id));
        json::texts(value, "product_ids")
            .map(str::to_owned)
            .chain(groups.flatten().cloned())
            .collect()
    }
}

/// Statuses of CSAF 2.0 section 3.2.3.9 and what they say; `recommended` says nothing of a status.
const STATUSES: [(&str, StatementStatus); 7] = [
    ("first_affected", StatementStatus::Affected),
    ("known_affected", StatementStatus::Affected),
    ("last_affected", StatementStatus::Affected),
    ("first_fixed", StatementStatus::Fixed),
    ("fixed", StatementStatus::Fixed),
    ("known_not_affected", StatementStatus::NotAffected),
    ("under_investigation", StatementStatus::UnderInvestigation),
];

fn product_status<'a>(vulnerability: &'a Value, status: &str) -> impl Iterator<Item = &'a str> {
    json::texts(vulnerability.get("product_status").unwrap_or(&Value::Null), status)
}

/// A product under a status. A fixed build of a distribution stands for itself and the later ones
/// of its stream; so does a version called the first fixed one.
fn affected_product(product: &Product, status: &str) -> AffectedProduct {
    let mut versions = product.versions.clone();
    let is_from_here_on =
        status == "first_fixed" || (status == "fixed" && product.stream.is_some());
    if is_from_here_on && versions.ranges.is_empty() {
        versions.ranges = std::mem::take(&mut versions.listed)
            .iter()
            .map(|version| from_build_on(version, product.stream))
            .collect();
    }
    AffectedProduct {
        target: product.target.clone(),
        ranges: versions.ranges,
        versions: versions.listed,
        free_text: versions.free_text,
        // A `product_version` is "exactly a single version of the product" (CSAF 2.0, section
        // 3.1.2.2), and a product of no status has none.
        unnamed: Unnamed::NotStated,
    }
}

fn scores(vulnerability: &Value) -> Vec<CvssScore> {
    let mut found: Vec<CvssScore> = Vec::new();
    let scores = json::list(vulnerability, "scores").iter();
    // CSAF 2.1 keeps them under `metrics[].content`.
    let metrics =
        json::list(vulnerability, "metrics").iter().filter_map(|metric| metric.get("content"));
    for score in scores.chain(metrics) {
        for version in ["cvss_v4", "cvss_v3", "cvss_v2"] {
            let Some(cvss) = score.get(version) else { continue };
            let score = CvssScore {
                vector: json::owned(cvss, "vectorString").unwrap_or_default(),
                score_tenths: json::tenths(cvss, "baseScore"),
            };
            if !found.contains(&score) {
                found.push(score);
            }
        }
    }
    found
}

/// Remediations by product.
#[derive(Default)]
struct Remediations {
    all: Vec<Remediation>,
    for_every_product: Vec<usize>,
    by_product: HashMap<String, Vec<usize>>,
}

impl Remediations {
    /// Adds one for some products; without products it is for all.
    fn add(&mut self, remediation: Remediation, products: Vec<String>) {
        let index = self.all.len();
        self.all.push(remediation);
        if products.is_empty() {
            self.for_every_product.push(index);
        }
        for product in products {
            self.by_product.entry(product).or_default().push(index);
        }
    }

    fn of(&self, product: &str) -> Vec<Remediation> {
        let own = self.by_product.get(product).into_iter().flatten();
        let mut found: Vec<Remediation> = Vec::new();
        for index in own.chain(&self.for_every_product) {
            if let Some(remediation) = self.all.get(*index)
                && found.len() < KEPT
                && !found.contains(remediation)
            {
                found.push(remediation.clone());
            }
        }
        found
    }
}
