//! Rows of JSON documents, one at a time.
//!
//! Exports hold millions of rows in one array; only the row at hand is in memory. A document that
//! ends too early gives the rows before its end and says where it broke. Several documents behind
//! one another and one document a line are read alike. This module must not know any format.

use std::borrow::Cow;
use std::fmt;

use model::reading::{Place, Warning};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// One object of a document.
pub(crate) struct Row {
    /// The object.
    pub(crate) fields: Map<String, Value>,
    /// Where it stands.
    pub(crate) place: Place,
}

/// Calls `sink` for every object: the elements of arrays at the top and under the keys that
/// `into` names, and each document's own remaining fields. Gives warnings about what could not
/// be read.
pub(crate) fn for_each_row(text: &str, into: &[&str], sink: &mut dyn FnMut(Row)) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if one_a_line(text) {
        for (number, line) in crate::inventory::lines::lines(text) {
            if line.trim().is_empty() {
                continue;
            }
            let mut walk = Walk { into, sink, line: Some(number), path: String::new() };
            if let Err(error) = walk.documents(line) {
                warnings.push(Warning::new(
                    Place::Line(number),
                    format!("this line is not JSON and was left out: {error}"),
                ));
            }
        }
        return warnings;
    }
    let mut walk = Walk { into, sink, line: None, path: String::new() };
    if let Err(error) = walk.documents(text) {
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
        warnings.push(Warning::new(
            Place::Line(line),
            format!("the JSON breaks off here; the rows before it were read; export the file again: {error}"),
        ));
    }
    warnings
}

/// Whether a file has one document a line: its first line is a whole object and not all of it.
fn one_a_line(text: &str) -> bool {
    let mut rows = crate::inventory::lines::lines(text)
        .map(|(_, line)| line.trim())
        .filter(|line| !line.is_empty());
    let Some(first) = rows.next() else { return false };
    first.starts_with('{')
        && first.ends_with('}')
        && rows.next().is_some_and(|second| second.starts_with('{'))
}

struct Walk<'a, 's> {
    into: &'a [&'a str],
    sink: &'s mut dyn FnMut(Row),
    line: Option<u32>,
    path: String,
}

impl Walk<'_, '_> {
    fn documents(&mut self, text: &str) -> Result<(), serde_json::Error> {
        let mut json = serde_json::Deserializer::from_str(text);
        while json.end().is_err() {
            let rest = Node { walk: self, top: true }.deserialize(&mut json)?;
            if let Some(Value::Object(fields)) = rest {
                self.emit(fields);
            }
        }
        Ok(())
    }

    fn emit(&mut self, fields: Map<String, Value>) {
        let place = match self.line {
            Some(line) => Place::Line(line),
            None if self.path.is_empty() => Place::Path("/".to_owned()),
            None => Place::Path(self.path.clone()),
        };
        (self.sink)(Row { fields, place });
    }
}

/// A place in a document at which rows may stand. Gives back what was no row.
struct Node<'w, 'a, 's> {
    walk: &'w mut Walk<'a, 's>,
    top: bool,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut rest = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if self.walk.into.contains(&key.as_str()) {
                let length = self.walk.path.len();
                self.walk.path.push('/');
                self.walk.path.push_str(&key);
                let value = map.next_value_seed(Node { walk: &mut *self.walk, top: false })?;
                self.walk.path.truncate(length);
                if let Some(value) = value {
                    rest.insert(key, value);
                }
            } else {
                rest.insert(key, map.next_value()?);
            }
        }
        Ok(Some(Value::Object(rest)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let length = self.walk.path.len();
        let mut index = 0usize;
        loop {
            self.walk.path.truncate(length);
            self.walk.path.push('/');
            self.walk.path.push_str(&index.to_string());
            let element = if self.top {
                // The results of several queries: arrays in an array or behind one another.
                seq.next_element_seed(Node { walk: &mut *self.walk, top: false })?
                    .map(Option::unwrap_or_default)
            } else {
                seq.next_element::<Value>()?
            };
            match element {
                None => break,
                Some(Value::Object(fields)) => self.walk.emit(fields),
                Some(_) => {}
            }
            index += 1;
        }
        self.walk.path.truncate(length);
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Value::Null))
    }
}

/// A field as text, whatever its type; blank text and null are nothing.
pub(crate) fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<Cow<'a, str>> {
    scalar(fields.get(name)?)
}

/// The first of several fields that says something.
pub(crate) fn text_of<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Option<Cow<'a, str>> {
    names.iter().find_map(|name| text(fields, name))
}

/// A scalar as text.
pub(crate) fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty()).then_some(Cow::Borrowed(text))
        }
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        _ => None,
    }
}

/// An object under a name.
pub(crate) fn object<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
) -> Option<&'a Map<String, Value>> {
    fields.get(name)?.as_object()
}

/// The objects of an array under a name; nothing if it is something else.
pub(crate) fn objects<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = &'a Map<String, Value>> {
    fields.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, into: &[&str]) -> (Vec<String>, usize) {
        let mut out = Vec::new();
        let warnings = for_each_row(text, into, &mut |row| {
            out.push(format!("{}:{}", row.place, Value::Object(row.fields)));
        });
        (out, warnings.len())
    }

    #[test]
    fn rows_come_from_arrays_lines_and_inner_arrays() {
        assert_eq!(rows(r#"[{"a":1},{"a":2}]"#, &[]).0, [r#"/0:{"a":1}"#, r#"/1:{"a":2}"#]);
        assert_eq!(rows("[{\"a\":1}]\n[{\"b\":2}]", &[]).0, [r#"/0:{"a":1}"#, r#"/0:{"b":2}"#]);
        assert_eq!(
            rows("{\"a\":1}\n{\"a\":2}\n", &[]).0,
            [r#"line 1:{"a":1}"#, r#"line 2:{"a":2}"#]
        );
        let nested = r#"{"t":9,"value":[{"a":1}],"o":null}"#;
        assert_eq!(rows(nested, &["value"]).0, [r#"/value/0:{"a":1}"#, r#"/:{"o":null,"t":9}"#]);
    }

    #[test]
    fn what_stands_before_a_break_is_read() {
        assert_eq!(rows(r#"[{"a":1},{"a":"#, &[]), (vec![r#"/0:{"a":1}"#.to_owned()], 1));
        assert_eq!(rows("{\"a\":1}\n{\"a\n{\"a\":3}\n", &[]).0.len(), 2);
        let deep = "[".repeat(100_000);
        assert_eq!(rows(&deep, &[]).1, 1);
    }
}
