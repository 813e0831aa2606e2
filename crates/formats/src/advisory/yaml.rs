//! YAML documents as JSON values, for records that come in both.
//!
//! Every plain scalar stays text: a version list `[0.10, 1.0]` keeps its zeros. Aliases are
//! refused, so that no document can grow on being read; depth is bounded.

use model::reading::{Place, ReadError};
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// Collections inside one another.
const DEPTH: usize = 64;

/// A collection not yet closed.
enum Open {
    List(Vec<Value>),
    Map(Map<String, Value>, Option<String>),
}

/// Reads every document of a stream.
pub(super) fn documents(text: &str) -> Result<Vec<Value>, ReadError> {
    let mut documents = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let line = error.marker().line();
            fault(line, error.info(), "check that the file is YAML and was fetched whole")
        })?;
        let line = span.start.line();
        let value = match event {
            Event::Scalar(text, style, _, _) => scalar(&text, style),
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= DEPTH => {
                return Err(fault(line, "nested too deeply", "this is no advisory: leave it out"));
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(items)) => Value::Array(items),
                Some(Open::Map(map, _)) => Value::Object(map),
                None => continue,
            },
            Event::Alias(_) => {
                let message = "an alias (*name) stands where a value belongs";
                return Err(fault(line, message, "write the value out; aliases are not followed"));
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => continue,
        };
        match open.last_mut() {
            None => documents.push(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Map(map, key)) => match key.take() {
                Some(key) => {
                    map.insert(key, value);
                }
                None => {
                    *key = Some(match value {
                        Value::String(text) => text,
                        other => other.to_string(),
                    });
                }
            },
        }
    }
    Ok(documents)
}

/// A null where YAML writes nothing or `~`; else the text as printed.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style == ScalarStyle::Plain && matches!(text, "" | "~" | "null") {
        Value::Null
    } else {
        Value::String(text.to_owned())
    }
}

fn fault(line: usize, message: &str, remedy: &str) -> ReadError {
    ReadError::new(Place::Line(u32::try_from(line).unwrap_or(u32::MAX)), message, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_keep_their_zeros() {
        let read = documents("id: A\nversions:\n- 0.10\n- \"1.0\"\nnone:\n").unwrap();
        assert_eq!(
            read,
            [serde_json::json!({"id": "A", "versions": ["0.10", "1.0"], "none": null})]
        );
    }

    #[test]
    fn an_alias_bomb_is_refused_with_its_line() {
        let error = documents("a: &a [x, x]\nb: [*a, *a]\n").unwrap_err();
        assert_eq!(error.place, Place::Line(2));
        assert!(documents(&"[".repeat(10_000)).is_err());
    }
}
