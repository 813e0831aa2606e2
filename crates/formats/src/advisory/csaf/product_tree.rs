//! The product tree of a CSAF document: identifiers to products and versions.
//!
//! A product's meaning is the path of branches down to it (CSAF 2.0 section 3.1.2.2), its
//! identification helper, and, for a combination, the product it is installed on or part of.

use std::collections::HashMap;

use model::cpe::Cpe;
use model::fact::{Bound, ProductTarget, VersionRange};
use model::version::Scheme;
use serde_json::Value;

use crate::advisory::version_range::{Versions, read_range, read_version};
use crate::advisory::{ecosystem, identity, json};

/// A product of the document.
#[derive(Clone, Debug, Default)]
pub(super) struct Product {
    /// Its full name, as printed.
    pub(super) full_name: String,
    /// How it can be recognised.
    pub(super) target: ProductTarget,
    /// The versions its identifier means; empty means every version.
    pub(super) versions: Versions,
    /// Whether its builds belong to a distribution's stream, where a later build contains the
    /// fixes of an earlier one.
    pub(super) stream: Option<Scheme>,
    /// Its CPE name as printed.
    cpe_text: Option<String>,
}

/// Every product by identifier.
#[derive(Debug, Default)]
pub(super) struct ProductTree {
    pub(super) products: HashMap<String, Product>,
    /// Members of product groups.
    pub(super) groups: HashMap<String, Vec<String>>,
}

impl ProductTree {
    /// Reads the tree; what refers to nothing is left out.
    pub(super) fn read(tree: &Value) -> Self {
        let mut found = Self::default();
        for branch in json::list(tree, "branches") {
            found.branch(branch, &Path::default());
        }
        for product in json::list(tree, "full_product_names") {
            found.product(product, &Path::default());
        }
        for relationship in json::list(tree, "relationships") {
            found.relationship(relationship);
        }
        for group in json::list(tree, "product_groups") {
            if let Some(id) = json::text(group, "group_id") {
                let members = json::texts(group, "product_ids").map(str::to_owned).collect();
                found.groups.insert(id.to_owned(), members);
            }
        }
        found
    }

    /// Depth is that of the JSON document, which its parser bounds.
    fn branch(&mut self, branch: &Value, above: &Path<'_>) {
        let mut path = *above;
        let name = json::text(branch, "name");
        match json::text(branch, "category") {
            Some("vendor") => path.vendor = name,
            Some("product_family") => path.family = name,
            Some("product_name") => path.name = name,
            Some("product_version") => path.version = name,
            Some("product_version_range") => path.range = name,
            Some("architecture") => path.architecture = name,
            // Patch levels, service packs, host names, languages, specifications.
            _ => path.narrowed = name,
        }
        if let Some(product) = branch.get("product") {
            self.product(product, &path);
        }
        for below in json::list(branch, "branches") {
            self.branch(below, &path);
        }
    }

    fn product(&mut self, product: &Value, path: &Path<'_>) {
        let Some(id) = json::text(product, "product_id") else { return };
        self.products.insert(id.to_owned(), path.product(product));
    }

    /// A combination is a product of its own, told by both of its parts.
    fn relationship(&mut self, relationship: &Value) {
        let full = relationship.get("full_product_name").unwrap_or(&Value::Null);
        let (Some(id), Some(component), Some(platform)) = (
            json::text(full, "product_id"),
            json::text(relationship, "product_reference"),
            json::text(relationship, "relates_to_product_reference"),
        ) else {
            return;
        };
        let Some(component) = self.products.get(component) else { return };
        let mut product = component.clone();
        if let Some(name) = json::owned(full, "name") {
            product.full_name = name;
        }
        let platform = self.products.get(platform);
        product.target.platform = Some(match platform {
            Some(platform) => platform.full_name.clone(),
            None => json::owned(relationship, "relates_to_product_reference").unwrap_or_default(),
        });
        if product.target.ecosystem.is_none() {
            product.target.ecosystem =
                platform.and_then(|platform| platform.cpe_text.as_deref()).and_then(distribution);
        }
        self.products.insert(id.to_owned(), product);
    }
}

/// The branches above a product.
#[derive(Clone, Copy, Default)]
struct Path<'a> {
    vendor: Option<&'a str>,
    family: Option<&'a str>,
    name: Option<&'a str>,
    version: Option<&'a str>,
    range: Option<&'a str>,
    architecture: Option<&'a str>,
    /// A part of the path that narrows the versions further and has no version order.
    narrowed: Option<&'a str>,
}

