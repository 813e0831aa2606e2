//! A checked document to evidence: host, software, what its references name.

use model::cve::CveId;
use model::evidence::{
    Completeness, Evidence, Finding, FindingMethod, FindingOutcome, HostIdentity, Software,
};
use model::reading::Place;
use serde_json::Value;

use crate::inventory::Reading;
use crate::inventory::component::{
    add_cpe, add_purl, distribution, finish, moment, operating_system, shortened,
};
use crate::inventory::package_list::Counted;

/// What a document shows; `place` makes a place of a JSON pointer.
pub(super) fn evidence(document: &Value, place: &dyn Fn(String) -> Place) -> Reading {
    let packages = document.get("packages").and_then(Value::as_array);
    let mut notes = Counted::default();
    let mut software = Vec::new();
    let mut findings = Vec::new();
    let mut os = None;
    for (at, package) in packages.into_iter().flatten().enumerate() {
        let place = place(format!("/packages/{at}"));
        let version = stated(package, "versionInfo");
        match text(package, "primaryPackagePurpose") {
            Some("OPERATING-SYSTEM" | "OPERATING_SYSTEM") if os.is_none() => {
                let name = text(package, "name").unwrap_or("");
                os = Some(operating_system(name, version, place.clone()));
            }
            Some("FILE") => continue,
            _ => {}
        }
        let mut one = Software {
            name: text(package, "name").unwrap_or("").to_owned(),
            version: version.map(str::to_owned),
            vendor: party(package, "supplier").or_else(|| party(package, "originator")),
            place: place.clone(),
            ..Software::default()
        };
        let references = package.get("externalRefs").and_then(Value::as_array);
        for reference in references.into_iter().flatten() {
            let locator = text(reference, "referenceLocator").unwrap_or("");
            // A type may be written as an address that ends in its name.
            let kind = text(reference, "referenceType").and_then(|kind| kind.rsplit('/').next());
            match kind {
                Some("purl") => add_purl(&mut one, locator, &mut notes),
                Some("cpe23Type" | "cpe22Type") => add_cpe(&mut one, locator, &mut notes),
                Some("advisory") => findings.extend(advisory(&one, locator, &place)),
                _ => {}
            }
        }
        software.push(one);
    }
    let os = os.or_else(|| distribution(&software));
    let completeness = (!software.is_empty())
        .then_some(Completeness::Partial("the bill of material does not say that it is complete"));
    let created = document.get("creationInfo").and_then(|info| text(info, "created"));
    let evidence = Evidence {
        format: "spdx",
        host: HostIdentity { names: names(document), ..HostIdentity::default() },
        collected_at: created.and_then(moment),
        os,
        software,
        software_completeness: completeness,
        findings,
        ..Evidence::default()
    };
    let mut warnings = Vec::new();
    finish(notes, &mut warnings);
    Reading { evidence: vec![evidence], warnings }
}

/// The one package the document describes, then the document's own name.
fn names(document: &Value) -> Vec<String> {
    let own = text(document, "SPDXID").unwrap_or("SPDXRef-DOCUMENT");
    let list = |name: &str| document.get(name).and_then(Value::as_array).into_iter().flatten();
    let described = list("relationships").filter_map(|relationship| {
        let element = text(relationship, "spdxElementId");
        let related = text(relationship, "relatedSpdxElement");
        match text(relationship, "relationshipType") {
            Some("DESCRIBES") if element == Some(own) => related,
            Some("DESCRIBED_BY") if related == Some(own) => element,
            _ => None,
        }
    });
    let mut roots: Vec<&str> =
        described.chain(list("documentDescribes").filter_map(Value::as_str)).collect();
    roots.sort_unstable();
    roots.dedup();
    let mut names = Vec::new();
    if let [only] = roots.as_slice() {
        let package = list("packages").find(|package| text(package, "SPDXID") == Some(only));
        names.extend(package.and_then(|package| text(package, "name")).map(str::to_owned));
    }
    names.extend(text(document, "name").map(str::to_owned));
    names.retain(|name| !name.is_empty());
    names.dedup();
    names
}

/// An advisory about a package (SPDX 2.3, annex F.2.3): it says that there is one, not whether this
/// version is affected.
fn advisory(package: &Software, locator: &str, place: &Place) -> Option<Finding> {
    let cves = CveId::find_all(locator);
    (!cves.is_empty()).then(|| Finding {
        scanner: "spdx",
        check: shortened(locator),
        title: format!(
            "the document names an advisory on {}: {}",
            package.name,
            shortened(locator)
        ),
        cves,
        missing_kbs: Vec::new(),
        outcome: FindingOutcome::Inconclusive,
        method: FindingMethod::NotStated,
        severity: None,
        observed_at: None,
        place: place.clone(),
    })
}

/// "Organization: Example (mail@example.org)" without its kind and address.
fn party(package: &Value, name: &str) -> Option<String> {
    let party = stated(package, name)?;
    let named = ["Organization:", "Person:"]
        .iter()
        .find_map(|kind| party.strip_prefix(kind))
        .unwrap_or(party);
    let named = match named.rsplit_once('(') {
        Some((name, address)) if address.contains('@') || address.trim() == ")" => name,
        _ => named,
    };
    Some(named.trim().to_owned()).filter(|name| !name.is_empty())
}

/// A text that says something: NOASSERTION and NONE do not.
fn stated<'d>(value: &'d Value, name: &str) -> Option<&'d str> {
    text(value, name).filter(|text| !matches!(text.trim(), "" | "NOASSERTION" | "NONE"))
}

fn text<'d>(value: &'d Value, name: &str) -> Option<&'d str> {
    value.get(name).and_then(Value::as_str)
}
