//! Microsoft's monthly security update documents, CVRF 1.1 XML.
//!
//! ```xml
//! <vuln:Vulnerability>
//!   <vuln:CVE>CVE-2017-0144</vuln:CVE>
//!   <vuln:ProductStatuses><vuln:Status Type="Known Affected">
//!     <vuln:ProductID>10048</vuln:ProductID></vuln:Status></vuln:ProductStatuses>
//!   <vuln:Remediations><vuln:Remediation Type="Vendor Fix">
//!     <vuln:Description>4012215</vuln:Description><vuln:Supercedence>3212646</vuln:Supercedence>
//!     <vuln:ProductID>10048</vuln:ProductID><vuln:SubType>Monthly Rollup</vuln:SubType>
//!   </vuln:Remediation></vuln:Remediations>
//! </vuln:Vulnerability>
//! ```
//!
//! Every vendor fix gives one fact per product. A product that is named affected and has no fix
//! with a KB number gives one fact without update; where its fix is elsewhere ("Release Notes",
//! "Click to Run"), that is the fact's kind.

mod document;
mod vulnerability;

use model::fact::FactSink;
use model::reading::ReadError;

use crate::advisory::{Summary, content, xml};
use crate::inventory::Input;

use document::Document;

/// Whether the document is CVRF.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = content::head(input.bytes, 4_096);
    text.trim_start().starts_with('<') && text.contains("cvrfdoc") && text.contains("/CVRF/")
}

/// Reads a document.
pub fn read(input: &Input<'_>, sink: &mut dyn FactSink) -> Result<Summary, ReadError> {
    let text = content::whole(input.bytes);
    let mut document = Document::new(sink);
    xml::walk(&text, &mut document)?;
    document.finish()
}
