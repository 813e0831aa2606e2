//! CVE records, JSON 5.x, with what CISA's Vulnrichment and other containers add.
//!
//! ```json
//! {"dataType": "CVE_RECORD", "cveMetadata": {"cveId": "CVE-2024-0001", "state": "PUBLISHED"},
//!  "containers": {"cna": {"affected": [{"vendor": "Example", "product": "Pump", "versions": [
//!   {"status": "affected", "version": "1.0", "lessThan": "2.1", "versionType": "semver"}]}]}}}
//! ```
//!
//! Ranges that are no ranges ("The SMBv1 server in ...") stay text. A rejected record is withdrawn
//! and affects nothing.

use jiff::civil::Date;
use model::cpe::Cpe;
use model::cve::CveId;
use model::fact::{
    AffectedProduct, Automatable, Bound, CvssScore, Exploitation, Fact, FactSink, KnownExploited,
    PackageStatement, ProductTarget, Remediation, RemediationCategory, Source, SourceKind, Ssvc,
    StatementStatus, TechnicalImpact, Unnamed, VersionRange, VulnerabilityFact,
};
use model::reading::{Place, ReadError};
use serde_json::Value;

use crate::advisory::Summary;
use crate::advisory::cve5_versions::{self, ByStatus};
use crate::advisory::day::day;
use crate::advisory::tally::Tally;
use crate::advisory::version_range::{Versions, every_version};
use crate::advisory::{content, ecosystem, identity, json, prose};
use crate::inventory::Input;

/// CPE names of one product that are followed; some records list thousands.
const CPES: usize = 64;

/// References kept.
const REFERENCES: usize = 20;

/// Whether the document holds CVE records.
pub fn sniff(input: &Input<'_>) -> bool {
    json::peek(input.bytes).is_some_and(|head| {
        json::has_text_field(&head, "cveId")
            && head.contains("\"cveMetadata\"")
            && head.contains("\"containers\"")
    })
}

/// Reads one record, a list of records, or one a line.
pub fn read(input: &Input<'_>, sink: &mut dyn FactSink) -> Result<Summary, ReadError> {
    let text = content::whole(input.bytes);
    let mut tally = Tally::default();
    let mut commits = 0;
    json::records(&text, "cveRecords", &mut tally, |record, place, tally| {
        commits += Record::read(record, place, tally, sink);
    })?;
    tally.warn_count(commits, "ranges of commits were left out: no inventory shows commits");
    Ok(tally.finish())
}

/// A record being read.
struct Record<'a> {
    cve: CveId,
    metadata: &'a Value,
    /// The container of the numbering authority, then those of others.
    containers: Vec<&'a Value>,
}

impl<'a> Record<'a> {
    /// Reads one record; gives the number of commit ranges left out.
    fn read(value: &'a Value, place: Place, tally: &mut Tally, sink: &mut dyn FactSink) -> u64 {
        let metadata = value.get("cveMetadata").unwrap_or(&Value::Null);
        let id = json::text(metadata, "cveId").unwrap_or("");
        let Ok(cve) = id.parse::<CveId>() else {
            tally.unreadable(place, format!("`{id}` is not a CVE identifier"));
            return 0;
        };
        let containers = value.get("containers").unwrap_or(&Value::Null);
        let record = Self {
            cve,
            metadata,
            containers: containers
                .get("cna")
                .into_iter()
                .chain(json::list(containers, "adp"))
                .collect(),
        };
        tally.record();
        sink.source(record.source());
        sink.fact(Fact::Vulnerability(record.vulnerability(place, tally)));
        if record.is_rejected() {
            return 0;
        }
        for known in record.known_exploited() {
            sink.fact(Fact::KnownExploited(known));
        }
        let mut commits = 0;
        for container in &record.containers {
            commits += record.statements(container, sink);
        }
        commits
    }

    fn source(&self) -> Source {
        Source {
            kind: SourceKind::Cve,
            id: self.cve.to_string(),
            title: self.title(),
            publisher: json::owned(self.metadata, "assignerShortName"),
            url: None,
            published: self.published(),
            as_of: self.date("dateUpdated").or_else(|| self.published()),
        }
    }

