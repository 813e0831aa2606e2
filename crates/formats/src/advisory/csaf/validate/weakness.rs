//! The test on weaknesses: 6.1.11.
//!
//! CSAF 2.0 does not say which release of the CWE List a document uses, so a name that was right
//! when the document was written is right. Three sources, none of them kept here but the last:
//! the crate `cwenum` 2 (the newest release, which dropped many nicknames such as
//! "('Path Traversal')"), `cwenum` 1 (release 4.18), and the renames between 4.6 and 4.18 below.

use cwenum::Cwe;
use cwenum_4::Cwe as Cwe4;
use serde_json::Value;

use super::findings::Validation;
use super::json::{text, vulnerabilities};

/// Names that weaknesses bore in a release from 4.6 (October 2021, the current one when CSAF 2.0
/// was made) and had lost by 4.18. Source: "name changes" in the differences reports of the CWE
/// List between those releases.
const FORMER_NAMES: [(&str, &str); 16] = [
    (
        "CWE-113",
        "Improper Neutralization of CRLF Sequences in HTTP Headers ('HTTP Response Splitting')",
    ),
    ("CWE-365", "Race Condition in Switch"),
    ("CWE-444", "Inconsistent Interpretation of HTTP Requests ('HTTP Request Smuggling')"),
    ("CWE-478", "Missing Default Case in Switch Statement"),
    ("CWE-526", "Exposure of Sensitive Information Through Environmental Variables"),
    ("CWE-942", "Permissive Cross-domain Policy with Untrusted Domains"),
    (
        "CWE-1039",
        "Automated Recognition Mechanism with Inadequate Detection or Handling of Adversarial Input Perturbations",
    ),
    ("CWE-1059", "Incomplete Documentation"),
    ("CWE-1188", "Insecure Default Initialization of Resource"),
    ("CWE-1192", "System-on-Chip (SoC) Using Components without Unique, Immutable Identifiers"),
    ("CWE-1302", "Missing Security Identifier"),
    ("CWE-1317", "Missing Security Checks in Fabric Bridge"),
    ("CWE-1320", "Improper Protection for Out of Bounds Signal Level Alerts"),
    ("CWE-1324", "Sensitive Information Accessible by Physical Probing of JTAG Interface"),
    ("CWE-1357", "Reliance on Uncontrolled Component"),
    ("CWE-1384", "Improper Handling of Extreme Physical Environment Conditions"),
];

/// CWE.
pub(super) fn test_6_1_11(document: &Value, validation: &mut Validation) {
    for (path, vulnerability) in vulnerabilities(document) {
        let Some(cwe) = vulnerability.get("cwe") else { continue };
        let (Some(id), Some(name)) = (text(cwe, "id"), text(cwe, "name")) else { continue };
        let names = names_of(id);
        if names.is_empty() {
            let message = format!("there is no weakness {id}");
            validation.fail("6.1.11", format!("{path}/cwe/id"), message);
        } else if !names.iter().any(|known| known.trim() == name.trim()) {
            let called: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
            let message = format!("{id} is called {}, not {name:?}", called.join(" or "));
            validation.fail("6.1.11", format!("{path}/cwe/name"), message);
        }
    }
}

/// Every name of a weakness, newest first, each once.
fn names_of(id: &str) -> Vec<&'static str> {
    // The crates read an identifier in any case; the standard writes it in one.
    let newest = Cwe::try_from(id).ok().filter(|known| known.id() == id).map(|known| known.name());
    let older = Cwe4::try_from(id).ok().filter(|known| known.id() == id).map(|known| known.name());
    let former = FORMER_NAMES.iter().filter(|(of, _)| *of == id).map(|(_, name)| *name);
    let mut names: Vec<&str> = newest.into_iter().chain(older).chain(former).collect();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fails(id: &str, name: &str) -> bool {
        let mut validation = Validation::default();
        let document = json!({"vulnerabilities": [{"cwe": {"id": id, "name": name}}]});
        test_6_1_11(&document, &mut validation);
        !validation.valid()
    }

    #[test]
    fn a_weakness_needs_a_name_that_it_bears_or_bore() {
        assert!(!fails("CWE-125", "Out-of-bounds Read"));
        assert!(!fails("CWE-352", "Cross-Site Request Forgery (CSRF)"));
        assert!(!fails(
            "CWE-526",
            "Exposure of Sensitive Information Through Environmental Variables"
        ));
        assert!(fails("CWE-125", "Out-of-bounds Write"));
        assert!(fails("CWE-352", "Out-of-bounds Read"));
    }

    #[test]
    fn a_weakness_that_is_not_on_the_list_fails() {
        assert!(fails("CWE-999999", "Out-of-bounds Read"));
        assert!(fails("cwe-125", "Out-of-bounds Read"));
    }
}
