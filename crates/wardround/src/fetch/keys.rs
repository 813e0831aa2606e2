//! Keys that sign and prove knowledge bundles: Ed25519, as one line of text each.
//!
//! ```text
//! wardround-public-key 1 KEYID BASE64      may be given to anyone
//! wardround-secret-key 1 KEYID BASE64      stays with who signs; file mode 0600, never printed
//! ```
//! KEYID is the first 16 hexadecimal digits of the SHA-256 of the public key. It helps to find a
//! key and proves nothing.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::digest;

const PUBLIC: &str = "wardround-public-key";
const SECRET: &str = "wardround-secret-key";
const LARGEST: u64 = 4096;

/// Proves bundles.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Signs bundles. Wiped from memory when dropped; its `Debug` shows the key id only.
pub struct SecretKey(SigningKey);

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A file of ours.
    #[error("cannot use the key file {}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is there; a key is never overwritten.
    #[error("{} is there already; name another file, a key is never overwritten", .0.display())]
    Exists(PathBuf),
    /// Others may read the secret key.
    #[error("others may read {}; run `chmod 600` on it, and make a new key if someone did", .0.display())]
    Open(PathBuf),
    /// No key of the wanted sort.
    #[error("this is no {wanted}: {why}")]
    Form {
        /// What it should be.
        wanted: &'static str,
        /// What is wrong.
        why: &'static str,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
}

/// Makes a new pair and writes the secret key to `secret_path`, which must not exist.
pub fn keygen(secret_path: &Path) -> Result<PublicKey, KeyError> {
    let mut seed = Zeroizing::new([0_u8; 32]);
    getrandom::fill(seed.as_mut()).map_err(|error| KeyError::Random(error.to_string()))?;
    let key = SecretKey(SigningKey::from_bytes(&seed));
    let text = Zeroizing::new(line(SECRET, &key.public().id(), seed.as_ref()));
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists(secret_path.to_owned()),
        _ => KeyError::File { path: secret_path.to_owned(), source },
    };
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(secret_path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(key.public())
}

impl PublicKey {
    /// Reads a public key from its line. Blank lines and lines that begin with `#` are passed over.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let bytes = parse(PUBLIC, "public key", text)?;
        VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak()).map(Self).ok_or(
            KeyError::Form { wanted: "public key", why: "its bytes are no point of the curve" },
        )
    }

    /// Reads a public key file.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        Self::parse(&read(path)?)
    }

    /// Returns the key as its line.
    pub fn to_line(&self) -> String {
        line(PUBLIC, &self.id(), self.0.as_bytes())
    }

    /// Returns the key id.
    pub fn id(&self) -> String {
        digest::sha256(self.0.as_bytes()).split_at(16).0.to_owned()
    }

    /// Tells whether `signature` is this key's on `message`; the strict rule, which also refuses
    /// signatures that could be twisted into another valid one.
    pub(super) fn proves(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

impl SecretKey {
    /// Reads a secret key file; refuses one that others may read (Unix).
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let meta = fs::metadata(path)
                .map_err(|source| KeyError::File { path: path.to_owned(), source })?;
            if meta.permissions().mode() & 0o077 != 0 {
                return Err(KeyError::Open(path.to_owned()));
            }
        }
        let text = read(path)?;
        let seed = Zeroizing::new(parse(SECRET, "secret key", &text)?);
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// Returns the public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public().id())
    }
}

fn line(word: &str, id: &str, bytes: &[u8]) -> String {
    let code = Zeroizing::new(BASE64.encode(bytes));
    format!("{word} 1 {id} {}\n", code.as_str())
}

fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let mut text = Zeroizing::new(String::with_capacity(1024));
    File::open(path)
        .and_then(|file| file.take(LARGEST).read_to_string(&mut text))
        .map_err(|source| KeyError::File { path: path.to_owned(), source })?;
    Ok(text)
}

fn parse(word: &str, wanted: &'static str, text: &str) -> Result<[u8; 32], KeyError> {
    let wrong = |why| KeyError::Form { wanted, why };
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return Err(wrong("it holds not exactly one line"));
    };
    let mut parts = line.split_ascii_whitespace();
    match parts.next() {
        Some(first) if first == word => {}
        Some(SECRET) => return Err(wrong("it is a secret key; keep it to yourself")),
        _ => return Err(wrong("it begins with other words")),
    }
    if parts.next() != Some("1") {
        return Err(wrong("its version is not 1; this wardround may be too old"));
    }
    let code = parts.nth(1).ok_or(wrong("it is cut short"))?;
    let bytes = Zeroizing::new(BASE64.decode(code).map_err(|_| wrong("it is no base64"))?);
    bytes.as_slice().try_into().map_err(|_| wrong("it has not 32 bytes"))
}
