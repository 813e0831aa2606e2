//! From bytes to a checked document, and what its faults mean.

use model::reading::{Place, ReadError, Warning};
use serde_json::Value;

use super::check::{Faults, check};
use super::scalar::shortened;
use super::shape::{Minor, table};
use super::{from_xml, read as reading, xml};
use crate::inventory::package_list::head;
use crate::inventory::{Input, Reading};
use crate::text::decode;

/// Whether a file is a CycloneDX document: JSON with a `bomFormat`, or XML whose root is `bom`.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = decode(head(input.bytes));
    let content = text.content.trim_start();
    if content.starts_with('{') {
        // Some writers sort properties or put this one last.
        let tail = input.bytes.len().saturating_sub(4096);
        let tail = String::from_utf8_lossy(input.bytes.get(tail..).unwrap_or_default());
        return content.contains("\"bomFormat\"")
            || tail.contains("\"bomFormat\"")
            || (content.contains("\"specVersion\"") && content.contains("cyclonedx"));
    }
    content.starts_with('<') && root_name(content) == Some("bom")
}

/// The local name of the first element.
fn root_name(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.get(rest.find('<')?..)?;
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.get(comment.find("-->")?..)?;
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            rest = rest.get(1..)?;
        } else {
            let name =
                rest.get(1..)?.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next()?;
            return Some(name.rsplit(':').next().unwrap_or(name));
        }
    }
}

/// Reads a CycloneDX document.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let content = text.content.trim_start();
    let mut faults = Faults::default();
    let (document, minor) = if content.starts_with('<') {
        let (root, namespace) = xml::parse(content)?;
        if root.name != "bom" {
            return Err(ReadError::new(
                Place::Path(format!("/{}", shortened(&root.name))),
                "the root element is not `bom`",
                "give a CycloneDX document",
            ));
        }
        let version = namespace.strip_prefix("http://cyclonedx.org/schema/bom/").ok_or_else(|| {
            ReadError::new(
                Place::Path("/bom".to_owned()),
                format!("the namespace `{}` is not one of CycloneDX", shortened(&namespace)),
                "write the document again with xmlns=\"http://cyclonedx.org/schema/bom/1.6\" or what fits its version",
            )
        })?;
        let minor = supported(version, "/bom")?;
        let document = from_xml::convert(table(), &root, minor, &mut faults);
        check(table(), &document, minor, true, &mut faults);
        (document, minor)
    } else {
        let document: Value = serde_json::from_str(content).map_err(|error| {
            ReadError::new(
                Place::Line(u32::try_from(error.line()).unwrap_or(u32::MAX)),
                format!("broken JSON: {error}"),
                "write the file again with its generator, or transfer it again if it was cut",
            )
        })?;
        let format = document.get("bomFormat").and_then(Value::as_str);
        if format != Some("CycloneDX") {
            let found =
                format.map_or("missing".to_owned(), |text| format!("`{}`", shortened(text)));
            return Err(ReadError::new(
                Place::Path("/bomFormat".to_owned()),
                format!("bomFormat must be `CycloneDX` but is {found}"),
                "give a CycloneDX document",
            ));
        }
        let version = document.get("specVersion").and_then(Value::as_str).unwrap_or("");
        let minor = supported(version, "/specVersion")?;
        check(table(), &document, minor, false, &mut faults);
        (document, minor)
    };
    let mut warnings = judge(faults, minor)?;
    let mut reading = reading::evidence(&document);
    warnings.append(&mut reading.warnings);
    reading.warnings = warnings;
    Ok(reading)
}

fn supported(version: &str, path: &str) -> Result<Minor, ReadError> {
    let minor = version.strip_prefix("1.").and_then(|minor| minor.parse::<Minor>().ok());
    minor.filter(|minor| (2..=7).contains(minor) && version.len() == 3).ok_or_else(|| {
        ReadError::new(
            Place::Path(path.to_owned()),
            format!("version `{}` of CycloneDX is not one we read", shortened(version)),
            "convert the document to a version from 1.2 to 1.7",
        )
    })
}

/// A fault in what we use refuses the document; any other is a warning.
fn judge(faults: Faults, minor: Minor) -> Result<Vec<Warning>, ReadError> {
    let used = faults.kept.iter().find(|fault| fault.used);
    if used.is_some() || faults.more_used {
        let others = faults.kept.len() + faults.more - 1;
        let (path, mut message) = match used {
            Some(fault) => (fault.path.clone(), fault.message.clone()),
            None => (String::new(), "too many faults to list".to_owned()),
        };
        if others > 0 {
            message.push_str(&format!(" ({others} more faults in the document)"));
        }
        return Err(ReadError::new(
            place(path),
            format!("not valid CycloneDX 1.{minor}: {message}"),
            "correct it, or have its generator write what the specification asks",
        ));
    }
    let mut warnings: Vec<Warning> = faults
        .kept
        .into_iter()
        .map(|fault| {
            Warning::new(
                place(fault.path),
                format!("not valid CycloneDX 1.{minor}: {}; read without it", fault.message),
            )
        })
        .collect();
    if faults.more > 0 {
        warnings.push(Warning::new(
            Place::Whole,
            format!("not valid CycloneDX 1.{minor}: {} more faults", faults.more),
        ));
    }
    Ok(warnings)
}

fn place(path: String) -> Place {
    if path.is_empty() { Place::Whole } else { Place::Path(path) }
}
