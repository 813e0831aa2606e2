//! From bytes to a checked document.

use model::reading::{Place, ReadError};
use serde_json::Value;

use super::check::check;
use super::{read as reading, tag_value};
use crate::inventory::component::shortened;
use crate::inventory::faults::Faults;
use crate::inventory::package_list::head;
use crate::inventory::{Input, Reading};
use crate::text::decode;

/// Whether a file is an SPDX document in any form, those we refuse by name included.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = decode(head(input.bytes));
    let tail = input.bytes.len().saturating_sub(4096);
    let tail = String::from_utf8_lossy(input.bytes.get(tail..).unwrap_or_default());
    matches!(form(&text.content, &tail), Some(form) if form != Form::Unknown)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    TagValue,
    Rdf,
    Yaml,
    /// JSON that does not look like SPDX.
    Unknown,
}

fn form(text: &str, tail: &str) -> Option<Form> {
    let content = text.trim_start();
    if content.starts_with('{') || content.starts_with('[') {
        let told = ["\"spdxVersion\"", "spdx.org/rdf", "\"SPDXID\"", "spdx-context"];
        let known = told.iter().any(|word| content.contains(word) || tail.contains(word));
        return Some(if known { Form::Json } else { Form::Unknown });
    }
    if content.starts_with('<') {
        return (content.contains("rdf:RDF") && content.contains("spdx.org/rdf"))
            .then_some(Form::Rdf);
    }
    let mut lines = content.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.find_map(|line| {
        if line.starts_with("SPDXVersion:") {
            Some(Form::TagValue)
        } else if line.starts_with("spdxVersion:") {
            Some(Form::Yaml)
        } else {
            None
        }
    })
}

/// Reads an SPDX document.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let mut faults = Faults::default();
    let mut lines = Vec::new();
    let document = match form(&text.content, "") {
        Some(Form::Json | Form::Unknown) => json(&text.content)?,
        Some(Form::TagValue) => {
            let parsed = tag_value::parse(&text.content, &mut faults);
            lines = parsed.package_lines;
            parsed.document
        }
        Some(form @ (Form::Rdf | Form::Yaml)) => {
            let name = if form == Form::Rdf { "RDF/XML" } else { "YAML" };
            return Err(ReadError::new(
                Place::Whole,
                format!("SPDX as {name} is not read yet"),
                "convert it to SPDX 2.3 JSON or tag-value",
            ));
        }
        None => {
            return Err(ReadError::new(
                Place::Whole,
                "no `SPDXVersion`, so this is no SPDX document we know",
                "give SPDX 2.2 or 2.3 as JSON or tag-value",
            ));
        }
    };
    let version = version(&document)?;
    check(&document, version, &mut faults);
    // Tag-value has lines, not pointers.
    let place = |path: String| {
        let package = path
            .strip_prefix("/packages/")
            .and_then(|rest| rest.split('/').next())
            .and_then(|at| at.parse::<usize>().ok())
            .and_then(|at| lines.get(at));
        match package {
            Some(line) => Place::Line(*line),
            None => Place::Path(path),
        }
    };
    let mut warnings = faults.judge(version, &place)?;
    let mut reading = reading::evidence(&document, &place);
    warnings.append(&mut reading.warnings);
    reading.warnings = warnings;
    Ok(reading)
}

fn json(text: &str) -> Result<Value, ReadError> {
    serde_json::from_str(text.trim_start()).map_err(|error| {
        ReadError::new(
            Place::Line(u32::try_from(error.line()).unwrap_or(u32::MAX)),
            format!("broken JSON: {error}"),
            "write the file again with its generator, or transfer it again if it was cut",
        )
    })
}

fn version(document: &Value) -> Result<&str, ReadError> {
    const KNOWN: &[&str] = &["SPDX-2.1", "SPDX-2.2", "SPDX-2.3"];
    let context = document.get("@context");
    if context.is_some() || document.get("@graph").is_some() || document.is_array() {
        return Err(ReadError::new(
            Place::Path("/@context".to_owned()),
            "SPDX 3.0 (JSON-LD) is not read yet",
            "have its generator write SPDX 2.3, or CycloneDX",
        ));
    }
    let stated = document.get("spdxVersion").and_then(Value::as_str);
    match stated {
        Some(version) if KNOWN.contains(&version) => Ok(version),
        Some(other) => Err(ReadError::new(
            Place::Path("/spdxVersion".to_owned()),
            format!("version `{}` of SPDX is not one we read", shortened(other)),
            "convert the document to SPDX 2.3",
        )),
        None => Err(ReadError::new(
            Place::Path("/spdxVersion".to_owned()),
            "the document has no `spdxVersion`, which is required",
            "have its generator write what the specification asks",
        )),
    }
}
