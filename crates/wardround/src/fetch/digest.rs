//! SHA-256 and SHA-512 of files and streams, read once in small pieces.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

pub(super) use app::hex;
use sha2::{Digest as _, Sha256, Sha512};

/// The two algorithms publishers put beside their files (CSAF 2.0, 7.1.18).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    pub(super) fn digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }

    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// Returns `text` in lower case if it is a value of this algorithm.
    pub(super) fn hex(self, text: &str) -> Option<String> {
        let right = text.len() == self.digits() && text.bytes().all(|b| b.is_ascii_hexdigit());
        right.then(|| text.to_ascii_lowercase())
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        })
    }
}

/// Both values of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileDigest {
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) sha512: String,
}

impl FileDigest {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut buffer = vec![0; 64 * 1024];
        let (mut short, mut long, mut bytes) = (Sha256::new(), Sha512::new(), 0);
        loop {
            let read = file.read(&mut buffer)?;
            let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
            short.update(piece);
            long.update(piece);
            bytes += piece.len() as u64;
        }
        Ok(Self { bytes, sha256: hex(&short.finalize()), sha512: hex(&long.finalize()) })
    }

    pub(super) fn value(&self, algorithm: Algorithm) -> &str {
        match algorithm {
            Algorithm::Sha256 => &self.sha256,
            Algorithm::Sha512 => &self.sha512,
        }
    }
}

/// A reader or writer that hashes and counts what passes through it.
#[derive(Debug)]
pub(super) struct Hashing<T> {
    inner: T,
    hash: Sha256,
    bytes: u64,
}

impl<T> Hashing<T> {
    pub(super) fn new(inner: T) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// Returns the inner value, the number of bytes and their SHA-256 in hexadecimal.
    pub(super) fn finish(self) -> (T, u64, String) {
        (self.inner, self.bytes, hex(&self.hash.finalize()))
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let Some(piece) = buffer.get(..read) {
            self.hash.update(piece);
            self.bytes += read as u64;
        }
        Ok(read)
    }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
