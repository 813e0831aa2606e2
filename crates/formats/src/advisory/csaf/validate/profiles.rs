//! Tests on the document category and its profile: 6.1.26 and 6.1.27.1 to 6.1.27.11.

use std::collections::HashSet;

use serde_json::Value;

use super::findings::Validation;
use super::json::{Groups, category, items, text, texts, vulnerabilities};

const INCIDENT: &str = "csaf_security_incident_response";
const INFORMATION: &str = "csaf_informational_advisory";
const ADVISORY: &str = "csaf_security_advisory";
const VEX: &str = "csaf_vex";

/// The profiles other than "CSAF Base" (section 4), by the value of `/document/category`.
const PROFILES: [&str; 4] = [INCIDENT, INFORMATION, ADVISORY, VEX];

fn is_one_of(document: &Value, profiles: &[&str]) -> bool {
    category(document).is_some_and(|category| profiles.contains(&category))
}

/// Prohibited Document Category Name.
pub(super) fn test_6_1_26(document: &Value, validation: &mut Validation) {
    let Some(category) = category(document) else { return };
    if category == "csaf_base" || PROFILES.contains(&category) {
        return;
    }
    let bare = |text: &str| -> String {
        text.to_lowercase().chars().filter(|character| !is_separator(*character)).collect()
    };
    let written = bare(category);
    let taken = PROFILES.iter().find(|profile| {
        let name = profile.strip_prefix("csaf_").unwrap_or(profile);
        written == bare(name) || written == bare(profile)
    });
    if let Some(profile) = taken {
        let message = format!("{category:?} is the name of the profile {profile}");
        validation.fail("6.1.26", "/document/category", message);
    } else if category.to_lowercase().starts_with("csaf_") {
        let message = format!("{category:?} starts with the reserved prefix csaf_");
        validation.fail("6.1.26", "/document/category", message);
    }
}

/// Dash, whitespace and underscore; dashes of every length, for the eye does not tell them apart.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '_' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}')
        || matches!(character, '\u{FE63}' | '\u{FF0D}' | '\u{FF3F}')
}

/// Document Notes.
pub(super) fn test_6_1_27_1(document: &Value, validation: &mut Validation) {
    if !is_one_of(document, &[INFORMATION, INCIDENT]) {
        return;
    }
    let notes = document.get("document").map_or(&[][..], |head| items(head, "notes"));
    let telling = ["description", "details", "general", "summary"];
    if !notes.iter().any(|note| text(note, "category").is_some_and(|it| telling.contains(&it))) {
        let message = "no note is a description, details, general or summary";
        validation.fail("6.1.27.1", "/document/notes", message);
    }
}

/// Document References. A reference without a category is external: the schema's default.
pub(super) fn test_6_1_27_2(document: &Value, validation: &mut Validation) {
    if !is_one_of(document, &[INFORMATION, INCIDENT]) {
        return;
    }
    let references = document.get("document").map_or(&[][..], |head| items(head, "references"));
    let external = |reference: &Value| match reference.get("category") {
        None => true,
        Some(category) => category == "external",
    };
    if !references.iter().any(external) {
        validation.fail("6.1.27.2", "/document/references", "no reference is external");
    }
}

/// Vulnerabilities, which an informational advisory must not have.
pub(super) fn test_6_1_27_3(document: &Value, validation: &mut Validation) {
    if is_one_of(document, &[INFORMATION]) && document.get("vulnerabilities").is_some() {
        let message = "an informational advisory has no vulnerabilities";
        validation.fail("6.1.27.3", "/vulnerabilities", message);
    }
}

/// Product Tree.
pub(super) fn test_6_1_27_4(document: &Value, validation: &mut Validation) {
    if is_one_of(document, &[ADVISORY, VEX]) && document.get("product_tree").is_none() {
        validation.fail("6.1.27.4", "/product_tree", "this profile needs a product tree");
    }
}

/// Vulnerability Notes.
pub(super) fn test_6_1_27_5(document: &Value, validation: &mut Validation) {
    must_each_have("6.1.27.5", &[ADVISORY, VEX], "notes", document, validation);
}

