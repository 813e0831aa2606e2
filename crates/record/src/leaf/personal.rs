//! What the log holds of personal data: a hash that nobody can guess back.
//!
//! A name or a telephone number has so little in it that its plain hash could be found by trying. A
//! random salt of at least 16 bytes prevents that; when the salt is deleted with the text, the hash
//! says nothing about anybody any more, and the log still verifies.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use super::LeafError;
use super::settle::settle_object;

/// Separates these hashes from all others.
const DOMAIN: &[u8] = b"wardround personal 1\n";

/// Random bytes, one salt for one event, kept beside the personal data and deleted with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(Vec<u8>);

/// A salt that could be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a salt has 16 to 64 random bytes, not {0}")]
pub struct SaltError(usize);

/// The salted hash of an event's personal part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PersonalHash([u8; 32]);

impl Salt {
    /// A salt of random bytes.
    pub fn new(bytes: Vec<u8>) -> Result<Self, SaltError> {
        if (16..=64).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(SaltError(bytes.len())) }
    }

    /// The bytes, to be kept beside the personal data.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(..)")
    }
}

impl PersonalHash {
    /// The hash of a JSON object under a salt. How the object is spelt makes no difference.
    ///
    /// ```
    /// use record::leaf::{PersonalHash, Salt};
    ///
    /// let salt = Salt::new(vec![7; 16])?; // invented here, random in life
    /// let hash = PersonalHash::of(r#"{"name":"A. Sample"}"#, &salt)?;
    /// assert_eq!(hash, PersonalHash::of(r#"{ "name": "A. Sample" }"#, &salt)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(personal: &str, salt: &Salt) -> Result<Self, LeafError> {
        let personal = settle_object("personal", personal)?;
        let length = (salt.0.len() as u64).to_be_bytes();
        let hash = Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(length)
            .chain_update(&salt.0)
            .chain_update(personal);
        Ok(Self(hash.finalize().into()))
    }
}

impl fmt::Display for PersonalHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(self.0))
    }
}

impl FromStr for PersonalHash {
    type Err = crate::HashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<crate::Hash>().map(|hash| Self(*hash.as_bytes()))
    }
}
