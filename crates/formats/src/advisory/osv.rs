//! OSV records: JSON, lists of them, JSON lines, and YAML.
//!
//! ```json
//! {"id": "GHSA-xxxx-xxxx-xxxx", "modified": "2024-01-02T00:00:00Z", "aliases": ["CVE-2024-0001"],
//!  "affected": [{"package": {"ecosystem": "PyPI", "name": "example"}, "ranges": [
//!    {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.3.0"}]}]}]}
//! ```
//!
//! Ranges of commits are counted and left out. An ecosystem whose version order is not known
//! keeps its ranges, without an order.

use model::cve::CveId;
use model::fact::{
    AffectedProduct, CvssScore, Fact, FactSink, PackageStatement, ProductTarget, Source,
    SourceKind, StatementStatus, Unnamed, VulnerabilityFact,
};
use model::reading::{Place, ReadError};
use model::version::Scheme;
use serde_json::Value;

use crate::advisory::Summary;
use crate::advisory::day::day;
use crate::advisory::tally::Tally;
use crate::advisory::{content, ecosystem, identity, json, osv_ranges, prose, yaml};
use crate::inventory::Input;

/// References kept.
const REFERENCES: usize = 20;

/// Bytes looked at to tell a YAML record.
const YAML_PEEK: usize = 1 << 20;

/// Whether the document holds OSV records.
pub fn sniff(input: &Input<'_>) -> bool {
    if let Some(head) = json::peek(input.bytes) {
        return json::has_text_field(&head, "id")
            && json::has_text_field(&head, "modified")
            && ["\"affected\"", "\"schema_version\"", "\"aliases\"", "\"withdrawn\""]
                .iter()
                .any(|field| head.contains(field));
    }
    let text = content::head(input.bytes, YAML_PEEK);
    let begins = |field: &str| text.lines().any(|line| line.starts_with(field));
    begins("id:") && begins("modified:") && (begins("affected:") || begins("aliases:"))
}

/// Reads one record, a list of records, one a line, or YAML.
pub fn read(input: &Input<'_>, sink: &mut dyn FactSink) -> Result<Summary, ReadError> {
    let text = content::whole(input.bytes);
    let mut tally = Tally::default();
    let mut commits = 0;
    if text.trim_start().starts_with(['{', '[']) {
        json::records(&text, "vulns", &mut tally, |record, place, tally| {
            commits += read_record(record, &place, tally, sink);
        })?;
    } else {
        for (index, record) in yaml::documents(&text)?.iter().enumerate() {
            let place = Place::Record(u32::try_from(index + 1).unwrap_or(u32::MAX));
            if record.is_object() {
                commits += read_record(record, &place, &mut tally, sink);
            } else {
                tally.unreadable(place, "this YAML document is no OSV record");
            }
        }
    }
    tally.warn_count(commits, "ranges of commits were left out: no inventory shows commits");
    Ok(tally.finish())
}

/// Reads one record; gives the number of commit ranges left out.
fn read_record(record: &Value, place: &Place, tally: &mut Tally, sink: &mut dyn FactSink) -> u64 {
    let Some(id) = json::text(record, "id") else {
        tally.unreadable(place.clone(), "this record has no `id`");
        return 0;
    };
    tally.record();
    let cves = cves(record, id);
    let published = json::text(record, "published").and_then(day);
    let modified = json::text(record, "modified").and_then(day);
    let withdrawn = json::text(record, "withdrawn").and_then(day);
    sink.source(Source {
        kind: SourceKind::Osv,
        id: id.to_owned(),
        title: json::owned(record, "summary"),
        publisher: None,
        url: None,
        published,
        as_of: modified.or(published),
    });
    sink.fact(Fact::Vulnerability(VulnerabilityFact {
        id: id.to_owned(),
        cves: cves.clone(),
        title: json::owned(record, "summary"),
        description: json::text(record, "details").and_then(prose::glance),
        published,
        modified,
        withdrawn,
        cvss: cvss(record),
        severity: severity(record),
        cwes: weaknesses(record),
        references: json::list(record, "references")
            .iter()
            .filter_map(|reference| json::owned(reference, "url"))
            .take(REFERENCES)
            .collect(),
        ..VulnerabilityFact::default()
    }));
    if withdrawn.is_some() {
        return 0;
    }
    let vulnerabilities = match cves.as_slice() {
        [] => vec![id.to_owned()],
        cves => cves.iter().map(ToString::to_string).collect(),
    };
    let mut commits = 0;
    for affected in json::list(record, "affected") {
        let read = read_affected(affected);
        commits += read.commit_ranges;
        for range in read.unordered {
            tally
                .warn(place.clone(), format!("{id}: the events of a range have no order: {range}"));
        }
        if let Some(product) = read.product {
            sink.fact(Fact::Package(PackageStatement {
                advisory: id.to_owned(),
                vulnerabilities: vulnerabilities.clone(),
                status: StatementStatus::Affected,
                product,
                remediations: Vec::new(),
                published,
                justification: None,
            }));
        }
    }
    commits
}

