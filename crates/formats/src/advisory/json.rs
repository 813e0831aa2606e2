//! JSON as publishers write it: one document, a list, or one record a line; every field may be
//! missing or of the wrong type, and then only that field is.

use std::borrow::Cow;

use model::reading::{Place, ReadError};
use serde_json::Value;

use crate::advisory::content;
use crate::advisory::tally::Tally;

/// How much of a document is looked at to tell its format.
const PEEK_BYTES: usize = 4 << 20;

/// Bad lines after which a file is no longer taken for records with some damage.
const BAD_LINES: u32 = 100_000;

/// The beginning of a document that looks like JSON.
pub(super) fn peek(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = content::head(bytes, PEEK_BYTES);
    text.trim_start().starts_with(['{', '[']).then_some(text)
}

/// Whether a document has a field that holds text. A schema of the same format names the field
/// too, but its value is an object.
pub(super) fn has_text_field(document: &str, field: &str) -> bool {
    let name = format!("\"{field}\"");
    document.match_indices(&name).any(|(at, name)| {
        let rest = document.get(at + name.len()..).unwrap_or("").trim_start();
        rest.strip_prefix(':').is_some_and(|value| value.trim_start().starts_with('"'))
    })
}

/// Reads one document.
pub(super) fn document(text: &str) -> Result<Value, ReadError> {
    serde_json::from_str(text).map_err(|error| syntax_error(&error, 0))
}

/// Gives every record of a document to `each`: the document itself, the elements of a list or of
/// the list under `list_key`, or one record a line. A bad line costs that line.
pub(super) fn records(
    text: &str,
    list_key: &str,
    tally: &mut Tally,
    mut each: impl FnMut(&Value, Place, &mut Tally),
) -> Result<(), ReadError> {
    let mut rest = text;
    // Lines before `rest`, and values read so far.
    let mut line = 0_usize;
    let mut number = 0_u32;
    let mut bad_lines = 0_u32;
    loop {
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        for next in stream.by_ref() {
            match next {
                Ok(value) => {
                    spread(value, list_key, &mut number, tally, &mut each);
                }
                Err(error) if number == 0 => return Err(syntax_error(&error, line)),
                Err(error) => {
                    bad_lines += 1;
                    if bad_lines > BAD_LINES {
                        return Err(syntax_error(&error, line));
                    }
                    let place = syntax_error(&error, line).place;
                    tally.unreadable(place, format!("this record is not JSON: {error}"));
                    break;
                }
            }
        }
        // The bad value begins after the last good one; go on with the line after it.
        let done = rest.get(stream.byte_offset()..).unwrap_or("");
        let bad = done.trim_start();
        let Some(newline) = bad.find('\n') else { break };
        let next = bad.get(newline + 1..).unwrap_or("");
        let passed = rest.len() - next.len();
        line += rest.get(..passed).unwrap_or("").matches('\n').count();
        rest = next;
        if rest.trim_start().is_empty() {
            break;
        }
    }
    if number == 0 {
        return Err(ReadError::new(
            Place::Whole,
            "the file holds no JSON",
            "check that it was fetched whole",
        ));
    }
    Ok(())
}

fn spread(
    value: Value,
    list_key: &str,
    number: &mut u32,
    tally: &mut Tally,
    each: &mut impl FnMut(&Value, Place, &mut Tally),
) {
    let mut one = |value: &Value| {
        *number = number.saturating_add(1);
        let place = Place::Record(*number);
        if value.is_object() {
            each(value, place, tally);
        } else {
            tally.unreadable(place, "this record is not a JSON object");
        }
    };
    match value {
        Value::Array(items) => items.iter().for_each(one),
        Value::Object(ref map) => match map.get(list_key) {
            Some(Value::Array(items)) => items.iter().for_each(one),
            _ => one(&value),
        },
        other => one(&other),
    }
}

fn syntax_error(error: &serde_json::Error, lines_before: usize) -> ReadError {
    let line = u32::try_from(error.line().saturating_add(lines_before)).unwrap_or(u32::MAX);
    let remedy = if error.is_eof() {
        "the file is cut short: fetch it again"
    } else {
        "check that the file is JSON and was fetched whole"
    };
    ReadError::new(Place::Line(line), error.to_string(), remedy)
}

/// The text of a field, without blanks around it; `None` if missing, empty or no text.
pub(super) fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// The text of a field, owned.
pub(super) fn owned(value: &Value, field: &str) -> Option<String> {
    text(value, field).map(str::to_owned)
}

/// The elements of a list; none if the field is missing or no list.
pub(super) fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts of a list.
pub(super) fn texts<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    list(value, field).iter().filter_map(Value::as_str).map(str::trim).filter(|t| !t.is_empty())
}

/// A CVSS base score in tenths.
pub(super) fn tenths(value: &Value, field: &str) -> Option<u16> {
    let score = match value.get(field)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    score_tenths(score)
}

/// A base score of 0 to 10 in tenths; anything else is no score.
pub(super) fn score_tenths(score: f64) -> Option<u16> {
    // Within 0 to 100 after the test, so the conversion cannot cut anything off.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    (0.0..=10.0).contains(&score).then(|| (score * 10.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> (Vec<String>, u64) {
        let mut tally = Tally::default();
        let mut found = Vec::new();
        records(text, "vulns", &mut tally, |value, _, _| {
            found.push(value.get("id").map(ToString::to_string).unwrap_or_default());
        })
        .unwrap();
        (found, tally.finish().unreadable)
    }

    #[test]
    fn one_a_list_a_wrapped_list_and_lines() {
        let one_two = (vec!["1".to_owned(), "2".to_owned()], 0);
        assert_eq!(ids(r#"{"id":1}"#).0, ["1"]);
        assert_eq!(ids(r#"[{"id":1},{"id":2}]"#), one_two);
        assert_eq!(ids(r#"{"vulns":[{"id":1},{"id":2}]}"#), one_two);
        assert_eq!(ids("{\"id\":1}\n{\"id\":2}\n"), one_two);
    }

    #[test]
    fn a_bad_line_costs_that_line() {
        assert_eq!(ids("{\"id\":1}\n{\"id\":\n{\"id\":3}\nx\n{\"id\":4}").1, 2);
        assert_eq!(ids("{\"id\":1}\n{\"id\": oops}\n{\"id\":3}").0, ["1", "3"]);
    }

    #[test]
    fn a_cut_document_names_its_line() {
        let error =
            records("{\"a\":1,\n\"b\":", "", &mut Tally::default(), |_, _, _| ()).unwrap_err();
        assert_eq!(error.place, Place::Line(2));
        assert!(error.remedy.contains("cut short"));
    }
}
