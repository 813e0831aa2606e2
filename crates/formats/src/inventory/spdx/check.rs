//! Checks a document against SPDX 2.2 and 2.3: what is required, patterns, enumerations,
//! identifiers that are unique and references that lead somewhere.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::inventory::component::shortened;
use crate::inventory::faults::Faults;

/// Checks a document; `version` is its `spdxVersion`.
pub(super) fn check(document: &Value, version: &str, faults: &mut Faults) {
    let Some(root) = document.as_object() else {
        faults.add("", true, "the document is not an object".to_owned());
        return;
    };
    let mut check = Check { faults, identifiers: HashSet::new() };
    check.known(root, "", DOCUMENT);
    check.document(root);
    for (list, element) in [("packages", true), ("files", false), ("snippets", false)] {
        check.elements(root, list, element, version);
    }
    check.relationships(root);
}

struct Check<'f, 'd> {
    faults: &'f mut Faults,
    identifiers: HashSet<&'d str>,
}

impl<'d> Check<'_, 'd> {
    fn known(&mut self, map: &Map<String, Value>, path: &str, names: &[&str]) {
        for name in map.keys().filter(|name| !names.contains(&name.as_str())) {
            let message = format!("unknown property `{}`", shortened(name));
            self.faults.add(&format!("{path}/{}", shortened(name)), false, message);
        }
    }

    /// The text of a field; `used`: a fault in it touches what we use.
    fn text(
        &mut self,
        map: &'d Map<String, Value>,
        path: &str,
        name: &str,
        required: bool,
        used: bool,
    ) -> Option<&'d str> {
        match map.get(name) {
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                let message = format!("`{name}` is not a text");
                self.faults.add(&format!("{path}/{name}"), used, message);
                None
            }
            None => {
                if required {
                    let message = format!("`{name}` is missing, which is required");
                    self.faults.add(path, used, message);
                }
                None
            }
        }
    }

    fn pattern(&mut self, path: &str, used: bool, good: bool, what: &str, text: &str) {
        if !good {
            let message = format!("must be {what} but is `{}`", shortened(text));
            self.faults.add(path, used, message);
        }
    }

    fn list(
        &mut self,
        map: &'d Map<String, Value>,
        path: &str,
        name: &str,
        used: bool,
    ) -> &'d [Value] {
        match map.get(name) {
            None => &[],
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.faults.add(&format!("{path}/{name}"), used, format!("`{name}` is not a list"));
                &[]
            }
        }
    }

    fn document(&mut self, root: &'d Map<String, Value>) {
        if let Some(id) = self.text(root, "", "SPDXID", true, true) {
            self.identifiers.insert(id);
            // Some generators write SPDXXRef or SPDXDocument here; relationships still resolve.
            self.pattern("/SPDXID", false, id == "SPDXRef-DOCUMENT", "`SPDXRef-DOCUMENT`", id);
        }
        self.text(root, "", "name", true, false);
        if let Some(licence) = self.text(root, "", "dataLicense", true, false) {
            self.pattern("/dataLicense", false, licence == "CC0-1.0", "`CC0-1.0`", licence);
        }
        if let Some(space) = self.text(root, "", "documentNamespace", true, false) {
            let good = space.contains(':') && !space.contains(['#', ' ']);
            self.pattern("/documentNamespace", false, good, "an address without `#`", space);
        }
        let Some(info) = root.get("creationInfo") else {
            self.faults.add("", false, "`creationInfo` is missing, which is required".to_owned());
            return;
        };
        let Some(info) = info.as_object() else {
            self.faults.add("/creationInfo", true, "`creationInfo` is not an object".to_owned());
            return;
        };
        self.known(
            info,
            "/creationInfo",
            &["comment", "created", "creators", "licenseListVersion"],
        );
        if let Some(created) = self.text(info, "/creationInfo", "created", true, false) {
            let readable = crate::inventory::component::moment(created).is_some();
            // SPDX 2.3, 6.9: YYYY-MM-DDThh:mm:ssZ and nothing else.
            let exact = readable && created.len() == 20 && created.ends_with('Z');
            let what = "a date and time as in 2024-01-31T12:00:00Z";
            self.pattern("/creationInfo/created", !readable, exact, what, created);
        }
        let creators = self.list(info, "/creationInfo", "creators", false);
        if creators.is_empty() {
            let message = "`creators` is missing or empty, which is required".to_owned();
            self.faults.add("/creationInfo", false, message);
        }
        for (at, creator) in creators.iter().enumerate() {
            // The schema only asks for a text; "Tool: " and the like are the text's convention.
            if !creator.is_string() {
                let path = format!("/creationInfo/creators/{at}");
                self.faults.add(&path, false, "a creator is not a text".to_owned());
            }
        }
    }

    fn elements(
        &mut self,
        root: &'d Map<String, Value>,
        list: &str,
        packages: bool,
        version: &str,
    ) {
        for (at, element) in self.list(root, "", list, packages).iter().enumerate() {
            let path = format!("/{list}/{at}");
            let Some(map) = element.as_object() else {
                self.faults.add(&path, packages, "is not an object".to_owned());
                continue;
            };
            if let Some(id) = self.text(map, &path, "SPDXID", true, packages) {
                let good = id.strip_prefix("SPDXRef-").is_some_and(is_id_string);
                let what = "SPDXRef- and letters, digits, `.` or `-`";
                self.pattern(&format!("{path}/SPDXID"), false, good, what, id);
                if !self.identifiers.insert(id) {
                    let message = format!("SPDXID `{}` is not unique", shortened(id));
                    self.faults.add(&format!("{path}/SPDXID"), false, message);
                }
            }
            if packages {
                self.package(map, &path, version);
            }
            self.checksums(map, &path);
        }
    }

    fn package(&mut self, map: &'d Map<String, Value>, path: &str, version: &str) {
        self.known(map, path, PACKAGE);
        self.text(map, path, "name", true, true);
        self.text(map, path, "versionInfo", false, true);
        self.text(map, path, "downloadLocation", true, false);
        // Optional since 2.3.
        for name in ["licenseConcluded", "licenseDeclared", "copyrightText"] {
            self.text(map, path, name, version < "SPDX-2.3", false);
        }
        for name in ["supplier", "originator"] {
            if let Some(party) = self.text(map, path, name, false, false) {
                let good = party == "NOASSERTION"
                    || ["Organization:", "Person:"].iter().any(|kind| party.starts_with(kind));
                let what = "`Organization: …`, `Person: …` or `NOASSERTION`";
                self.pattern(&format!("{path}/{name}"), false, good, what, party);
            }
        }
        if let Some(purpose) = self.text(map, path, "primaryPackagePurpose", false, false) {
            let good = PURPOSES.contains(&purpose);
            let what = "a purpose the specification lists";
            self.pattern(&format!("{path}/primaryPackagePurpose"), false, good, what, purpose);
        }
        if map.get("filesAnalyzed").is_some_and(|value| !value.is_boolean()) {
            let message = "`filesAnalyzed` is neither true nor false".to_owned();
            self.faults.add(&format!("{path}/filesAnalyzed"), false, message);
        }
        for (at, reference) in self.list(map, path, "externalRefs", true).iter().enumerate() {
            let path = format!("{path}/externalRefs/{at}");
            let Some(reference) = reference.as_object() else {
                self.faults.add(&path, true, "an external reference is not an object".to_owned());
                continue;
            };
            self.known(
                reference,
                &path,
                &["comment", "referenceCategory", "referenceLocator", "referenceType"],
            );
            if let Some(category) = self.text(reference, &path, "referenceCategory", true, false) {
                let good = CATEGORIES.contains(&category);
                let what = "a category the specification lists";
                self.pattern(&format!("{path}/referenceCategory"), false, good, what, category);
            }
            let kind = self.text(reference, &path, "referenceType", true, true);
            if let Some(locator) = self.text(reference, &path, "referenceLocator", true, true) {
                let good = match kind.map(|kind| kind.rsplit('/').next().unwrap_or(kind)) {
                    Some("purl") => locator.starts_with("pkg:"),
                    Some("cpe23Type") => locator.starts_with("cpe:2.3:"),
                    Some("cpe22Type") => locator.starts_with("cpe:/"),
                    _ => !locator.is_empty() && !locator.contains(char::is_whitespace),
                };
                let what = "a locator of its type";
                self.pattern(&format!("{path}/referenceLocator"), false, good, what, locator);
            }
        }
    }

    fn checksums(&mut self, map: &'d Map<String, Value>, path: &str) {
        for (at, checksum) in self.list(map, path, "checksums", false).iter().enumerate() {
            let path = format!("{path}/checksums/{at}");
            let Some(checksum) = checksum.as_object() else {
                self.faults.add(&path, false, "a checksum is not an object".to_owned());
                continue;
            };
            self.known(checksum, &path, &["algorithm", "checksumValue"]);
            let algorithm = self.text(checksum, &path, "algorithm", true, false);
            let value = self.text(checksum, &path, "checksumValue", true, false);
            let Some(algorithm) = algorithm else { continue };
            match (ALGORITHMS.iter().find(|(name, _)| *name == algorithm), value) {
                (None, _) => {
                    let what = "a checksum algorithm the specification lists";
                    self.pattern(&format!("{path}/algorithm"), false, false, what, algorithm);
                }
                (Some((_, length)), Some(value)) => {
                    let hexadecimal = value.bytes().all(|byte| byte.is_ascii_hexdigit());
                    let good = hexadecimal && length.is_none_or(|length| value.len() == length);
                    let what = "as many hexadecimal digits as its algorithm gives";
                    self.pattern(&format!("{path}/checksumValue"), false, good, what, value);
                }
                (Some(_), None) => {}
            }
        }
    }

    fn relationships(&mut self, root: &'d Map<String, Value>) {
        let mut nowhere = HashSet::new();
        for (at, relationship) in self.list(root, "", "relationships", false).iter().enumerate() {
            let path = format!("/relationships/{at}");
            let Some(map) = relationship.as_object() else {
                self.faults.add(&path, false, "a relationship is not an object".to_owned());
                continue;
            };
            self.known(
                map,
                &path,
                &["comment", "relatedSpdxElement", "relationshipType", "spdxElementId"],
            );
            if let Some(kind) = self.text(map, &path, "relationshipType", true, false) {
                let good = RELATIONSHIPS.contains(&kind);
                let what = "a relationship the specification lists";
                self.pattern(&format!("{path}/relationshipType"), false, good, what, kind);
            }
            for name in ["spdxElementId", "relatedSpdxElement"] {
                if let Some(id) = self.text(map, &path, name, true, false) {
                    self.leads(id, &format!("{path}/{name}"), &mut nowhere);
                }
            }
        }
        for (at, id) in self.list(root, "", "documentDescribes", false).iter().enumerate() {
            if let Some(id) = id.as_str() {
                self.leads(id, &format!("/documentDescribes/{at}"), &mut nowhere);
            }
        }
    }

    fn leads(&mut self, id: &'d str, path: &str, nowhere: &mut HashSet<&'d str>) {
        let known = self.identifiers.contains(id)
            || matches!(id, "NONE" | "NOASSERTION")
            || id.starts_with("DocumentRef-");
        if !known && nowhere.insert(id) {
            let message = format!(
                "`{}` is no SPDXID of this document: this reference leads nowhere",
                shortened(id)
            );
            self.faults.add_allowed(path, message);
        }
    }
}

