//! From bytes to a checked document, and what its faults mean.

use model::reading::{Place, ReadError};
use serde_json::Value;

use super::check::check;
use super::scalar::shortened;
use super::shape::{Minor, table};
use super::{from_xml, read as reading, xml};
use crate::inventory::faults::Faults;
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
    let standard = format!("CycloneDX 1.{minor}");
    let mut warnings = faults.judge(&standard, &Place::Path)?;
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
