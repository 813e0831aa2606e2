//! An XML document to the form its JSON would have, led by the table of rules.
//!
//! What the two forms write differently is turned into JSON's way: attributes, wrapper elements,
//! licences, data flows, dependency trees. Faults that only XML can have (an element that nobody
//! knows, one that stands twice) are added here; all others are found by `check`.

use serde_json::{Map, Number, Value};

use super::scalar::shortened;
use super::shape::{Kind, Minor, Object, Table, Type, Xml};
use super::xml::Element;
use crate::inventory::faults::Faults;

/// Converts the root element.
pub(super) fn convert(table: &Table, root: &Element, minor: Minor, faults: &mut Faults) -> Value {
    let mut convert = Convert { table, minor, path: String::new(), used: true, faults };
    match table.object("bom") {
        Some(bom) => Value::Object(convert.object(root, bom)),
        None => Value::Null,
    }
}

struct Convert<'t> {
    table: &'t Table,
    minor: Minor,
    path: String,
    /// Whether every field on the way here is one we use.
    used: bool,
    faults: &'t mut Faults,
}

impl<'t> Convert<'t> {
    fn within<T>(&mut self, step: &str, run: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(step);
        let value = run(self);
        self.path.truncate(length);
        value
    }

    fn unknown(&mut self, name: &str, of: &str) {
        // As in JSON: 1.7 is newer than the table.
        if self.minor < 7 {
            let message = format!("unknown element `{}` of {of}", shortened(name));
            self.faults.add(&self.path, false, message);
        }
    }

    fn no_text(&mut self, element: &Element, of: &str) {
        if !element.text.trim().is_empty() {
            let message = format!(
                "text `{}` in {of}, where only elements may stand",
                shortened(element.text.trim())
            );
            self.faults.add(&self.path, false, message);
        }
    }

    fn twice(&mut self, name: &str) {
        let message = format!("element `{name}` stands more than once");
        self.faults.add(&self.path, self.used, message);
    }

    fn object(&mut self, element: &Element, object: &'t Object) -> Map<String, Value> {
        let mut map = Map::new();
        let mut taken: Vec<&str> = Vec::new();
        if !object.fields.iter().any(|field| field.xml == Xml::Text) {
            self.no_text(element, object.name);
        }
        for field in &object.fields {
            // A field of another version is converted too, so that `check` names it; where a field
            // changed its form, the form of this version counts.
            let here = field.versions.holds(self.minor);
            if !here && object.field(field.name, self.minor).is_some() {
                continue;
            }
            let outer = self.used;
            self.used = outer && field.used;
            match field.xml {
                Xml::Nowhere => {}
                Xml::Attribute(name) => {
                    if let Some(text) = element.attribute(name).filter(|_| here) {
                        map.insert(field.name.to_owned(), scalar(text, &field.shape));
                    }
                }
                Xml::Text => {
                    map.insert(field.name.to_owned(), scalar(&element.text, &field.shape));
                }
                Xml::Element(name) => {
                    taken.push(name);
                    if let Some(found) = self.only(element, name) {
                        let value = self.within(field.name, |c| c.value(found, &field.shape));
                        map.insert(field.name.to_owned(), value);
                    }
                }
                Xml::Wrapped { wrapper, item, attribute } => {
                    taken.push(wrapper);
                    if let Some(found) = self.only(element, wrapper) {
                        let value = self.within(field.name, |c| {
                            c.no_text(found, wrapper);
                            for other in found.children.iter().filter(|child| child.name != item) {
                                c.unknown(&other.name, wrapper);
                            }
                            c.items(found, item, attribute, &field.shape)
                        });
                        map.insert(field.name.to_owned(), value);
                    }
                }
                Xml::Repeated(item) => {
                    taken.push(item);
                    if element.named(item).next().is_some() {
                        let value =
                            self.within(field.name, |c| c.items(element, item, None, &field.shape));
                        map.insert(field.name.to_owned(), value);
                    }
                }
                Xml::Special("dependencies") if object.name == "dependency" => {}
                Xml::Special(special) => {
                    taken.push(field.name);
                    if let Some(found) = self.only(element, field.name) {
                        let value = self.within(field.name, |c| c.special(found, special));
                        map.insert(field.name.to_owned(), value);
                    }
                }
            }
            self.used = outer;
        }
        for child in &element.children {
            if !taken.contains(&child.name.as_str()) {
                self.unknown(&child.name, object.name);
            }
        }
        map
    }

