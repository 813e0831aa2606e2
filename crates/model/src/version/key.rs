//! The bytes of a version: written so that comparing bytes compares versions.
//!
//! A key is a row of tokens. Each scheme begins a token with a weight byte where tokens of different
//! kinds can meet, and no token is a prefix of another of its kind, so the first byte that differs
//! lies in the first token that differs. While explaining, the key also remembers which token each
//! byte belongs to and in what words to speak of it.

/// A key being written.
pub(super) struct Key {
    bytes: Vec<u8>,
    marks: Option<Vec<Mark>>,
}

/// Where a token begins, and its words.
pub(super) struct Mark {
    pub(super) at: usize,
    pub(super) kind: &'static str,
    pub(super) text: String,
}

impl Key {
    /// A key that only keeps bytes.
    pub(super) fn plain() -> Self {
        Self { bytes: Vec::with_capacity(32), marks: None }
    }

    /// A key that can say which rule decided.
    pub(super) fn explaining() -> Self {
        Self { bytes: Vec::with_capacity(32), marks: Some(Vec::new()) }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The token to which the byte at `at` belongs.
    pub(super) fn token_at(&self, at: usize) -> Option<&Mark> {
        self.marks.as_ref()?.iter().rev().find(|mark| mark.at <= at)
    }

    /// Says in what words to speak of the bytes that follow.
    pub(super) fn token(&mut self, kind: &'static str, text: &str) {
        if let Some(marks) = &mut self.marks {
            marks.push(Mark { at: self.bytes.len(), kind, text: text.to_owned() });
        }
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// A number of any size: how many digits, then the digits. No digits are zero.
    pub(super) fn number(&mut self, digits: &str) {
        let digits = digits.trim_start_matches('0');
        match u8::try_from(digits.len()) {
            Ok(length) if length < u8::MAX => self.byte(length),
            _ => {
                self.byte(u8::MAX);
                let length = u32::try_from(digits.len()).unwrap_or(u32::MAX);
                self.bytes.extend_from_slice(&length.to_be_bytes());
            }
        }
        self.bytes.extend_from_slice(digits.as_bytes());
    }

    /// A text of any bytes, ordered byte by byte, a prefix before what it begins.
    pub(super) fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.byte(byte);
            if byte == 0 {
                self.byte(u8::MAX);
            }
        }
        self.bytes.extend_from_slice(&[0, 0]);
    }
}

/// Splits `text` behind its longest beginning of which every character satisfies `belongs`.
pub(super) fn split_run(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at(end)
}

/// Splits `text` behind the digits it begins with.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    split_run(text, |c| c.is_ascii_digit())
}

/// Whether `text` is a number: one digit or more and nothing else.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
