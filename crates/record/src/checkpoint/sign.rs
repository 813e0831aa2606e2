//! Signing checkpoints and opening signed ones.

use super::head::{self, CheckpointError};
use super::note::{self, Note, NoteError};
use super::{Head, Keys, Name, SecretKey};

/// A checkpoint that a known key of its log has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Which log.
    pub origin: Name,
    /// Its size and root.
    pub head: Head,
    /// The known keys that have signed it (name and id), the log's among them.
    pub signed_by: Vec<String>,
    /// The keys that are not known (name and id); their signatures say nothing.
    pub ignored: Vec<String>,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// No signed note.
    #[error("this is no signed checkpoint")]
    Note(#[from] NoteError),
    /// A signed note, but no checkpoint.
    #[error("the signed text is no checkpoint")]
    Checkpoint(#[from] CheckpointError),
    /// Signed by other keys than those known.
    #[error(
        "the checkpoint of {origin} is signed by {}, and by no known key of that name; \
         if the log has changed its key, get the new key from its operator by another way", found.join(", ")
    )]
    UnknownKey {
        /// What the checkpoint calls itself.
        origin: Name,
        /// What it says, unproved.
        head: Head,
        /// Who signed it, by name and id.
        found: Vec<String>,
    },
    /// A known key's signature does not fit the text.
    #[error("the signature of {key} does not fit; the checkpoint was changed after it was signed")]
    Forged {
        /// Which key.
        key: String,
        /// What the checkpoint calls itself.
        origin: Name,
        /// What the checkpoint says, unproved.
        head: Head,
    },
}

/// Signs the state of the log that the key is of.
///
/// ```
/// use record::Hash;
/// use record::checkpoint::{Head, SecretKey, sign};
///
/// let key = SecretKey::new("record.mdh.example".parse()?, [7; 32]);
/// let note = sign(Head { size: 0, root: Hash::EMPTY }, &key);
/// assert!(note.starts_with("record.mdh.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— record"));
/// # Ok::<(), record::checkpoint::NameError>(())
/// ```
pub fn sign(head: Head, key: &SecretKey) -> String {
    let text = head::write(key.name(), head);
    let line = line(&text, key);
    format!("{text}\n{line}")
}

/// Adds a signature to a signed checkpoint: a witness's, or that of a log's next key.
pub fn add_signature(note: &str, key: &SecretKey) -> Result<String, OpenError> {
    let parsed = Note::parse(note.as_bytes())?;
    head::read(parsed.text)?;
    Ok(format!("{note}{}", line(parsed.text, key)))
}

fn line(text: &str, key: &SecretKey) -> String {
    note::signature_line(key.name(), key.public().id(), &key.sign(text))
}

/// Reads a signed checkpoint and proves it: at least one known key with the name of its origin must
/// have signed it, and no known key's signature may be wrong.
pub fn open(note: &[u8], keys: &Keys) -> Result<Opened, OpenError> {
    let note = Note::parse(note)?;
    let (origin, head) = head::read(note.text)?;
    let (mut signed_by, mut ignored) = (Vec::new(), Vec::new());
    let mut vouched = false;
    for signature in &note.signatures {
        match keys.find(&signature.name, signature.id) {
            None => ignored.push(signature.key()),
            Some(key) if key.proves(note.text, &signature.bytes) => {
                vouched |= *key.name() == origin;
                signed_by.push(signature.key());
            }
            Some(_) => return Err(OpenError::Forged { key: signature.key(), origin, head }),
        }
    }
    if !vouched {
        let found = note.signatures.iter().map(note::SignatureLine::key).collect();
        return Err(OpenError::UnknownKey { origin, head, found });
    }
    Ok(Opened { origin, head, signed_by, ignored })
}