    /// The one child of this name; a second one is a fault.
    fn only<'e>(&mut self, element: &'e Element, name: &'e str) -> Option<&'e Element> {
        let mut found = element.named(name);
        let first = found.next();
        if found.next().is_some() {
            self.twice(name);
        }
        first
    }

    fn items(
        &mut self,
        element: &Element,
        item: &str,
        attribute: Option<&str>,
        shape: &Type,
    ) -> Value {
        let inner = inner(shape);
        let items = element.named(item).enumerate().map(|(at, child)| {
            let Some(name) = attribute else {
                return self.within(&at.to_string(), |c| c.value(child, inner));
            };
            self.no_text(child, item);
            // Null is no reference: `check` will say so.
            child.attribute(name).map_or(Value::Null, |text| Value::String(text.trim().to_owned()))
        });
        Value::Array(items.collect())
    }

    fn value(&mut self, element: &Element, shape: &Type) -> Value {
        match shape {
            Type::Object(at) => match self.table.objects.get(*at) {
                Some(object) => Value::Object(self.object(element, object)),
                None => Value::Null,
            },
            Type::Either(shapes) => {
                let object = shapes.iter().find(|shape| matches!(shape, Type::Object(_)));
                match object {
                    Some(shape) => self.value(element, shape),
                    None => Value::String(element.text.trim().to_owned()),
                }
            }
            // A property nobody has described yet: whatever is in it is let be.
            Type::List(_) | Type::Kind(Kind::Any) => Value::Null,
            Type::Kind(_) | Type::Enum(_) => {
                for child in &element.children {
                    self.unknown(&child.name, &element.name);
                }
                scalar(&element.text, shape)
            }
        }
    }

    fn named_object(&mut self, element: &Element, name: &str) -> Value {
        match self.table.object(name) {
            Some(object) => Value::Object(self.object(element, object)),
            None => Value::Null,
        }
    }

    fn special(&mut self, element: &Element, special: &str) -> Value {
        self.no_text(element, &element.name);
        match special {
            "licenses" => self.each(element, |c, child| match child.name.as_str() {
                "license" => Some(single(
                    "license",
                    c.within("license", |c| c.named_object(child, "license")),
                )),
                "expression" | "expression-detailed" => Some(c.expression(child)),
                _ => None,
            }),
            "tools" => self.tools(element),
            "dependencies" => {
                let mut entries = Vec::new();
                for child in &element.children {
                    if child.name == "dependency" {
                        self.dependency(child, &mut entries);
                    } else {
                        self.unknown(&child.name, &element.name);
                    }
                }
                Value::Array(entries)
            }
            "service-data" => self.each(element, |c, child| match child.name.as_str() {
                "classification" => Some(c.classification(child)),
                "dataflow" => Some(c.data_flow(child)),
                _ => None,
            }),
            "copyright" => self.each(element, |_, child| {
                (child.name == "text").then(|| single("text", text(child)))
            }),
            "datasets" => self.each(element, |c, child| match child.name.as_str() {
                "ref" => Some(single("ref", text(child))),
                "dataset" => Some(c.named_object(child, "component-data")),
                _ => None,
            }),
            "environment" => self.each(element, |c, child| match child.name.as_str() {
                "environmentVar" => Some(c.named_object(child, "property")),
                "value" => Some(text(child)),
                _ => None,
            }),
            _ => Value::Null,
        }
    }

    /// A list with a value for each child that `make` knows.
    fn each(
        &mut self,
        element: &Element,
        mut make: impl FnMut(&mut Self, &Element) -> Option<Value>,
    ) -> Value {
        let mut items = Vec::new();
        for child in &element.children {
            let at = items.len().to_string();
            match self.within(&at, |c| make(c, child)) {
                Some(value) => items.push(value),
                None => self.unknown(&child.name, &element.name),
            }
        }
        Value::Array(items)
    }

    fn expression(&mut self, element: &Element) -> Value {
        let mut map = Map::new();
        // 1.7 writes a detailed expression as an attribute.
        let expression = element.attribute("expression").unwrap_or(&element.text);
        map.insert("expression".to_owned(), Value::String(expression.trim().to_owned()));
        for name in ["acknowledgement", "bom-ref"] {
            if let Some(text) = element.attribute(name) {
                map.insert(name.to_owned(), Value::String(text.trim().to_owned()));
            }
        }
        if element.name == "expression" {
            for child in &element.children {
                self.unknown(&child.name, &element.name);
            }
        }
        Value::Object(map)
    }