    fn date(&self, field: &str) -> Option<Date> {
        json::text(self.metadata, field).and_then(day)
    }

    fn published(&self) -> Option<Date> {
        let cna = self.containers.first();
        self.date("datePublished")
            .or_else(|| cna.and_then(|cna| json::text(cna, "datePublic")).and_then(day))
    }

    fn title(&self) -> Option<String> {
        self.containers.first().and_then(|cna| json::owned(cna, "title"))
    }

    fn is_rejected(&self) -> bool {
        json::text(self.metadata, "state").is_some_and(|s| s.eq_ignore_ascii_case("REJECTED"))
    }

    fn vulnerability(&self, place: Place, tally: &mut Tally) -> VulnerabilityFact {
        let withdrawn = self.is_rejected().then(|| {
            let dates = ["dateRejected", "dateUpdated", "datePublished", "dateReserved"];
            dates.iter().find_map(|field| self.date(field)).unwrap_or_else(|| {
                let message = format!("{} is rejected on no day; taken as of its year", self.cve);
                tally.warn(place, message);
                jiff::civil::date(i16::try_from(self.cve.year()).unwrap_or(1999), 1, 1)
            })
        });
        let mut fact = VulnerabilityFact {
            id: self.cve.to_string(),
            cves: vec![self.cve],
            title: self.title(),
            published: self.published(),
            modified: self.date("dateUpdated"),
            withdrawn,
            ..VulnerabilityFact::default()
        };
        for container in &self.containers {
            enrich(&mut fact, container);
        }
        fact
    }

    /// CISA's container says it where the catalogue has the flaw.
    fn known_exploited(&self) -> Vec<KnownExploited> {
        let product = self
            .containers
            .iter()
            .flat_map(|container| json::list(container, "affected"))
            .next()
            .unwrap_or(&Value::Null);
        others(&self.containers, "kev")
            .filter_map(|content| {
                Some(KnownExploited {
                    cve: self.cve,
                    name: self.title().unwrap_or_default(),
                    vendor: json::owned(product, "vendor").unwrap_or_default(),
                    product: json::owned(product, "product").unwrap_or_default(),
                    added: json::text(content, "dateAdded").and_then(day)?,
                    due: None,
                    ransomware: None,
                    action: String::new(),
                })
            })
            .take(1)
            .collect()
    }

    /// Gives what one container says of products; gives the number of commit ranges left out.
    fn statements(&self, container: &Value, sink: &mut dyn FactSink) -> u64 {
        let remediations = remediations(container);
        let mut commits = 0;
        let products: Vec<(&Value, ByStatus)> = json::list(container, "affected")
            .iter()
            .map(|product| (product, cve5_versions::read(product)))
            .collect();
        let name =
            |product: &Value| (json::owned(product, "vendor"), json::owned(product, "product"));
        let with_versions: Vec<_> = products
            .iter()
            .filter(|(_, read)| !read.is_only_commits)
            .map(|(product, _)| name(product))
            .collect();
        for (product, read) in products {
            commits += read.commit_ranges;
            // The kernel's records name each product twice: by commits and by versions.
            if read.is_only_commits && with_versions.contains(&name(product)) {
                continue;
            }
            let targets = targets(product);
            let unnamed = read.unnamed;
            for (status, versions) in read.statements() {
                for target in &targets {
                    sink.fact(self.statement(
                        status,
                        target.clone(),
                        versions.clone(),
                        unnamed,
                        &remediations,
                    ));
                }
            }
        }
        for (target, range) in applicability(container) {
            let versions = Versions::range(range);
            sink.fact(self.statement(
                StatementStatus::Affected,
                target,
                versions,
                Unnamed::NotStated,
                &remediations,
            ));
        }
        commits
    }

    fn statement(
        &self,
        status: StatementStatus,
        target: ProductTarget,
        versions: Versions,
        unnamed: Unnamed,
        remediations: &[Remediation],
    ) -> Fact {
        let scheme = target.ecosystem.as_deref().and_then(ecosystem::scheme);
        let mut ranges = versions.ranges;
        for range in &mut ranges {
            range.scheme = range.scheme.or(scheme);
        }
        Fact::Package(PackageStatement {
            advisory: self.cve.to_string(),
            vulnerabilities: vec![self.cve.to_string()],
            status,
            product: AffectedProduct {
                target,
                ranges,
                versions: versions.listed,
                free_text: versions.free_text,
                unnamed,
            },
            remediations: match status {
                StatementStatus::Affected => remediations.to_vec(),
                _ => Vec::new(),
            },
            published: self.published(),
            justification: None,
        })
    }
}

