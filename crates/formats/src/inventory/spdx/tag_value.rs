//! Tag-value to the form its JSON has (SPDX 2.3, clauses 6 to 12 give both names of each field).

use serde_json::{Map, Value, json};

use crate::inventory::component::shortened;
use crate::inventory::faults::Faults;

/// A document and the line each package begins at.
pub(super) struct Parsed {
    pub(super) document: Value,
    pub(super) package_lines: Vec<u32>,
}

/// What the following tags belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Document,
    Package,
    File,
    Snippet,
    License,
    Annotation,
}

/// Parses a document.
pub(super) fn parse(text: &str, faults: &mut Faults) -> Parsed {
    let mut state = State {
        document: Map::new(),
        creation: Map::new(),
        packages: Vec::new(),
        package_lines: Vec::new(),
        files: Vec::new(),
        relationships: Vec::new(),
        section: Section::Document,
        faults,
    };
    let mut lines = (1u32..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else {
            let message = format!("line {number} `{}` is no tag with a value", shortened(line));
            state.faults.add("", false, message);
            continue;
        };
        let value = value.trim();
        // A text over several lines stands in <text>…</text>.
        let value = match value.strip_prefix("<text>") {
            None => value.to_owned(),
            Some(first) => long_text(first, &mut lines).unwrap_or_else(|cut| {
                let message = format!("the text that begins at line {number} does not end");
                state.faults.add("", false, message);
                cut
            }),
        };
        state.tag(tag.trim(), value, number);
    }
    state.finish()
}

/// A text up to its `</text>`; what there is of it if it does not end.
fn long_text<'t>(
    first: &str,
    lines: &mut impl Iterator<Item = (u32, &'t str)>,
) -> Result<String, String> {
    let mut whole = String::new();
    let mut line = first;
    loop {
        if let Some((end, _)) = line.split_once("</text>") {
            whole.push_str(end);
            return Ok(whole);
        }
        whole.push_str(line);
        match lines.next() {
            Some((_, next)) => {
                whole.push('\n');
                line = next;
            }
            None => return Err(whole),
        }
    }
}

struct State<'f> {
    document: Map<String, Value>,
    creation: Map<String, Value>,
    packages: Vec<Map<String, Value>>,
    package_lines: Vec<u32>,
    files: Vec<Map<String, Value>>,
    relationships: Vec<Value>,
    section: Section,
    faults: &'f mut Faults,
}

impl State<'_> {
    fn tag(&mut self, tag: &str, value: String, number: u32) {
        match tag {
            "PackageName" => {
                self.section = Section::Package;
                let mut package = Map::new();
                package.insert("name".to_owned(), Value::String(value));
                self.packages.push(package);
                self.package_lines.push(number);
            }
            "FileName" => {
                self.section = Section::File;
                let mut file = Map::new();
                file.insert("fileName".to_owned(), Value::String(value));
                self.files.push(file);
            }
            "SnippetSPDXID" | "SnippetSPDXIdentifier" => self.section = Section::Snippet,
            "LicenseID" => self.section = Section::License,
            "Annotator" => self.section = Section::Annotation,
            "Relationship" => self.relationship(&value, number),
            "SPDXID" => self.identifier(value),
            _ => self.field(tag, value, number),
        }
    }

    fn identifier(&mut self, value: String) {
        let target = match self.section {
            Section::Package => self.packages.last_mut(),
            Section::File => self.files.last_mut(),
            Section::Document => Some(&mut self.document),
            Section::Snippet | Section::License | Section::Annotation => None,
        };
        if let Some(target) = target {
            target.insert("SPDXID".to_owned(), Value::String(value));
        }
    }

    fn relationship(&mut self, value: &str, number: u32) {
        let mut words = value.split_whitespace();
        let parts = (words.next(), words.next(), words.next(), words.next());
        if let (Some(element), Some(kind), Some(related), None) = parts {
            self.relationships.push(json!({
                "spdxElementId": element, "relationshipType": kind, "relatedSpdxElement": related,
            }));
        } else {
            let message = format!(
                "line {number}: a relationship is an element, a type and an element, not `{}`",
                shortened(value)
            );
            self.faults.add("/relationships", false, message);
        }
    }

    fn field(&mut self, tag: &str, value: String, number: u32) {
        if let Some((_, name)) = DOCUMENT.iter().find(|(known, _)| *known == tag) {
            self.document.insert((*name).to_owned(), Value::String(value));
            return;
        }
        match tag {
            "Creator" => push(&mut self.creation, "creators", Value::String(value)),
            "Created" => {
                self.creation.insert("created".to_owned(), Value::String(value));
            }
            "CreatorComment" => {
                self.creation.insert("comment".to_owned(), Value::String(value));
            }
            "LicenseListVersion" => {
                self.creation.insert("licenseListVersion".to_owned(), Value::String(value));
            }
            _ if tag.starts_with("Package")
                || matches!(
                    tag,
                    "FilesAnalyzed"
                        | "PrimaryPackagePurpose"
                        | "ReleaseDate"
                        | "BuiltDate"
                        | "ValidUntilDate"
                )
                || tag.starts_with("ExternalRef") =>
            {
                if let Some(package) = self.packages.last_mut() {
                    package_field(package, tag, value, number, self.faults);
                } else {
                    let message = format!("line {number}: `{tag}` stands before any package");
                    self.faults.add("", true, message);
                }
            }
            _ if OTHERS.iter().any(|start| tag.starts_with(start)) => {}
            _ => {
                let message = format!("line {number}: unknown tag `{}`", shortened(tag));
                self.faults.add("", false, message);
            }
        }
    }

    fn finish(mut self) -> Parsed {
        let maps = |maps: Vec<Map<String, Value>>| {
            Value::Array(maps.into_iter().map(Value::Object).collect())
        };
        if !self.creation.is_empty() {
            self.document.insert("creationInfo".to_owned(), Value::Object(self.creation));
        }
        self.document.insert("packages".to_owned(), maps(self.packages));
        if !self.files.is_empty() {
            self.document.insert("files".to_owned(), maps(self.files));
        }
        self.document.insert("relationships".to_owned(), Value::Array(self.relationships));
        Parsed { document: Value::Object(self.document), package_lines: self.package_lines }
    }
}