    /// A dependency and what it leads to; entries nested deeper become entries of their own.
    fn dependency(&mut self, element: &Element, entries: &mut Vec<Value>) {
        self.no_text(element, "dependency");
        let mut map = Map::new();
        let reference = |element: &Element| match element.attribute("ref") {
            Some(text) => Value::String(text.trim().to_owned()),
            None => Value::Null,
        };
        if let Some(text) = element.attribute("ref") {
            map.insert("ref".to_owned(), Value::String(text.trim().to_owned()));
        }
        for (child, field) in [("dependency", "dependsOn"), ("provides", "provides")] {
            let leads: Vec<Value> = element.named(child).map(reference).collect();
            if !leads.is_empty() {
                map.insert(field.to_owned(), Value::Array(leads));
            }
        }
        entries.push(Value::Object(map));
        for child in &element.children {
            match child.name.as_str() {
                "dependency" if child.children.is_empty() => self.no_text(child, "dependency"),
                "dependency" => self.dependency(child, entries),
                "provides" => self.no_text(child, "provides"),
                other => self.unknown(other, "dependency"),
            }
        }
    }

    /// `tool`s in a list (old), or `components` and `services`.
    fn tools(&mut self, element: &Element) -> Value {
        let old = element.named("tool").next().is_some();
        if !old {
            return self.named_object(element, "tool-set");
        }
        self.each(element, |c, child| (child.name == "tool").then(|| c.named_object(child, "tool")))
    }

    fn classification(&mut self, element: &Element) -> Value {
        let mut map = Map::new();
        map.insert("classification".to_owned(), text(element));
        if let Some(flow) = element.attribute("flow") {
            map.insert("flow".to_owned(), Value::String(flow.to_owned()));
        } else {
            let message = "classification has no `flow`, which is required".to_owned();
            self.faults.add(&self.path, false, message);
        }
        Value::Object(map)
    }

    fn data_flow(&mut self, element: &Element) -> Value {
        let mut map = match element.named("classification").next().map(|c| self.classification(c)) {
            Some(Value::Object(map)) => map,
            _ => Map::new(),
        };
        for name in ["name", "description"] {
            if let Some(text) = element.attribute(name) {
                map.insert(name.to_owned(), Value::String(text.to_owned()));
            }
        }
        self.no_text(element, "dataflow");
        for name in ["classification", "governance", "source", "destination"] {
            if element.named(name).nth(1).is_some() {
                self.twice(name);
            }
        }
        for child in &element.children {
            match child.name.as_str() {
                "classification" => {}
                "governance" => {
                    let value = self.within("governance", |c| c.named_object(child, "governance"));
                    map.insert("governance".to_owned(), value);
                }
                "source" | "destination" => {
                    for other in child.children.iter().filter(|other| other.name != "url") {
                        self.unknown(&other.name, &child.name);
                    }
                    let urls = child.named("url").map(text).collect();
                    map.insert(child.name.clone(), Value::Array(urls));
                }
                other => self.unknown(other, "dataflow"),
            }
        }
        Value::Object(map)
    }
}

fn inner(shape: &Type) -> &Type {
    match shape {
        Type::List(item) => item,
        Type::Either(shapes) => shapes
            .iter()
            .find_map(|shape| match shape {
                Type::List(item) => Some(item.as_ref()),
                _ => None,
            })
            .unwrap_or(shape),
        other => other,
    }
}

fn single(name: &str, value: Value) -> Value {
    let mut map = Map::new();
    map.insert(name.to_owned(), value);
    Value::Object(map)
}

fn text(element: &Element) -> Value {
    Value::String(element.text.trim().to_owned())
}

/// Text as the type that JSON has for it; what cannot be that type stays a text.
fn scalar(text: &str, shape: &Type) -> Value {
    let trimmed = text.trim();
    let kind = match shape {
        Type::Kind(kind) => *kind,
        _ => Kind::Text,
    };
    let value = match kind {
        Kind::Integer | Kind::Positive | Kind::NonNegative | Kind::QuantumLevel => {
            trimmed.parse::<i64>().ok().map(|number| Value::Number(number.into()))
        }
        Kind::Number | Kind::Fraction => {
            trimmed.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number)
        }
        Kind::Boolean => match trimmed {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => None,
    };
    value.unwrap_or_else(|| Value::String(trimmed.to_owned()))
}
