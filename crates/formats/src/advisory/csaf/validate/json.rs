//! Tolerant reading of a JSON document: what is absent or of the wrong type is simply not there.
//!
//! The schema check reports wrong types once; the numbered tests then look only at what they can
//! read, so that one fault is not told five times.

use std::collections::HashMap;

use serde_json::Value;

/// The items of the array under a key; none where there is no array.
pub(super) fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The string under a key.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// The strings of the array under a key, with their positions.
pub(super) fn texts<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (usize, &'a str)> {
    items(value, key).iter().enumerate().filter_map(|(at, item)| Some((at, item.as_str()?)))
}

/// The vulnerabilities of a document, each with its JSON pointer.
pub(super) fn vulnerabilities(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    items(document, "vulnerabilities")
        .iter()
        .enumerate()
        .map(|(at, item)| (format!("/vulnerabilities/{at}"), item))
}

/// `/document/tracking`, or null.
pub(super) fn tracking(document: &Value) -> &Value {
    document.pointer("/document/tracking").unwrap_or(&Value::Null)
}

/// `/document/category`.
pub(super) fn category(document: &Value) -> Option<&str> {
    document.pointer("/document/category").and_then(Value::as_str)
}

/// Every branch of the product tree, parents before children, each with its JSON pointer.
pub(super) fn branches(document: &Value) -> Vec<(String, &Value)> {
    // An explicit stack, so that the depth of the tree costs memory and not the call stack.
    let mut found = Vec::new();
    let mut waiting = Vec::new();
    if let Some(tree) = document.get("product_tree") {
        waiting.push(("/product_tree".to_owned(), tree));
    }
    while let Some((path, parent)) = waiting.pop() {
        for (at, branch) in items(parent, "branches").iter().enumerate() {
            let path = format!("{path}/branches/{at}");
            waiting.push((path.clone(), branch));
            found.push((path, branch));
        }
    }
    found
}

/// Every Full Product Name (`full_product_name_t`) of the product tree with its JSON pointer.
pub(super) fn full_product_names(document: &Value) -> Vec<(String, &Value)> {
    let mut names: Vec<(String, &Value)> = branches(document)
        .into_iter()
        .filter_map(|(path, branch)| Some((format!("{path}/product"), branch.get("product")?)))
        .collect();
    let Some(tree) = document.get("product_tree") else { return names };
    for (at, name) in items(tree, "full_product_names").iter().enumerate() {
        names.push((format!("/product_tree/full_product_names/{at}"), name));
    }
    for (at, relationship) in items(tree, "relationships").iter().enumerate() {
        if let Some(name) = relationship.get("full_product_name") {
            names.push((format!("/product_tree/relationships/{at}/full_product_name"), name));
        }
    }
    names
}

/// The product groups of a document: group to product identifiers.
pub(super) struct Groups<'a>(HashMap<&'a str, Vec<&'a str>>);

impl<'a> Groups<'a> {
    /// Reads the groups of a document.
    pub(super) fn of(document: &'a Value) -> Self {
        let mut groups: HashMap<&str, Vec<&str>> = HashMap::new();
        if let Some(tree) = document.get("product_tree") {
            for group in items(tree, "product_groups") {
                if let Some(id) = text(group, "group_id") {
                    let members = texts(group, "product_ids").map(|(_, product)| product);
                    groups.entry(id).or_default().extend(members);
                }
            }
        }
        Self(groups)
    }

    /// The products that an item of a vulnerability is about: those it names, and those of the
    /// groups it names.
    pub(super) fn products_of(&self, item: &'a Value) -> impl Iterator<Item = &'a str> {
        let direct = texts(item, "product_ids").map(|(_, product)| product);
        let grouped = texts(item, "group_ids")
            .filter_map(|(_, group)| self.0.get(group))
            .flat_map(|members| members.iter().copied());
        direct.chain(grouped)
    }
}