/// Product Status.
pub(super) fn test_6_1_27_6(document: &Value, validation: &mut Validation) {
    must_each_have("6.1.27.6", &[ADVISORY], "product_status", document, validation);
}

fn must_each_have(
    test: &'static str,
    profiles: &[&str],
    key: &str,
    document: &Value,
    validation: &mut Validation,
) {
    if is_one_of(document, profiles) {
        for (path, vulnerability) in vulnerabilities(document) {
            if vulnerability.get(key).is_none() {
                let message = format!("this profile needs {key} in each vulnerability");
                validation.fail(test, format!("{path}/{key}"), message);
            }
        }
    }
}

/// VEX Product Status.
pub(super) fn test_6_1_27_7(document: &Value, validation: &mut Validation) {
    if !is_one_of(document, &[VEX]) {
        return;
    }
    let statuses = ["fixed", "known_affected", "known_not_affected", "under_investigation"];
    for (path, vulnerability) in vulnerabilities(document) {
        let status = vulnerability.get("product_status");
        if !statuses.iter().any(|key| status.is_some_and(|status| status.get(key).is_some())) {
            let message = format!("none of {} is given", statuses.join(", "));
            validation.fail("6.1.27.7", format!("{path}/product_status"), message);
        }
    }
}

/// Vulnerability ID.
pub(super) fn test_6_1_27_8(document: &Value, validation: &mut Validation) {
    if is_one_of(document, &[VEX]) {
        for (path, vulnerability) in vulnerabilities(document) {
            if vulnerability.get("cve").is_none() && vulnerability.get("ids").is_none() {
                validation.fail("6.1.27.8", path, "neither cve nor ids is given");
            }
        }
    }
}

/// Impact Statement.
pub(super) fn test_6_1_27_9(document: &Value, validation: &mut Validation) {
    each_product_has_a_statement(
        ("6.1.27.9", "known_not_affected"),
        |vulnerability| {
            let impact = |threat: &&Value| text(threat, "category") == Some("impact");
            let threats = items(vulnerability, "threats").iter().filter(impact);
            items(vulnerability, "flags").iter().chain(threats).collect()
        },
        document,
        validation,
    );
}

/// Action Statement.
pub(super) fn test_6_1_27_10(document: &Value, validation: &mut Validation) {
    each_product_has_a_statement(
        ("6.1.27.10", "known_affected"),
        |vulnerability| items(vulnerability, "remediations").iter().collect(),
        document,
        validation,
    );
}

fn each_product_has_a_statement(
    (test, status): (&'static str, &str),
    statements: impl Fn(&Value) -> Vec<&Value>,
    document: &Value,
    validation: &mut Validation,
) {
    if !is_one_of(document, &[VEX]) {
        return;
    }
    let groups = Groups::of(document);
    for (path, vulnerability) in vulnerabilities(document) {
        let Some(products) = vulnerability.get("product_status") else { continue };
        let mut named: HashSet<&str> = HashSet::new();
        let mut named_groups: HashSet<&str> = HashSet::new();
        for statement in statements(vulnerability) {
            named.extend(texts(statement, "product_ids").map(|(_, id)| id));
            named_groups.extend(texts(statement, "group_ids").map(|(_, id)| id));
        }
        let is_stated = |id: &str| {
            named.contains(id)
                || groups.groups_of(id).iter().any(|group| named_groups.contains(group))
        };
        for (at, id) in texts(products, status).filter(|(_, id)| !is_stated(id)) {
            validation.fail(
                test,
                format!("{path}/product_status/{status}/{at}"),
                format!("{id:?} is {status}, and no statement says why or what to do"),
            );
        }
    }
}

/// Vulnerabilities, which an advisory and a VEX document must have.
pub(super) fn test_6_1_27_11(document: &Value, validation: &mut Validation) {
    if is_one_of(document, &[ADVISORY, VEX]) && document.get("vulnerabilities").is_none() {
        validation.fail("6.1.27.11", "/vulnerabilities", "this profile needs vulnerabilities");
    }
}
