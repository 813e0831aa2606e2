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

/// The product groups of a document, looked up from either side.
pub(super) struct Groups<'a> {
    members: HashMap<&'a str, Vec<&'a str>>,
    groups_of: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Groups<'a> {
    /// Reads the groups of a document.
    pub(super) fn of(document: &'a Value) -> Self {
        let mut groups = Self { members: HashMap::new(), groups_of: HashMap::new() };
        for group in document.get("product_tree").map_or(&[][..], |it| items(it, "product_groups"))
        {
            if let Some(id) = text(group, "group_id") {
                for (_, product) in texts(group, "product_ids") {
                    groups.members.entry(id).or_default().push(product);
                    groups.groups_of.entry(product).or_default().push(id);
                }
            }
        }
        groups
    }

    /// The products of a group.
    pub(super) fn members(&self, group: &str) -> &[&'a str] {
        self.members.get(group).map_or(&[], Vec::as_slice)
    }

    /// The groups that a product is in.
    pub(super) fn groups_of(&self, product: &str) -> &[&'a str] {
        self.groups_of.get(product).map_or(&[], Vec::as_slice)
    }
}
