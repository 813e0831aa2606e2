//! Signed notes (C2SP signed-note): a text, an empty line, and signature lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::{Name, NameError};

/// A note of which nothing is proved yet.
pub(crate) struct Note<'a> {
    /// What is signed, with its last line break.
    pub(crate) text: &'a str,
    /// The signatures, known or not.
    pub(crate) signatures: Vec<SignatureLine>,
}

/// One signature line.
pub(crate) struct SignatureLine {
    /// The name of the key.
    pub(crate) name: Name,
    /// Which key of that name.
    pub(crate) id: [u8; 4],
    /// The signature.
    pub(crate) bytes: Vec<u8>,
}

/// Bytes that are no signed note.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Larger than any checkpoint.
    #[error("it has {0} bytes; a signed checkpoint has at most {LARGEST}")]
    Large(usize),
    /// Not text.
    #[error("it is not UTF-8 text, or has control characters")]
    Text,
    /// No signature.
    #[error("it has no signature lines after an empty line")]
    Unsigned,
    /// A damaged signature line.
    #[error("signature line {0} is damaged")]
    Signature(usize),
    /// A damaged signature line.
    #[error("signature line {line} names no key")]
    Name {
        /// Which line, counted from 1.
        line: usize,
        /// Why.
        #[source]
        source: NameError,
    },
    /// More signatures than anybody needs.
    #[error("it has more than {MOST} signatures")]
    Many,
}

/// Room for the signatures of many witnesses, also of those of nearly 5 kB that are to come.
const LARGEST: usize = 1_000_000;
const MOST: usize = 100;

impl<'a> Note<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, NoteError> {
        if bytes.len() > LARGEST {
            return Err(NoteError::Large(bytes.len()));
        }
        let whole = str::from_utf8(bytes).map_err(|_| NoteError::Text)?;
        if whole.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(NoteError::Text);
        }
        let border = whole.rfind("\n\n").ok_or(NoteError::Unsigned)?;
        let (text, rest) = whole.split_at_checked(border + 1).ok_or(NoteError::Unsigned)?;
        let lines = rest.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let mut signatures = Vec::new();
        for (number, line) in (1..).zip(lines.ok_or(NoteError::Unsigned)?.split('\n')) {
            if number > MOST {
                return Err(NoteError::Many);
            }
            signatures.push(SignatureLine::parse(number, line)?);
        }
        Ok(Self { text, signatures })
    }
}

impl SignatureLine {
    fn parse(line: usize, text: &str) -> Result<Self, NoteError> {
        let parts = text.strip_prefix("— ").and_then(|rest| rest.split_once(' '));
        let (name, signature) = parts.ok_or(NoteError::Signature(line))?;
        let name = name.parse().map_err(|source| NoteError::Name { line, source })?;
        let decoded = BASE64.decode(signature).map_err(|_| NoteError::Signature(line))?;
        let (id, bytes) = decoded.split_first_chunk::<4>().ok_or(NoteError::Signature(line))?;
        if bytes.is_empty() {
            return Err(NoteError::Signature(line));
        }
        Ok(Self { name, id: *id, bytes: bytes.to_vec() })
    }

    /// The name and id of the key, as a verifier key begins.
    pub(crate) fn key(&self) -> String {
        key_text(&self.name, self.id)
    }
}

/// A key by name and id.
pub(super) fn key_text(name: &Name, id: [u8; 4]) -> String {
    format!("{name}+{:08x}", u32::from_be_bytes(id))
}

/// A signature line with its line break.
pub(super) fn signature_line(name: &Name, id: [u8; 4], signature: &[u8]) -> String {
    format!("— {name} {}\n", BASE64.encode([&id, signature].concat()))
}
