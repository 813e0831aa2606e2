//! Tests on product and group identifiers: 6.1.1 to 6.1.6.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::findings::Validation;
use super::json::{full_product_names, items, text, texts, vulnerabilities};

/// The properties of `product_status`, all of type `products_t`.
const STATUSES: [&str; 8] = [
    "first_affected",
    "first_fixed",
    "fixed",
    "known_affected",
    "known_not_affected",
    "last_affected",
    "recommended",
    "under_investigation",
];

/// The lists in a vulnerability whose items carry `product_ids` and `group_ids`.
///
/// The list of paths in 6.1.1 and 6.1.4 leaves out `flags`; their normative sentence, every
/// element of the type, does not.
const TARGETED: [&str; 3] = ["flags", "remediations", "threats"];

/// The contradicting groups of 6.1.6. `recommended` is in none: anything may be recommended.
const CONTRADICTING: [(&str, &[&str]); 4] = [
    ("affected", &["first_affected", "known_affected", "last_affected"]),
    ("not affected", &["known_not_affected"]),
    ("fixed", &["first_fixed", "fixed"]),
    ("under investigation", &["under_investigation"]),
];

/// Every place that refers to a product: JSON pointer and product identifier.
fn product_references(document: &Value) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let list = |found: &mut Vec<_>, path: &str, value, key: &str| {
        found.extend(texts(value, key).map(|(at, id)| (format!("{path}/{key}/{at}"), id)));
    };
    if let Some(tree) = document.get("product_tree") {
        for (at, group) in items(tree, "product_groups").iter().enumerate() {
            list(&mut found, &format!("/product_tree/product_groups/{at}"), group, "product_ids");
        }
        for (at, relationship) in items(tree, "relationships").iter().enumerate() {
            for key in ["product_reference", "relates_to_product_reference"] {
                let path = format!("/product_tree/relationships/{at}/{key}");
                found.extend(text(relationship, key).map(|id| (path, id)));
            }
        }
    }
    for (path, vulnerability) in vulnerabilities(document) {
        if let Some(status) = vulnerability.get("product_status") {
            for key in STATUSES {
                list(&mut found, &format!("{path}/product_status"), status, key);
            }
        }
        for (at, score) in items(vulnerability, "scores").iter().enumerate() {
            list(&mut found, &format!("{path}/scores/{at}"), score, "products");
        }
        for key in TARGETED {
            for (at, item) in items(vulnerability, key).iter().enumerate() {
                list(&mut found, &format!("{path}/{key}/{at}"), item, "product_ids");
            }
        }
    }
    found
}

/// Missing Definition of Product ID.
pub(super) fn test_6_1_1(document: &Value, validation: &mut Validation) {
    let names = full_product_names(document);
    let defined: HashSet<&str> =
        names.iter().filter_map(|(_, name)| text(name, "product_id")).collect();
    for (path, id) in product_references(document) {
        if !defined.contains(id) {
            validation.fail("6.1.1", path, format!("no product is defined as {id:?}"));
        }
    }
}

/// Multiple Definition of Product ID.
pub(super) fn test_6_1_2(document: &Value, validation: &mut Validation) {
    let mut seen = HashSet::new();
    for (path, name) in full_product_names(document) {
        if let Some(id) = text(name, "product_id")
            && !seen.insert(id)
        {
            let path = format!("{path}/product_id");
            validation.fail("6.1.2", path, format!("{id:?} is defined more than once"));
        }
    }
}