const DOCUMENT: &[(&str, &str)] = &[
    ("SPDXVersion", "spdxVersion"),
    ("DataLicense", "dataLicense"),
    ("DocumentName", "name"),
    ("DocumentNamespace", "documentNamespace"),
    ("DocumentComment", "comment"),
];

/// Beginnings of tags we know and have no use for: files, snippets, licences, annotations,
/// reviews (SPDX 2.0), relationships' comments.
const OTHERS: &[&str] = &[
    "ExternalDocumentRef",
    "File",
    "LicenseInfo",
    "LicenseConcluded",
    "LicenseComment",
    "Notice",
    "Attribution",
    "Artifact",
    "Snippet",
    "Extracted",
    "LicenseName",
    "LicenseCrossReference",
    "Annotat",
    "SPDXREF",
    "Review",
    "RelationshipComment",
];

const PACKAGE: &[(&str, &str)] = &[
    ("PackageVersion", "versionInfo"),
    ("PackageFileName", "packageFileName"),
    ("PackageSupplier", "supplier"),
    ("PackageOriginator", "originator"),
    ("PackageDownloadLocation", "downloadLocation"),
    ("PackageHomePage", "homepage"),
    ("PackageSourceInfo", "sourceInfo"),
    ("PackageLicenseConcluded", "licenseConcluded"),
    ("PackageLicenseDeclared", "licenseDeclared"),
    ("PackageLicenseComments", "licenseComments"),
    ("PackageCopyrightText", "copyrightText"),
    ("PackageSummary", "summary"),
    ("PackageDescription", "description"),
    ("PackageComment", "comment"),
    ("PrimaryPackagePurpose", "primaryPackagePurpose"),
    ("ReleaseDate", "releaseDate"),
    ("BuiltDate", "builtDate"),
    ("ValidUntilDate", "validUntilDate"),
];

fn package_field(
    package: &mut Map<String, Value>,
    tag: &str,
    value: String,
    number: u32,
    faults: &mut Faults,
) {
    if let Some((_, name)) = PACKAGE.iter().find(|(known, _)| *known == tag) {
        package.insert((*name).to_owned(), Value::String(value));
        return;
    }
    match tag {
        "FilesAnalyzed" => {
            let analyzed = match value.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => Value::String(value),
            };
            package.insert("filesAnalyzed".to_owned(), analyzed);
        }
        "PackageChecksum" => {
            let (algorithm, digest) = value.split_once(':').unwrap_or((&value, ""));
            let checksum = json!({"algorithm": algorithm.trim(), "checksumValue": digest.trim()});
            push(package, "checksums", checksum);
        }
        "ExternalRef" => {
            let mut words = value.splitn(3, char::is_whitespace).map(str::trim);
            let mut reference = Map::new();
            for name in ["referenceCategory", "referenceType", "referenceLocator"] {
                if let Some(word) = words.next().filter(|word| !word.is_empty()) {
                    reference.insert(name.to_owned(), Value::String(word.to_owned()));
                }
            }
            push(package, "externalRefs", Value::Object(reference));
        }
        "PackageVerificationCode"
        | "PackageLicenseInfoFromFiles"
        | "PackageAttributionText"
        | "ExternalRefComment" => {}
        _ => {
            let message = format!("line {number}: unknown tag `{}`", shortened(tag));
            faults.add("", false, message);
        }
    }
}

fn push(map: &mut Map<String, Value>, name: &str, value: Value) {
    let list = map.entry(name.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(items) = list {
        items.push(value);
    }
}
