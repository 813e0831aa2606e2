//! How a structure is described, and the walk that compares a document with it.

use std::collections::HashSet;

use serde_json::Value;

use super::super::findings::Validation;
use super::document::CSAF;
use super::form::Form;

/// What a value must be.
pub(super) enum Shape {
    /// An object.
    Object(&'static Object),
    /// An array.
    Array(&'static Array),
    /// A string of this form.
    Text(Form),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// Judged elsewhere: a CVSS object (test 6.1.8).
    Elsewhere,
}

/// An object: its required properties, what each known one must be, and how many there are.
/// Unknown properties are allowed, as the schema allows them.
pub(super) struct Object {
    pub(super) required: &'static [&'static str],
    pub(super) properties: &'static [(&'static str, Shape)],
    pub(super) least: usize,
    pub(super) most: usize,
}

impl Object {
    /// An object that may have any number of properties.
    pub(super) const fn new(
        required: &'static [&'static str],
        properties: &'static [(&'static str, Shape)],
    ) -> Self {
        Self { required, properties, least: 0, most: usize::MAX }
    }

    /// An object that must not be empty.
    pub(super) const fn at_least(
        least: usize,
        required: &'static [&'static str],
        properties: &'static [(&'static str, Shape)],
    ) -> Self {
        Self { required, properties, least, most: usize::MAX }
    }
}

/// An array: what each item must be, how many there are at least, whether each stands once.
pub(super) struct Array {
    pub(super) items: Shape,
    pub(super) least: usize,
    pub(super) unique: bool,
}

impl Array {
    /// One item or more.
    pub(super) const fn of(items: Shape) -> Self {
        Self { items, least: 1, unique: false }
    }

    /// One item or more, each once.
    pub(super) const fn unique(items: Shape) -> Self {
        Self { items, least: 1, unique: true }
    }
}

/// Compares a document with the structure of CSAF 2.0.
pub(in super::super) fn check(document: &Value, validation: &mut Validation) {
    walk(&Shape::Object(&CSAF), document, &mut String::new(), validation);
}

/// The depth of this recursion is that of the document, which the JSON reader bounds.
fn walk(shape: &Shape, value: &Value, path: &mut String, validation: &mut Validation) {
    match shape {
        Shape::Object(object) => walk_object(object, value, path, validation),
        Shape::Array(array) => walk_array(array, value, path, validation),
        Shape::Text(form) => match value.as_str() {
            None => fail(validation, path, "it is not a string"),
            Some(text) if !form.fits(text) => {
                fail(validation, path, &format!("{text:?} is not {}", form.name()));
            }
            Some(_) => {}
        },
        Shape::OneOf(words) => {
            if !value.as_str().is_some_and(|text| words.contains(&text)) {
                fail(validation, path, &format!("{value} is not one of {}", words.join(", ")));
            }
        }
        Shape::Elsewhere => {}
    }
}

fn walk_object(object: &Object, value: &Value, path: &mut String, validation: &mut Validation) {
    let Some(found) = value.as_object() else { return fail(validation, path, "it is no object") };
    for name in object.required {
        if !found.contains_key(*name) {
            fail(validation, path, &format!("{name} is missing"));
        }
    }
    if found.len() < object.least {
        fail(validation, path, &format!("it has fewer than {} properties", object.least));
    }
    if found.len() > object.most {
        fail(validation, path, &format!("it has more than {} properties", object.most));
    }
    for (name, shape) in object.properties {
        if let Some(value) = found.get(*name) {
            deeper(path, name, |path| walk(shape, value, path, validation));
        }
    }
}

fn walk_array(array: &Array, value: &Value, path: &mut String, validation: &mut Validation) {
    let Some(found) = value.as_array() else { return fail(validation, path, "it is no array") };
    if found.len() < array.least {
        fail(validation, path, &format!("it has fewer than {} items", array.least));
    }
    let mut seen = HashSet::new();
    for (at, item) in found.iter().enumerate() {
        deeper(path, &at.to_string(), |path| {
            if array.unique && !seen.insert(item) {
                fail(validation, path, "an earlier item is the same");
            }
            walk(&array.items, item, path, validation);
        });
    }
}

fn deeper(path: &mut String, step: &str, visit: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(step);
    visit(path);
    path.truncate(length);
}

fn fail(validation: &mut Validation, path: &str, message: &str) {
    validation.fail("schema", path, message);
}
