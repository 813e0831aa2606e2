//! What must not be read by anyone: keys, tokens, passwords.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret text: wiped from memory when it goes, never printed, compared in constant time.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps a text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for whoever hands it to the carrier.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether somebody gave this secret. How long that takes tells nothing of it but its length.
    pub fn is(&self, given: &str) -> bool {
        bool::from(self.0.as_bytes().ct_eq(given.as_bytes()))
    }

    /// Whether the value of an `Authorization` header is `Bearer` and this secret.
    pub fn is_bearer(&self, header: &str) -> bool {
        let given = header.split_once(' ');
        given.is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer") && self.is(token.trim())
        })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_and_never_printed() {
        let secret = Secret::new("hush");
        assert!(
            secret.is("hush")
                && secret.is_bearer("Bearer hush")
                && secret.is_bearer("bearer  hush")
        );
        for wrong in ["", "hus", "hush ", "HUSH", "Bearer hush"] {
            assert!(!secret.is(wrong), "{wrong}");
        }
        for wrong in ["hush", "Bearer", "Bearer ", "Basic hush", "Bearer hush hush"] {
            assert!(!secret.is_bearer(wrong), "{wrong}");
        }
        assert!(!format!("{secret:?}").contains("hush"));
    }
}