/// Circular Definition of Product ID.
///
/// A relationship is sound when what it refers to is; products outside relationships are. Sound
/// ones are taken away until none is left to take: the rest ends in a circle.
pub(super) fn test_6_1_3(document: &Value, validation: &mut Validation) {
    let Some(tree) = document.get("product_tree") else { return };
    // Identifier of each relationship, and how many of its references are not known to be sound.
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut number_of: HashMap<&str, Vec<usize>> = HashMap::new();
    let relationships = items(tree, "relationships");
    let id_of = |item| text(Value::get(item, "full_product_name")?, "product_id");
    for relationship in relationships {
        let id = id_of(relationship).unwrap_or_default();
        number_of.entry(id).or_default().push(open.len());
        open.push((id, 0));
    }
    let mut referred_by: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, relationship) in relationships.iter().enumerate() {
        for key in ["product_reference", "relates_to_product_reference"] {
            if let Some(target) = text(relationship, key).filter(|id| number_of.contains_key(id)) {
                referred_by.entry(target).or_default().push(number);
                if let Some((_, references)) = open.get_mut(number) {
                    *references += 1;
                }
            }
        }
    }
    // An identifier defined twice (6.1.2) is sound only when each of its definitions is.
    let mut unsound: HashMap<&str, usize> =
        number_of.iter().map(|(id, numbers)| (*id, numbers.len())).collect();
    let mut sound: Vec<usize> = (0..open.len())
        .filter(|number| open.get(*number).is_some_and(|(_, references)| *references == 0))
        .collect();
    let mut taken = HashSet::new();
    while let Some(number) = sound.pop() {
        taken.insert(number);
        let Some((id, _)) = open.get(number).copied() else { continue };
        let Some(left) = unsound.get_mut(id) else { continue };
        *left -= 1;
        if *left > 0 {
            continue;
        }
        for referrer in referred_by.remove(id).unwrap_or_default() {
            if let Some((_, references)) = open.get_mut(referrer) {
                *references -= 1;
                if *references == 0 {
                    sound.push(referrer);
                }
            }
        }
    }
    for (number, (id, _)) in open.iter().enumerate() {
        if !taken.contains(&number) {
            validation.fail(
                "6.1.3",
                format!("/product_tree/relationships/{number}/full_product_name/product_id"),
                format!("{id:?} is defined through itself"),
            );
        }
    }
}

/// The groups that a document defines, in order.
fn group_ids(document: &Value) -> impl Iterator<Item = (usize, &str)> {
    let groups = document.get("product_tree").map_or(&[][..], |tree| items(tree, "product_groups"));
    groups.iter().enumerate().filter_map(|(at, group)| Some((at, text(group, "group_id")?)))
}

/// Missing Definition of Product Group ID.
pub(super) fn test_6_1_4(document: &Value, validation: &mut Validation) {
    let defined: HashSet<&str> = group_ids(document).map(|(_, id)| id).collect();
    for (path, vulnerability) in vulnerabilities(document) {
        for key in TARGETED {
            for (number, item) in items(vulnerability, key).iter().enumerate() {
                for (at, id) in texts(item, "group_ids").filter(|(_, id)| !defined.contains(id)) {
                    validation.fail(
                        "6.1.4",
                        format!("{path}/{key}/{number}/group_ids/{at}"),
                        format!("no product group is defined as {id:?}"),
                    );
                }
            }
        }
    }
}

/// Multiple Definition of Product Group ID.
pub(super) fn test_6_1_5(document: &Value, validation: &mut Validation) {
    let mut seen = HashSet::new();
    for (at, id) in group_ids(document) {
        if !seen.insert(id) {
            validation.fail(
                "6.1.5",
                format!("/product_tree/product_groups/{at}/group_id"),
                format!("{id:?} is defined more than once"),
            );
        }
    }
}

/// Contradicting Product Status.
pub(super) fn test_6_1_6(document: &Value, validation: &mut Validation) {
    for (path, vulnerability) in vulnerabilities(document) {
        let Some(status) = vulnerability.get("product_status") else { continue };
        let mut group_of: HashMap<&str, &str> = HashMap::new();
        for (group, keys) in CONTRADICTING {
            for key in keys {
                for (at, id) in texts(status, key) {
                    let first = *group_of.entry(id).or_insert(group);
                    if first != group {
                        validation.fail(
                            "6.1.6",
                            format!("{path}/product_status/{key}/{at}"),
                            format!("{id:?} is both {first} and {group}"),
                        );
                    }
                }
            }
        }
    }
}
