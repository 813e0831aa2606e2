//! Checks a whole document against the table of rules, the same way for JSON and XML.
//!
//! It finds faults and says where; what they mean for reading is decided in `faults`.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

use super::scalar::{self, expected, shortened};
use super::shape::{Condition, Field, Kind, Minor, Object, Rule, Table, Type};
use crate::inventory::faults::Faults;

/// Checks a document.
pub(super) fn check(table: &Table, document: &Value, minor: Minor, xml: bool, faults: &mut Faults) {
    let mut check = Check {
        table,
        minor,
        xml,
        path: String::new(),
        faults,
        references: HashMap::new(),
        links: Vec::new(),
    };
    if let Some(shape) = table.object_type("bom") {
        check.value(document, &shape, true);
    }
    check.resolve();
}

struct Check<'t, 'd> {
    table: &'t Table,
    minor: Minor,
    xml: bool,
    path: String,
    faults: &'t mut Faults,
    /// `bom-ref`s and where each stands first.
    references: HashMap<&'d str, String>,
    /// References from dependencies and compositions, and where each stands.
    links: Vec<(&'d str, String)>,
}

impl<'d> Check<'_, 'd> {
    fn fault(&mut self, used: bool, message: impl Into<String>) {
        self.faults.add(&self.path, used, message.into());
    }

    /// Runs with one more step in the path.
    fn within(&mut self, step: &str, run: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push('/');
        for c in step.chars() {
            match c {
                '~' => self.path.push_str("~0"),
                '/' => self.path.push_str("~1"),
                other => self.path.push(other),
            }
        }
        run(self);
        self.path.truncate(length);
    }

    fn value(&mut self, value: &'d Value, shape: &Type, used: bool) {
        match shape {
            Type::Kind(Kind::Licenses) => self.licenses(value, used),
            Type::Kind(kind) => {
                if let Some(message) = scalar::fault(value, *kind, self.minor, self.xml) {
                    // Without its zone a moment can be read; a CPE name can be left aside.
                    let readable = *kind == Kind::Cpe && value.is_string()
                        || *kind == Kind::DateTime
                            && value.as_str().is_some_and(|text| {
                                scalar::date_time(text) != scalar::DateTimeText::Bad
                            });
                    self.fault(used && !readable, message);
                } else if let Some(text) = value.as_str() {
                    self.note_reference(*kind, text);
                }
            }
            Type::Enum(at) => {
                let text = value.as_str();
                let known = self.table.enums.get(*at).is_some_and(|enumeration| {
                    enumeration
                        .values
                        .iter()
                        .any(|(known, since)| Some(*known) == text && *since <= self.minor)
                });
                if !known {
                    self.fault(used, expected(&self.allowed_values(*at), value));
                }
            }
            Type::Object(at) => {
                let Some(object) = self.table.objects.get(*at) else { return };
                match value.as_object() {
                    Some(map) => self.object(map, object, used),
                    None => self.fault(used, expected("an object", value)),
                }
            }
            Type::List(item) => match value.as_array() {
                Some(items) => self.list(items, item, used),
                None => self.fault(used, expected("a list", value)),
            },
            Type::Either(shapes) => match self.choose(value, shapes) {
                Some(shape) => self.value(value, &shape, used),
                None => self.fault(used, expected("of another type here", value)),
            },
        }
    }

    fn allowed_values(&self, at: usize) -> String {
        const LISTED: usize = 12;
        let values = self.table.enums.get(at).map(|enumeration| enumeration.values.as_slice());
        let here: Vec<&str> = values
            .unwrap_or_default()
            .iter()
            .filter(|(_, since)| *since <= self.minor)
            .map(|(value, _)| *value)
            .collect();
        if here.len() > LISTED {
            format!("one of the {} values the specification lists", here.len())
        } else {
            format!("one of `{}`", here.join("`, `"))
        }
    }

    fn list(&mut self, items: &'d [Value], item: &Type, used: bool) {
        for (at, value) in items.iter().enumerate() {
            self.within(&at.to_string(), |check| check.value(value, item, used));
        }
    }

    /// Of alternatives the one a value can be; of several objects the one whose first property it
    /// has, else the last.
    fn choose(&self, value: &Value, shapes: &[Type]) -> Option<Type> {
        let objects = || {
            shapes.iter().filter_map(|shape| match shape {
                Type::Object(at) => Some((shape, self.table.objects.get(*at)?)),
                _ => None,
            })
        };
        let chosen = match value {
            Value::Array(_) => shapes.iter().find(|shape| matches!(shape, Type::List(_))),
            Value::Object(map) => objects()
                .find(|(_, object)| {
                    object.fields.first().is_some_and(|field| map.contains_key(field.name))
                })
                .or_else(|| objects().next_back())
                .map(|(shape, _)| shape),
            _ => shapes.iter().find(|shape| matches!(shape, Type::Kind(_) | Type::Enum(_))),
        };
        chosen.cloned()
    }