impl Path<'_> {
    fn product(&self, product: &Value) -> Product {
        let helper = product.get("product_identification_helper").unwrap_or(&Value::Null);
        let full_name = json::text(product, "name").unwrap_or("").to_owned();
        // CSAF 2.1 makes this a list of `purls`.
        let purl = json::text(helper, "purl")
            .or_else(|| json::texts(helper, "purls").next())
            .and_then(identity::package_url);
        let cpe_text = json::owned(helper, "cpe");
        let build =
            if purl.is_none() { self.version.and_then(|v| self.rpm_build(v)) } else { None };
        let is_rpm = build.is_some().then_some(Scheme::Rpm);
        let stream = is_rpm.or_else(|| {
            purl.as_ref().and_then(|purl| match purl.kind.as_str() {
                "rpm" => Some(Scheme::Rpm),
                "deb" => Some(Scheme::Dpkg),
                "apk" => Some(Scheme::Apk),
                _ => None,
            })
        });
        let plain_version = match &build {
            Some((_, version)) => Some(version.clone()),
            None => purl.as_ref().and_then(|purl| purl.version.clone()),
        };
        let scheme =
            stream.or_else(|| purl.as_ref().and_then(|purl| ecosystem::scheme_of_type(&purl.kind)));
        let mut versions = match (self.range, plain_version, self.version) {
            (Some(range), _, _) => read_range(range, scheme),
            // A package's version is plain in its URL; the branch often holds name and version.
            (None, Some(version), _) => Versions { listed: vec![version], ..Versions::default() },
            (None, None, Some(version)) => {
                self.named_version(version, purl.as_ref().map(|purl| purl.name.as_str()), scheme)
            }
            (None, None, None) => Versions::default(),
        };
        if let Some(narrowed) = self.narrowed {
            // "Example 2.1, Service Pack 2": not every host with 2.1 is meant.
            versions = Versions::default();
            versions.add_free_text(&full_name);
            versions.add_free_text(narrowed);
        }
        let cpe = cpe_text.as_deref().and_then(|text| {
            // Versions beside the name decide; the name's own would contradict a range.
            if versions.is_empty() {
                Cpe::parse(text).ok()
            } else {
                identity::cpe_of_any_version(text)
            }
        });
        Product {
            target: ProductTarget {
                ecosystem: None,
                vendor: self.vendor.map(str::to_owned),
                name: build
                    .map(|(name, _)| name)
                    .or_else(|| purl.as_ref().map(|purl| purl.name.clone()))
                    .or_else(|| self.name.map(str::to_owned))
                    .or_else(|| self.family.filter(|_| full_name.is_empty()).map(str::to_owned))
                    .or_else(|| Some(full_name.clone()).filter(|name| !name.is_empty())),
                purl: purl.and_then(|purl| purl.package),
                cpe,
                platform: self.architecture.filter(|_| stream.is_none()).map(str::to_owned),
            },
            full_name,
            versions,
            stream,
            cpe_text,
        }
    }

    /// A `product_version` branch. Without a product named above it, its text is a product's name
    /// with or without a version in it, which nobody can tell.
    fn named_version(
        &self,
        version: &str,
        package: Option<&str>,
        scheme: Option<Scheme>,
    ) -> Versions {
        let is_named = self.name.is_some() || self.family.is_some() || package.is_some();
        if !is_named || package == Some(version) {
            return Versions::default();
        }
        read_version(version, scheme)
    }

    /// `telnet-1:0.17-65.el7_6.x86_64` under the architecture `x86_64`, as Red Hat writes packages
    /// that have no package URL: name, and version with epoch.
    fn rpm_build(&self, text: &str) -> Option<(String, String)> {
        let build = text.strip_suffix(self.architecture?)?.strip_suffix('.')?;
        let (rest, release) = build.rsplit_once('-')?;
        let (name, version) = rest.rsplit_once('-')?;
        let version = version.strip_prefix("0:").unwrap_or(version);
        let is_version = version.starts_with(|c: char| c.is_ascii_digit());
        (is_version && !name.is_empty()).then(|| (name.to_owned(), format!("{version}-{release}")))
    }
}

/// The OSV ecosystem of a distribution's product, where OSV names it by its CPE
/// ("Red Hat:enterprise_linux:8::appstream").
fn distribution(cpe: &str) -> Option<String> {
    let rest = cpe.strip_prefix("cpe:/o:redhat:").or_else(|| cpe.strip_prefix("cpe:/a:redhat:"))?;
    Some(format!("Red Hat:{rest}"))
}

/// The range of a fixed build: it and every later build of its stream.
pub(super) fn from_build_on(version: &str, scheme: Option<Scheme>) -> VersionRange {
    VersionRange {
        scheme,
        lower: Bound::Included(version.to_owned()),
        upper: Bound::Open,
        raw: version.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> ProductTree {
        ProductTree::read(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_package_without_url_is_taken_apart_under_its_architecture() {
        let tree = tree(
            r#"{"branches":[{"category":"architecture","name":"x86_64","branches":[
                {"category":"product_version","name":"tool-base-1:0.17-65.el7.x86_64",
                 "product":{"product_id":"P","name":"tool-base-1:0.17-65.el7.x86_64"}}]}]}"#,
        );
        let product = &tree.products["P"];
        assert_eq!(product.target.name.as_deref(), Some("tool-base"));
        assert_eq!(product.versions.listed, ["1:0.17-65.el7"]);
        assert_eq!(product.stream, Some(Scheme::Rpm));
    }

    #[test]
    fn a_service_pack_is_not_every_version() {
        let tree = tree(
            r#"{"branches":[{"category":"product_name","name":"Example","branches":[
                {"category":"service_pack","name":"SP2",
                 "product":{"product_id":"P","name":"Example SP2"}}]}]}"#,
        );
        assert_eq!(tree.products["P"].versions.free_text.as_deref(), Some("Example SP2; SP2"));
    }

    #[test]
    fn a_combination_carries_its_platform() {
        let tree = tree(
            r#"{"branches":[
                {"category":"product_name","name":"System","product":{"product_id":"S",
                 "name":"System 8","product_identification_helper":
                 {"cpe":"cpe:/a:redhat:enterprise_linux:8::appstream"}}},
                {"category":"product_version","name":"x","product":{"product_id":"C","name":"x",
                 "product_identification_helper":{"purl":"pkg:rpm/redhat/lib@1.0-1?arch=src"}}}],
              "relationships":[{"category":"default_component_of","product_reference":"C",
                "relates_to_product_reference":"S",
                "full_product_name":{"product_id":"S:C","name":"x as a component of System 8"}}]}"#,
        );
        let target = &tree.products["S:C"].target;
        assert_eq!(target.platform.as_deref(), Some("System 8"));
        assert_eq!(target.ecosystem.as_deref(), Some("Red Hat:enterprise_linux:8::appstream"));
    }
}
