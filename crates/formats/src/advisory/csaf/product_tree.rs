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
            // Host names, languages, patch levels, service packs, specifications: they narrow the
            // product further and are in its full name.
            _ => {}
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
        let stream = purl.as_ref().and_then(|purl| match purl.kind.as_str() {
            "rpm" => Some(Scheme::Rpm),
            "deb" => Some(Scheme::Dpkg),
            "apk" => Some(Scheme::Apk),
            _ => None,
        });
        let purl_version = purl.as_ref().and_then(|purl| purl.version.clone());
        let scheme =
            stream.or_else(|| purl.as_ref().and_then(|purl| ecosystem::scheme_of_type(&purl.kind)));
        let versions = match (self.range, purl_version, self.version) {
            (Some(range), _, _) => read_range(range, scheme),
            // A package's version is plain in its URL; the branch often holds name and version.
            (None, Some(version), _) => Versions { listed: vec![version], ..Versions::default() },
            (None, None, Some(version)) => self.named_version(version, scheme),
            (None, None, None) => Versions::default(),
        };
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
                name: purl
                    .as_ref()
                    .map(|purl| purl.name.clone())
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

    /// A `product_version` branch. Without a product name above it, its text is a product's name
    /// with or without a version in it, which nobody can tell.
    fn named_version(&self, version: &str, scheme: Option<Scheme>) -> Versions {
        if self.name.is_none() && self.family.is_none() {
            return Versions::default();
        }
        read_version(version, scheme)
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
