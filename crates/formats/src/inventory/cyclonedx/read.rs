//! A checked document to evidence: host, software, completeness.

use model::evidence::{Completeness, Evidence, HostIdentity, OperatingSystem, Software};
use model::reading::Place;
use serde_json::Value;

use super::finding;
use crate::inventory::Reading;
use crate::inventory::component::{
    add_cpe, add_purl, distribution, finish, moment, operating_system,
};
use crate::inventory::package_list::Counted;

/// What a document shows.
pub(super) fn evidence(document: &Value) -> Reading {
    let metadata = document.get("metadata");
    let product = metadata.and_then(|metadata| metadata.get("component"));
    let mut walk = Walk::default();
    if let Some(product) = product {
        walk.component(product, "/metadata/component");
    }
    walk.components(document, "");
    let findings = finding::findings(document);
    let Walk { software, os, notes } = walk;
    let completeness = completeness(document, product, !software.is_empty());
    let os = os.or_else(|| distribution(&software));
    let name = product.and_then(|product| text(product, "name")).filter(|name| !name.is_empty());
    let evidence = Evidence {
        format: "cyclonedx",
        host: name.map(HostIdentity::named).unwrap_or_default(),
        collected_at: metadata.and_then(|metadata| text(metadata, "timestamp")).and_then(moment),
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

#[derive(Default)]
struct Walk {
    software: Vec<Software>,
    os: Option<OperatingSystem>,
    notes: Counted,
}

impl Walk {
    fn components(&mut self, parent: &Value, path: &str) {
        let nested = parent.get("components").and_then(Value::as_array);
        for (at, component) in nested.into_iter().flatten().enumerate() {
            self.component(component, &format!("{path}/components/{at}"));
        }
    }

    fn component(&mut self, component: &Value, path: &str) {
        let place = Place::Path(path.to_owned());
        let kind = text(component, "type").unwrap_or("");
        let name = text(component, "name").unwrap_or("");
        let version = text(component, "version").filter(|version| !version.is_empty());
        let purl = text(component, "purl").filter(|purl| !purl.trim().is_empty());
        let cpe = text(component, "cpe").filter(|cpe| !cpe.trim().is_empty());
        if kind == "operating-system" && self.os.is_none() {
            self.os = Some(operating_system(name, version, place.clone()));
        }
        // Files, data and keys are no software unless something identifies them as such.
        let is_software =
            !matches!(kind, "operating-system" | "file" | "data" | "cryptographic-asset")
                || purl.is_some()
                || cpe.is_some();
        if is_software {
            let organisation =
                |field: &str| component.get(field).and_then(|entity| text(entity, "name"));
            let vendor = text(component, "publisher")
                .or_else(|| organisation("supplier"))
                .or_else(|| organisation("manufacturer"))
                .or_else(|| text(component, "group"))
                .filter(|vendor| !vendor.is_empty());
            let mut software = Software {
                name: name.to_owned(),
                version: version.map(str::to_owned),
                vendor: vendor.map(str::to_owned),
                source: trivy_source(component),
                place: place.clone(),
                ..Software::default()
            };
            if let Some(purl) = purl {
                add_purl(&mut software, purl, &mut self.notes);
            }
            if let Some(cpe) = cpe {
                add_cpe(&mut software, cpe, &mut self.notes);
            }
            self.software.push(software);
        }
        self.components(component, path);
    }
}

/// Trivy names the source package in properties of its own.
fn trivy_source(component: &Value) -> Option<(String, Option<String>)> {
    let properties = component.get("properties")?.as_array()?;
    let property = |name: &str| {
        properties
            .iter()
            .find(|property| {
                text(property, "name").and_then(|name| name.strip_prefix("aquasecurity:trivy:"))
                    == Some(name)
            })
            .and_then(|property| text(property, "value"))
    };
    let name = property("SrcName")?;
    let version = property("SrcVersion").map(|version| {
        let epoch = property("SrcEpoch").filter(|epoch| *epoch != "0");
        let epoch = epoch.map(|epoch| format!("{epoch}:")).unwrap_or_default();
        let release = property("SrcRelease").map(|release| format!("-{release}"));
        format!("{epoch}{version}{}", release.unwrap_or_default())
    });
    Some((name.to_owned(), version))
}

/// What the author says of completeness, in the composition that is about the whole.
fn completeness(document: &Value, product: Option<&Value>, any: bool) -> Option<Completeness> {
    if !any {
        return None;
    }
    let root = product.and_then(|product| text(product, "bom-ref"));
    let compositions = document.get("compositions").and_then(Value::as_array);
    let whole = compositions.into_iter().flatten().find(|composition| {
        let assemblies = composition.get("assemblies").and_then(Value::as_array);
        match assemblies {
            None => composition.get("dependencies").is_none(),
            Some(assemblies) => {
                root.is_some() && assemblies.iter().any(|assembly| assembly.as_str() == root)
            }
        }
    });
    Some(match whole.and_then(|composition| text(composition, "aggregate")) {
        Some("complete") => Completeness::Complete,
        Some(aggregate) if aggregate.starts_with("incomplete") => {
            Completeness::Partial("the bill of material says itself that it is incomplete")
        }
        _ => Completeness::Partial("the bill of material does not say that it is complete"),
    })
}

pub(super) fn text<'d>(value: &'d Value, name: &str) -> Option<&'d str> {
    value.get(name).and_then(Value::as_str)
}