/// Adds what one container says of the flaw itself.
fn enrich(fact: &mut VulnerabilityFact, container: &Value) {
    let english = |text: &&Value| json::text(text, "lang").is_none_or(|l| l.starts_with("en"));
    if fact.description.is_none() {
        let texts = ["descriptions", "rejectedReasons"];
        let mut descriptions = texts.iter().flat_map(|field| json::list(container, field));
        fact.description = descriptions
            .find(english)
            .and_then(|text| json::text(text, "value"))
            .and_then(prose::glance);
    }
    for metric in json::list(container, "metrics") {
        add_metric(fact, metric);
    }
    let weaknesses = json::list(container, "problemTypes")
        .iter()
        .flat_map(|problem| json::list(problem, "descriptions"))
        .filter_map(|description| json::text(description, "cweId"));
    for weakness in weaknesses {
        push_new(&mut fact.cwes, weakness, usize::MAX);
    }
    for reference in json::list(container, "references") {
        if let Some(url) = json::text(reference, "url") {
            push_new(&mut fact.references, url, REFERENCES);
        }
    }
}

fn push_new(list: &mut Vec<String>, text: &str, most: usize) {
    if list.len() < most && !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}

fn add_metric(fact: &mut VulnerabilityFact, metric: &Value) {
    for version in ["cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"] {
        let Some(cvss) = metric.get(version) else { continue };
        let score = CvssScore {
            vector: json::owned(cvss, "vectorString").unwrap_or_default(),
            score_tenths: json::tenths(cvss, "baseScore"),
        };
        if (!score.vector.is_empty() || score.score_tenths.is_some()) && !fact.cvss.contains(&score)
        {
            fact.cvss.push(score);
        }
        if fact.severity.is_none() {
            fact.severity = json::owned(cvss, "baseSeverity");
        }
    }
    let Some(other) = metric.get("other") else { return };
    let content = other.get("content").unwrap_or(&Value::Null);
    match json::text(other, "type") {
        Some("ssvc") => fact.ssvc = ssvc(content).or(fact.ssvc),
        Some(kind) if kind.contains("severity") && fact.severity.is_none() => {
            fact.severity = json::owned(content, "text").or_else(|| json::owned(content, "value"));
        }
        _ => {}
    }
}

/// CISA's decision points; letter case varies between records.
fn ssvc(content: &Value) -> Option<Ssvc> {
    let option = |name: &str| {
        let mut options = json::list(content, "options").iter();
        let found = options.find_map(|option| json::text(option, name))?;
        Some(found.to_ascii_lowercase())
    };
    let read = Ssvc {
        exploitation: option("Exploitation").and_then(|word| match word.as_str() {
            "none" => Some(Exploitation::None),
            "poc" => Some(Exploitation::ProofOfConcept),
            "active" => Some(Exploitation::Active),
            _ => None,
        }),
        automatable: option("Automatable").and_then(|word| match word.as_str() {
            "no" => Some(Automatable::No),
            "yes" => Some(Automatable::Yes),
            _ => None,
        }),
        technical_impact: option("Technical Impact").and_then(|word| match word.as_str() {
            "partial" => Some(TechnicalImpact::Partial),
            "total" => Some(TechnicalImpact::Total),
            _ => None,
        }),
        assessed: json::text(content, "timestamp").and_then(day),
    };
    (read != Ssvc { assessed: read.assessed, ..Ssvc::default() }).then_some(read)
}

/// Contents of metrics of an own type.
fn others<'a>(containers: &'a [&'a Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    containers
        .iter()
        .flat_map(|container| json::list(container, "metrics"))
        .filter_map(|metric| metric.get("other"))
        .filter(move |other| json::text(other, "type") == Some(kind))
        .filter_map(|other| other.get("content"))
}