/// The record itself, its aliases, and the flaws upstream that a distribution's record is about.
fn cves(record: &Value, id: &str) -> Vec<CveId> {
    let mut found: Vec<CveId> = Vec::new();
    let others = json::texts(record, "aliases").chain(json::texts(record, "upstream"));
    for text in std::iter::once(id).chain(others) {
        if let Ok(cve) = text.parse()
            && !found.contains(&cve)
        {
            found.push(cve);
        }
    }
    found
}

/// Severity entries of the record and of its packages.
fn severities(record: &Value) -> impl Iterator<Item = (&str, &str)> {
    json::list(record, "affected")
        .iter()
        .chain(std::iter::once(record))
        .flat_map(|holder| json::list(holder, "severity"))
        .filter_map(|entry| Some((json::text(entry, "type")?, json::text(entry, "score")?)))
}

fn cvss(record: &Value) -> Vec<CvssScore> {
    let mut found: Vec<CvssScore> = Vec::new();
    for (_, score) in severities(record).filter(|(kind, _)| kind.starts_with("CVSS")) {
        // Some old records give the base score where the vector belongs.
        let tenths = score.parse().ok().and_then(json::score_tenths);
        let vector = if tenths.is_some() { String::new() } else { score.to_owned() };
        let score = CvssScore { vector, score_tenths: tenths };
        if !found.contains(&score) {
            found.push(score);
        }
    }
    found
}

/// The severity word: of the database, of the package, or of a distribution's own scale.
fn severity(record: &Value) -> Option<String> {
    let specific = |value: &Value| {
        ["database_specific", "ecosystem_specific"]
            .iter()
            .find_map(|field| json::owned(value.get(*field)?, "severity"))
    };
    specific(record).or_else(|| json::list(record, "affected").iter().find_map(specific)).or_else(
        || {
            let mut words = severities(record).filter(|(kind, _)| !kind.starts_with("CVSS"));
            words.next().map(|(_, word)| word.to_owned())
        },
    )
}

fn weaknesses(record: &Value) -> Vec<String> {
    let specific = record.get("database_specific").unwrap_or(&Value::Null);
    json::texts(specific, "cwe_ids").map(str::to_owned).collect()
}

/// One element of `affected`.
struct ReadAffected {
    /// `None` if it names no package.
    product: Option<AffectedProduct>,
    commit_ranges: u64,
    unordered: Vec<String>,
}

fn read_affected(affected: &Value) -> ReadAffected {
    let package = affected.get("package").unwrap_or(&Value::Null);
    let ecosystem = json::text(package, "ecosystem");
    let order = ecosystem.and_then(ecosystem::scheme);
    let mut read = ReadAffected { product: None, commit_ranges: 0, unordered: Vec::new() };
    let mut product = AffectedProduct {
        target: ProductTarget {
            ecosystem: ecosystem.map(str::to_owned),
            purl: json::text(package, "purl")
                .and_then(identity::package_url)
                .and_then(|url| url.package),
            name: json::owned(package, "name"),
            ..ProductTarget::default()
        },
        ranges: Vec::new(),
        versions: json::texts(affected, "versions").map(str::to_owned).collect(),
        free_text: None,
        // "A version is considered affected if it lies within any one of the ranges or is listed in
        // the versions list" (OSV schema, "affected fields"), and its evaluation ends with "false".
        unnamed: Unnamed::NotAffected,
    };
    for range in json::list(affected, "ranges") {
        let scheme = match json::text(range, "type") {
            Some("GIT") => {
                read.commit_ranges += 1;
                continue;
            }
            Some("SEMVER") => Some(Scheme::Semver),
            _ => order,
        };
        match osv_ranges::intervals(range, scheme) {
            Some(intervals) => product.ranges.extend(intervals),
            None => read.unordered.push(range.get("events").map(shortened).unwrap_or_default()),
        }
    }
    if !read.unordered.is_empty() {
        product.free_text = Some(read.unordered.join("; "));
    }
    let says_nothing = product.ranges.is_empty() && product.versions.is_empty();
    if says_nothing && read.commit_ranges > 0 && product.free_text.is_none() {
        product.free_text = Some("ranges of commits only".to_owned());
    }
    let is_named = product.target.name.is_some() || product.target.purl.is_some();
    read.product = is_named.then_some(product);
    read
}

fn shortened(events: &Value) -> String {
    events.to_string().chars().take(200).collect()
}
