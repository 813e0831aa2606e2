//! Values to canonical text.

use super::{JsonError, Value, read};

/// The one canonical spelling of a JSON text.
pub fn canonical(text: &str) -> Result<String, JsonError> {
    read(text).map(|value| write(&value))
}

/// The canonical text of a value.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    put(value, &mut out);
    out
}

fn put(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Integer(number) => out.push_str(&number.get().to_string()),
        Value::Text(text) => put_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(at, out);
                put(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (at, (key, member)) in object.members().iter().enumerate() {
                separate(at, out);
                put_text(key, out);
                out.push(':');
                put(member, out);
            }
            out.push('}');
        }
    }
}

fn separate(at: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
}

/// A text in quotes, with the escapes of RFC 8785 section 3.2.2.2 and no others.
pub(crate) fn put_text(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < 0x20 || b == b'"' || b == b'\\') {
        // The byte found is ASCII, so both cuts are at borders of characters.
        let (plain, from) = rest.split_at(at);
        let (special, after) = from.split_at(1);
        out.push_str(plain);
        match special {
            "\"" => out.push_str("\\\""),
            "\\" => out.push_str("\\\\"),
            "\u{8}" => out.push_str("\\b"),
            "\t" => out.push_str("\\t"),
            "\n" => out.push_str("\\n"),
            "\u{c}" => out.push_str("\\f"),
            "\r" => out.push_str("\\r"),
            other => {
                for byte in other.bytes() {
                    out.push_str(&format!("\\u{byte:04x}"));
                }
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out.push('"');
}