/// How the product of one element of `affected` can be recognised; none if it names nothing.
fn targets(product: &Value) -> Vec<ProductTarget> {
    let named = |field: &str| {
        json::owned(product, field).filter(|text| {
            !matches!(text.to_ascii_lowercase().as_str(), "n/a" | "unspecified" | "-")
        })
    };
    let package = named("packageName");
    let collection = named("collectionURL").and_then(|url| ecosystem::of_collection(&url));
    let target = ProductTarget {
        ecosystem: collection.filter(|_| package.is_some()).map(str::to_owned),
        purl: named("packageURL")
            .and_then(|url| identity::package_url(&url))
            .and_then(|url| url.package),
        cpe: None,
        vendor: named("vendor"),
        name: match collection {
            // Inside an ecosystem the package's name is the name.
            Some(_) => package.clone().or_else(|| named("product")),
            None => named("product").or(package),
        },
        platform: platform(product),
    };
    let mut cpes: Vec<Cpe> = Vec::new();
    for text in json::texts(product, "cpes").take(CPES) {
        if let Some(cpe) = identity::cpe_of_any_version(text)
            && !cpes.contains(&cpe)
        {
            cpes.push(cpe);
        }
    }
    if cpes.is_empty() {
        let is_named = target.name.is_some() || target.purl.is_some();
        return if is_named { vec![target] } else { Vec::new() };
    }
    cpes.into_iter().map(|cpe| ProductTarget { cpe: Some(cpe), ..target.clone() }).collect()
}

fn platform(product: &Value) -> Option<String> {
    let platforms: Vec<&str> = json::texts(product, "platforms")
        .filter(|text| !matches!(text.to_ascii_lowercase().as_str(), "n/a" | "unknown" | "all"))
        .collect();
    (!platforms.is_empty()).then(|| platforms.join(", "))
}

fn remediations(container: &Value) -> Vec<Remediation> {
    let texts = |field: &str, category: RemediationCategory| {
        json::list(container, field)
            .iter()
            .filter(|text| json::text(text, "lang").is_none_or(|lang| lang.starts_with("en")))
            .filter_map(|text| prose::glance(json::text(text, "value")?))
            .map(move |details| Remediation { category, details, url: None })
            .collect::<Vec<_>>()
    };
    let mut found = texts("solutions", RemediationCategory::VendorFix);
    found.extend(texts("workarounds", RemediationCategory::Workaround));
    found
}

/// CPE matches of `cpeApplicability`. Combinations ("X running on Y", negations) are left out: a
/// part of them alone would say more than the record does.
fn applicability(container: &Value) -> Vec<(ProductTarget, VersionRange)> {
    let is_plain = |node: &&Value| {
        json::text(node, "operator").is_none_or(|operator| operator == "OR")
            && node.get("negate").and_then(Value::as_bool) != Some(true)
    };
    json::list(container, "cpeApplicability")
        .iter()
        .filter(is_plain)
        .flat_map(|block| json::list(block, "nodes"))
        .filter(is_plain)
        .flat_map(|node| json::list(node, "cpeMatch"))
        .filter(|found| found.get("vulnerable").and_then(Value::as_bool) == Some(true))
        .filter_map(cpe_match)
        .collect()
}

fn cpe_match(found: &Value) -> Option<(ProductTarget, VersionRange)> {
    let criteria = json::text(found, "criteria")?;
    let bound = |included: &str, excluded: &str| {
        json::owned(found, included)
            .map(Bound::Included)
            .or_else(|| json::owned(found, excluded).map(Bound::Excluded))
    };
    let lower = bound("versionStartIncluding", "versionStartExcluding");
    let upper = bound("versionEndIncluding", "versionEndExcluding");
    let (cpe, range) = if lower.is_none() && upper.is_none() {
        // The name itself carries the version, or means every version.
        (Cpe::parse(criteria).ok()?, every_version(criteria))
    } else {
        let range = VersionRange {
            scheme: None,
            lower: lower.unwrap_or(Bound::Open),
            upper: upper.unwrap_or(Bound::Open),
            raw: criteria.to_owned(),
        };
        (identity::cpe_of_any_version(criteria)?, range)
    };
    Some((ProductTarget { cpe: Some(cpe), ..ProductTarget::default() }, range))
}
