//! Keys that sign and prove checkpoints: Ed25519, in the text form of signed notes. The first may be
//! given to anyone, the second stays with who signs.
//!
//! ```text
//! record.mdh.example+ba8308d6+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs
//! PRIVATE+KEY+record.mdh.example+ba8308d6+AQcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH
//! ```

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::note::key_text;
use super::{Name, NameError};

/// The signature type of Ed25519.
const ED25519: u8 = 1;

/// Proves checkpoints.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: Name,
    key: VerifyingKey,
}

/// Signs checkpoints. Wiped from memory when dropped; its `Debug` shows name and id only.
pub struct SecretKey {
    name: Name,
    key: SigningKey,
}

/// The keys that are trusted: of the log, and of witnesses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(Vec<PublicKey>);

/// A text that is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not of the form.
    #[error("this is no {0}")]
    Form(&'static str),
    /// The name is none.
    #[error("the key has no name of a log")]
    Name(#[source] NameError),
    /// The id is that of another key.
    #[error("the key's id is {stated}, but its bytes have the id {found}; copy the key again")]
    Id {
        /// What stands there.
        stated: String,
        /// What it should be.
        found: String,
    },
    /// Another algorithm.
    #[error("the key is not of the type Ed25519 (1) but {0}; this program knows no other")]
    Algorithm(u8),
    /// No point of the curve, or a weak one.
    #[error("the bytes of the key are no point of the curve, or a weak one")]
    Point,
}

impl SecretKey {
    /// The key of a log, from 32 bytes of true randomness, which the caller wipes.
    pub fn new(name: Name, seed: [u8; 32]) -> Self {
        Self { name, key: SigningKey::from_bytes(&Zeroizing::new(seed)) }
    }

    /// The name of the log.
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// What proves this key's signatures.
    pub fn public(&self) -> PublicKey {
        PublicKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Reads a secret key.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let form = KeyError::Form("secret key: it begins with `PRIVATE+KEY+` and the log's name");
        let text = text.trim().strip_prefix("PRIVATE+KEY+").ok_or(form)?;
        let (name, id, seed) = parts(text)?;
        let key = Self::new(name, *seed);
        key.public().check_id(id)?;
        Ok(key)
    }

    /// The key as text: whoever has it can sign.
    pub fn to_text(&self) -> Zeroizing<String> {
        let public = self.public();
        let bytes = Zeroizing::new([&[ED25519], self.key.as_bytes().as_slice()].concat());
        let encoded = Zeroizing::new(BASE64.encode(&*bytes));
        Zeroizing::new(format!("PRIVATE+KEY+{}+{}", public.id_text(), *encoded))
    }

    /// Another secret that follows from it, for a purpose that is named: who has one of them learns neither the key
    /// nor another.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let hash = Sha256::new()
            .chain_update(b"wardround derived secret\n")
            .chain_update(purpose)
            .chain_update(b"\n")
            .chain_update(self.key.as_bytes())
            .finalize();
        Zeroizing::new(hash.into())
    }

    pub(super) fn sign(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

impl PublicKey {
    /// The name of the log.
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// Name and id: enough to tell keys apart, not to trust one.
    pub fn id_text(&self) -> String {
        key_text(&self.name, self.id())
    }

    pub(super) fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(self.name.as_str())
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        let mut id = [0; 4];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        id
    }

    /// The strict rule, which also refuses signatures that could be twisted into another valid one.
    pub(super) fn proves(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }

    fn check_id(&self, stated: &str) -> Result<(), KeyError> {
        let found = format!("{:08x}", u32::from_be_bytes(self.id()));
        if stated == found {
            return Ok(());
        }
        Err(KeyError::Id { stated: stated.chars().take(16).collect(), found })
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, id, bytes) = parts(text.trim())?;
        let key = VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak());
        let key = Self { name, key: key.ok_or(KeyError::Point)? };
        key.check_id(id)?;
        Ok(key)
    }
}

/// Name, id and bytes of `name+id+base64`.
fn parts(text: &str) -> Result<(Name, &str, Zeroizing<[u8; 32]>), KeyError> {
    let form = || KeyError::Form("key: it is the log's name, `+`, its id, `+`, and base64");
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(form());
    };
    let name = name.parse().map_err(KeyError::Name)?;
    let bytes = Zeroizing::new(BASE64.decode(data).map_err(|_| form())?);
    let (algorithm, key) = bytes.split_first().ok_or_else(form)?;
    if *algorithm != ED25519 {
        return Err(KeyError::Algorithm(*algorithm));
    }
    Ok((name, id, Zeroizing::new(key.try_into().map_err(|_| form())?)))
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}", self.id_text(), BASE64.encode(bytes))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public().id_text())
    }
}

impl Keys {
    /// These keys.
    pub const fn new(keys: Vec<PublicKey>) -> Self {
        Self(keys)
    }

    /// One key a line. Blank lines and lines that begin with `#` are passed over.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let lines = text.lines().map(str::trim);
        lines
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The keys.
    pub fn iter(&self) -> impl Iterator<Item = &PublicKey> {
        self.0.iter()
    }

    pub(super) fn find(&self, name: &Name, id: [u8; 4]) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.name == *name && key.id() == id)
    }
}
