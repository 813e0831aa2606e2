//! Canonical or other JSON text to values: strict, and bounded by the text's own length.

use super::text::read_text;
use super::{Integer, JsonError, JsonFault, Object, Value};

/// How deep values may nest: what recursion may cost.
pub(super) const DEEPEST: usize = 64;

/// Reads one JSON value, in whatever spelling.
pub fn read(text: &str) -> Result<Value, JsonError> {
    let mut cursor = Cursor { text, at: 0 };
    let value = cursor.value(0)?;
    cursor.skip_space();
    if cursor.at < text.len() {
        return Err(cursor.error(JsonFault::Syntax("something follows the value")));
    }
    Ok(value)
}

/// A place in a text.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => read_text(self).map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.error(JsonFault::Syntax("a value is missing"))),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        let start = self.at;
        self.enter(depth)?;
        let mut members = Vec::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Object(Object::default()));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.error(JsonFault::Syntax("a key in quotes is missing")));
            }
            let key = read_text(self)?;
            self.skip_space();
            if !self.take(b':') {
                return Err(self
                    .error(JsonFault::Syntax("`:` is missing after a key"))
                    .inside(key));
            }
            match self.value(depth + 1) {
                Ok(value) => members.push((key, value)),
                Err(error) => return Err(error.inside(key)),
            }
            self.skip_space();
            if self.take(b'}') {
                break;
            }
            if !self.take(b',') {
                return Err(self.error(JsonFault::Syntax("`,` or `}` is missing")));
            }
        }
        Object::new(members)
            .map(Value::Object)
            .map_err(|key| JsonError::new(start, JsonFault::Twice).inside(key))
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.enter(depth)?;
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            match self.value(depth + 1) {
                Ok(value) => items.push(value),
                Err(error) => return Err(error.inside(items.len().to_string())),
            }
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            if !self.take(b',') {
                return Err(self.error(JsonFault::Syntax("`,` or `]` is missing")));
            }
        }
    }

    /// An integer: no fraction, no exponent, no leading zero, no `-0`.
    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        let written =
            self.run(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        let wrong = |fault| JsonError::new(start, fault);
        if written.contains(['.', 'e', 'E']) {
            return Err(wrong(JsonFault::Float));
        }
        let digits = written.strip_prefix('-').unwrap_or(written);
        let sound = !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        if !sound {
            return Err(wrong(JsonFault::Syntax("this is no number")));
        }
        if written == "-0" {
            return Err(wrong(JsonFault::Float));
        }
        let number = written.parse().ok().and_then(Integer::new);
        number.map(Value::Integer).ok_or_else(|| wrong(JsonFault::Range))
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, JsonError> {
        let start = self.at;
        if self.run(|byte| byte.is_ascii_alphanumeric()) == word {
            return Ok(value);
        }
        Err(JsonError::new(start, JsonFault::Syntax("a value is missing")))
    }

    /// Goes past the opening bracket, unless it is one too many.
    fn enter(&mut self, depth: usize) -> Result<(), JsonError> {
        if depth >= DEEPEST {
            return Err(self.error(JsonFault::Depth));
        }
        self.at += 1;
        Ok(())
    }

    fn skip_space(&mut self) {
        self.run(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// Goes past the bytes that fit, which are ASCII, and gives them.
    fn run(&mut self, fits: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !fits(byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn error(&self, fault: JsonFault) -> JsonError {
        JsonError::new(self.at, fault)
    }
}