fn is_id_string(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

const DOCUMENT: &[&str] = &[
    "$schema",
    "SPDXID",
    "annotations",
    "comment",
    "creationInfo",
    "dataLicense",
    "documentDescribes",
    "documentNamespace",
    "externalDocumentRefs",
    "files",
    "hasExtractedLicensingInfos",
    "name",
    "packages",
    "relationships",
    "revieweds",
    "snippets",
    "spdxVersion",
];

const PACKAGE: &[&str] = &[
    "SPDXID",
    "annotations",
    "attributionTexts",
    "builtDate",
    "checksums",
    "comment",
    "copyrightText",
    "description",
    "downloadLocation",
    "externalRefs",
    "filesAnalyzed",
    "hasFiles",
    "homepage",
    "licenseComments",
    "licenseConcluded",
    "licenseDeclared",
    "licenseInfoFromFiles",
    "name",
    "originator",
    "packageFileName",
    "packageVerificationCode",
    "primaryPackagePurpose",
    "releaseDate",
    "sourceInfo",
    "summary",
    "supplier",
    "validUntilDate",
    "versionInfo",
];

/// SPDX 2.3, 7.24.
const PURPOSES: &[&str] = &[
    "APPLICATION",
    "FRAMEWORK",
    "LIBRARY",
    "CONTAINER",
    "OPERATING-SYSTEM",
    "OPERATING_SYSTEM",
    "DEVICE",
    "FIRMWARE",
    "SOURCE",
    "ARCHIVE",
    "FILE",
    "INSTALL",
    "OTHER",
];

/// SPDX 2.3, 7.21; the schema of 2.2 wrote underscores and 2.3 allows both.
const CATEGORIES: &[&str] =
    &["SECURITY", "PACKAGE-MANAGER", "PACKAGE_MANAGER", "PERSISTENT-ID", "PERSISTENT_ID", "OTHER"];

/// SPDX 2.3, 7.10, with the digits each gives.
const ALGORITHMS: &[(&str, Option<usize>)] = &[
    ("SHA1", Some(40)),
    ("SHA224", Some(56)),
    ("SHA256", Some(64)),
    ("SHA384", Some(96)),
    ("SHA512", Some(128)),
    ("SHA3-256", Some(64)),
    ("SHA3-384", Some(96)),
    ("SHA3-512", Some(128)),
    ("BLAKE2b-256", Some(64)),
    ("BLAKE2b-384", Some(96)),
    ("BLAKE2b-512", Some(128)),
    ("BLAKE3", None),
    ("MD2", Some(32)),
    ("MD4", Some(32)),
    ("MD5", Some(32)),
    ("MD6", None),
    ("ADLER32", Some(8)),
];

/// SPDX 2.3, 11.1.
const RELATIONSHIPS: &[&str] = &[
    "DESCRIBES",
    "DESCRIBED_BY",
    "CONTAINS",
    "CONTAINED_BY",
    "DEPENDS_ON",
    "DEPENDENCY_OF",
    "DEPENDENCY_MANIFEST_OF",
    "BUILD_DEPENDENCY_OF",
    "DEV_DEPENDENCY_OF",
    "OPTIONAL_DEPENDENCY_OF",
    "PROVIDED_DEPENDENCY_OF",
    "TEST_DEPENDENCY_OF",
    "RUNTIME_DEPENDENCY_OF",
    "EXAMPLE_OF",
    "GENERATES",
    "GENERATED_FROM",
    "ANCESTOR_OF",
    "DESCENDANT_OF",
    "VARIANT_OF",
    "DISTRIBUTION_ARTIFACT",
    "PATCH_FOR",
    "PATCH_APPLIED",
    "COPY_OF",
    "FILE_ADDED",
    "FILE_DELETED",
    "FILE_MODIFIED",
    "EXPANDED_FROM_ARCHIVE",
    "DYNAMIC_LINK",
    "STATIC_LINK",
    "DATA_FILE_OF",
    "TEST_CASE_OF",
    "BUILD_TOOL_OF",
    "DEV_TOOL_OF",
    "TEST_OF",
    "TEST_TOOL_OF",
    "DOCUMENTATION_OF",
    "OPTIONAL_COMPONENT_OF",
    "METAFILE_OF",
    "PACKAGE_OF",
    "AMENDS",
    "PREREQUISITE_FOR",
    "HAS_PREREQUISITE",
    "REQUIREMENT_DESCRIPTION_FOR",
    "SPECIFICATION_FOR",
    "OTHER",
];
