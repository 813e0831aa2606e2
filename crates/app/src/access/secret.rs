//! Secrets: made from the system's randomness, kept as hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// Digits and letters without those that are taken for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 120 bits. ASVS 5.0 asks for a slow hash below 112 bits (6.5.2).
const CODE_CHARACTERS: usize = 24;

/// Bytes of the system's randomness.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Random(Box::new(error)))?;
    Ok(bytes)
}

/// A new secret: 32 random bytes in base64url.
pub(super) fn new_secret() -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What is kept of a secret, for secrets that nobody can guess.
pub(super) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// What a form must carry that was made for this session: it follows from the session's secret, and
/// nothing follows from it.
pub(super) fn csrf(secret: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(b"wardround csrf 1\0");
    digest.update(secret);
    URL_SAFE_NO_PAD.encode(digest.finalize())
}

/// Whether two texts are the same. How long that takes says nothing about where they differ, as it
/// is their hashes that are compared.
pub(super) fn are_same(one: &str, other: &str) -> bool {
    hash(one) == hash(other)
}

/// A new code to print or read out: groups of four.
pub(super) fn new_code() -> Result<String, Error> {
    let mut code = String::new();
    for (at, byte) in random::<CODE_CHARACTERS>()?.into_iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        // 256 is a multiple of 32: each character is as likely as any other.
        code.push(ALPHABET.get(usize::from(byte % 32)).copied().map_or('0', char::from));
    }
    Ok(code)
}

/// What is kept of a code, however it was typed. Two accounts with one code have different hashes.
pub(super) fn hash_code(account: &str, code: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(b"wardround code 1\0");
    digest.update(account);
    digest.update(b"\0");
    let typed =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
    digest.update(typed.collect::<String>());
    digest.finalize().into()
}

/// The bytes of hexadecimal digits.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    let pairs = digits.chunks_exact(2);
    Some(pairs.map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    #[test]
    fn secrets_and_codes_are_never_the_same_twice_and_long_enough() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
        let (one, other) = (new_code().unwrap(), new_code().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.chars().filter(|c| *c != '-').count(), 24);
    }

    #[test]
    fn a_code_may_be_typed_in_any_manner() {
        let kept = hash_code("account/1", "01AB-CDEF");
        for typed in ["01ab cdef", "oiabcdef", "  OL-AB-CD-EF "] {
            assert_eq!(hash_code("account/1", typed), kept, "{typed}");
        }
        assert_ne!(hash_code("account/2", "01AB-CDEF"), kept);
    }

    #[test]
    fn the_csrf_token_is_neither_the_secret_nor_what_is_kept_of_it() {
        let secret = new_secret().unwrap();
        let csrf = csrf(&secret);
        assert_ne!(csrf, secret);
        assert_ne!(csrf, URL_SAFE_NO_PAD.encode(hash(&secret)));
        assert!(are_same(&csrf, &super::csrf(&secret)));
        assert!(!are_same(&csrf, &super::csrf("another")));
    }

    #[test]
    fn hexadecimal_digits_come_back() {
        assert_eq!(unhex(&hex(&[0, 15, 16, 255])), Some(vec![0, 15, 16, 255]));
        assert_eq!((unhex("abc"), unhex("xy")), (None, None));
    }
}
