//! Tests on the items of a vulnerability: 6.1.23, 6.1.24, 6.1.29, 6.1.32, 6.1.33.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::findings::Validation;
use super::instant::Instant;
use super::json::{Groups, items, text, texts, vulnerabilities};

/// The flags that are VEX justification codes (section 3.2.3.5).
const VEX_JUSTIFICATIONS: [&str; 5] = [
    "component_not_present",
    "inline_mitigations_already_exist",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_not_present",
];

/// Multiple Use of Same CVE.
pub(super) fn test_6_1_23(document: &Value, validation: &mut Validation) {
    let mut seen = HashSet::new();
    for (path, vulnerability) in vulnerabilities(document) {
        if let Some(cve) = text(vulnerability, "cve")
            && !seen.insert(cve)
        {
            let path = format!("{path}/cve");
            validation.fail("6.1.23", path, format!("{cve} has more than one vulnerability item"));
        }
    }
}

/// Multiple Definition in Involvements. An involvement without a date is at no date.
pub(super) fn test_6_1_24(document: &Value, validation: &mut Validation) {
    for (path, vulnerability) in vulnerabilities(document) {
        let mut seen = HashSet::new();
        for (at, involvement) in items(vulnerability, "involvements").iter().enumerate() {
            let date = text(involvement, "date");
            if let (Some(party), Some(date)) = (text(involvement, "party"), date)
                && let Some(instant) = Instant::parse(date)
                && !seen.insert((party, instant))
            {
                validation.fail(
                    "6.1.24",
                    format!("{path}/involvements/{at}"),
                    format!("{party} is involved more than once at {date}"),
                );
            }
        }
    }
}

/// Remediation without Product Reference.
pub(super) fn test_6_1_29(document: &Value, validation: &mut Validation) {
    must_name_products("6.1.29", "remediations", document, validation);
}

/// Flag without Product Reference.
pub(super) fn test_6_1_32(document: &Value, validation: &mut Validation) {
    must_name_products("6.1.32", "flags", document, validation);
}

fn must_name_products(
    test: &'static str,
    list: &str,
    document: &Value,
    validation: &mut Validation,
) {
    for (path, vulnerability) in vulnerabilities(document) {
        for (at, item) in items(vulnerability, list).iter().enumerate() {
            if item.get("product_ids").is_none() && item.get("group_ids").is_none() {
                let message = "neither product_ids nor group_ids: it applies to nothing";
                validation.fail(test, format!("{path}/{list}/{at}"), message);
            }
        }
    }
}

/// Multiple Flags with VEX Justification Codes per Product.
pub(super) fn test_6_1_33(document: &Value, validation: &mut Validation) {
    let groups = Groups::of(document);
    for (path, vulnerability) in vulnerabilities(document) {
        let justifications = || {
            items(vulnerability, "flags").iter().enumerate().filter(|(_, flag)| {
                text(flag, "label").is_some_and(|label| VEX_JUSTIFICATIONS.contains(&label))
            })
        };
        if justifications().nth(1).is_none() {
            continue;
        }
        let mut flag_of: HashMap<&str, usize> = HashMap::new();
        let mut uses_of: HashMap<&str, u8> = HashMap::new();
        for (at, flag) in justifications() {
            let mut products: Vec<&str> = texts(flag, "product_ids").map(|(_, id)| id).collect();
            for (_, group) in texts(flag, "group_ids") {
                // The second flag on a group tells all there is to tell; the thousandth on a large
                // one would only cost time.
                let uses = uses_of.entry(group).or_default();
                if *uses < 2 {
                    *uses += 1;
                    products.extend(groups.members(group));
                }
            }
            for product in products {
                let first = *flag_of.entry(product).or_insert(at);
                if first != at {
                    validation.fail(
                        "6.1.33",
                        format!("{path}/flags/{at}"),
                        format!("{product:?} is already justified by flag {first}"),
                    );
                }
            }
        }
        if validation.is_full("6.1.33") {
            return;
        }
    }
}