    fn object(&mut self, map: &'d Map<String, Value>, object: &Object, used: bool) {
        // The schemas of 1.2 and 1.3 allow anything beside what they name, and 1.7 is newer than
        // the table: there unknown properties are no faults.
        let closed = (4..=6).contains(&self.minor) && object.open_until < self.minor;
        for (name, value) in map {
            match object.field(name, self.minor) {
                Some(field) => self.within(name, |check| check.field(value, field, used)),
                None if closed => {
                    let known = object.fields.iter().any(|field| field.name == name);
                    let version = self.minor;
                    self.within(name, |check| {
                        check.fault(
                            false,
                            if known {
                                format!(
                                    "property `{name}` does not belong to CycloneDX 1.{version}"
                                )
                            } else {
                                format!("unknown property `{}` of {}", shortened(name), object.name)
                            },
                        );
                    });
                }
                None => {}
            }
        }
        for field in &object.fields {
            let required = if self.xml { field.xml_required } else { field.json_required };
            if required.holds(self.minor)
                && field.versions.holds(self.minor)
                && !map.contains_key(field.name)
            {
                self.fault(
                    used && field.used,
                    format!("{} has no `{}`, which is required", object.name, field.name),
                );
            }
        }
        for condition in &object.conditions {
            let here = if self.xml { condition.xml } else { condition.json };
            if here && condition.since <= self.minor {
                self.condition(map, object, condition);
            }
        }
    }

    fn field(&mut self, value: &'d Value, field: &Field, used: bool) {
        let used = used && field.used;
        self.value(value, &field.shape, used);
        // Only the JSON schemas ask for items that differ.
        if field.unique
            && !self.xml
            && let Some(items) = value.as_array()
            && let Some((first, again)) = repeated(items)
        {
            self.fault(false, format!("items {first} and {again} are equal, which is not allowed"));
        }
    }

    fn condition(&mut self, map: &Map<String, Value>, object: &Object, condition: &Condition) {
        let count = |names: &[&str]| names.iter().filter(|name| map.contains_key(**name)).count();
        let list = |names: &[&str]| names.join("`, `");
        let broken = match &condition.rule {
            Rule::One(names) if count(names) != 1 => {
                Some(format!("{} needs exactly one of `{}`", object.name, list(names)))
            }
            Rule::NotBoth(names) if count(names) > 1 => {
                Some(format!("{} may have only one of `{}`", object.name, list(names)))
            }
            Rule::With(name, needs) if map.contains_key(*name) && count(needs) < needs.len() => {
                Some(format!("`{name}` of {} needs `{}` beside it", object.name, list(needs)))
            }
            Rule::When(name, value, needs)
                if map.get(*name).and_then(Value::as_str) == Some(value)
                    && count(needs) < needs.len() =>
            {
                Some(format!("`{name}` {value} of {} needs `{}`", object.name, list(needs)))
            }
            Rule::Signatory => {
                let signed = map.contains_key("signature");
                let referred = count(&["externalReference", "organization"]) == 2;
                (signed == referred).then(|| {
                    "a signatory needs either `signature` or `externalReference` with `organization`"
                        .to_owned()
                })
            }
            _ => None,
        };
        if let Some(message) = broken {
            self.fault(false, message);
        }
    }

    /// A list of licences, or one expression alone. Up to 1.4 JSON lets both stand in one list, and
    /// so does 1.7 in both forms.
    fn licenses(&mut self, value: &'d Value, used: bool) {
        let Some(items) = value.as_array() else {
            self.fault(used, expected("a list", value));
            return;
        };
        if let Some(choice) = self.table.object_type("license-choice") {
            self.list(items, &choice, used);
        }
        let exclusive = match self.minor {
            7.. => false,
            5 | 6 => true,
            _ => self.xml,
        };
        let expressions = items.iter().filter(|item| item.get("expression").is_some()).count();
        if exclusive && expressions > 0 && items.len() > 1 {
            self.fault(used, "a licence expression must stand alone, without other licences");
        }
    }

    fn note_reference(&mut self, kind: Kind, text: &'d str) {
        match kind {
            Kind::BomRef => {
                if let Some(first) = self.references.get(text) {
                    let message = format!(
                        "bom-ref `{}` is not unique: it stands at {first} too",
                        shortened(text)
                    );
                    self.fault(false, message);
                } else {
                    self.references.insert(text, self.path.clone());
                }
            }
            Kind::Ref
                if self.path.starts_with("/dependencies/")
                    || self.path.starts_with("/compositions/") =>
            {
                self.links.push((text, self.path.clone()));
            }
            _ => {}
        }
    }

    /// References from dependencies and compositions must lead to something in the document.
    /// `urn:cdx:` leads into another document.
    fn resolve(&mut self) {
        let mut seen = HashSet::new();
        for (target, path) in std::mem::take(&mut self.links) {
            let leads = self.references.contains_key(target) || target.starts_with("urn:cdx:");
            if !leads && seen.insert(target) {
                let message = format!(
                    "`{}` is no `bom-ref` of this document: this reference leads nowhere",
                    shortened(target)
                );
                self.faults.add_allowed(&path, message);
            }
        }
    }
}

/// The first two items that are equal.
fn repeated(items: &[Value]) -> Option<(usize, usize)> {
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let mut hasher = DefaultHasher::new();
        hash(item, &mut hasher);
        let same = seen.entry(hasher.finish()).or_default();
        if let Some(first) = same.iter().find(|first| items.get(**first) == Some(item)) {
            return Some((*first, at));
        }
        same.push(at);
    }
    None
}

fn hash(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => 0u8.hash(hasher),
        Value::Bool(truth) => truth.hash(hasher),
        Value::Number(number) => number.to_string().hash(hasher),
        Value::String(text) => text.hash(hasher),
        Value::Array(items) => {
            items.len().hash(hasher);
            for item in items {
                hash(item, hasher);
            }
        }
        Value::Object(map) => {
            // Order does not matter: the sum of what each entry hashes to.
            let sum = map.iter().fold(0u64, |sum, (name, value)| {
                let mut entry = DefaultHasher::new();
                name.hash(&mut entry);
                hash(value, &mut entry);
                sum.wrapping_add(entry.finish())
            });
            sum.hash(hasher);
        }
    }
}
