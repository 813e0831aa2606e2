//! One signed file that carries the compiled knowledge to a site without internet.
//!
//! ```text
//! wardround-knowledge-bundle 1 <bytes of the manifest>\n
//! <manifest, JSON>\n
//! <Ed25519 signature, 128 hexadecimal digits>\n
//! <the knowledge file, gzipped, to the end of the file>
//! ```
//! The signature is over `wardround-knowledge-bundle 1\n` and the manifest's bytes; the manifest
//! names size and SHA-256 of the knowledge file, so it covers everything. Nothing of the manifest
//! is believed before the signature is proved, and nothing is installed before the hash is.
//! The format is described for other programs in `docs/knowledge-bundle.md`.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::digest::{Hashing, hex};
use super::keys::{PublicKey, SecretKey};
use super::replace::{CallbackError, ReplaceError, Replaced, replace};
use crate::durable;

const MAGIC: &str = "wardround-knowledge-bundle";
const VERSION: u32 = 1;
/// A manifest holds a few hundred bytes a source.
const LARGEST_MANIFEST: usize = 1024 * 1024;
/// Nobody's knowledge is larger; a limit against a signed mistake, not against the unsigned.
const LARGEST_KNOWLEDGE: u64 = 64 * 1024 * 1024 * 1024;

/// What the signer says of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// When the bundle was written, RFC 3339.
    pub created_at: String,
    /// When the knowledge in it was compiled, RFC 3339; this decides what is older.
    pub built_at: String,
    /// Size of the knowledge file.
    pub knowledge_bytes: u64,
    /// SHA-256 of the knowledge file, hexadecimal.
    pub knowledge_sha256: String,
    /// Size of the gzipped knowledge in the bundle.
    pub packed_bytes: u64,
    /// What went into the knowledge.
    pub sources: Vec<KnowledgeSource>,
    /// Key id of the signer.
    pub signer: String,
}

/// One source of the knowledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeSource {
    /// Its name.
    pub name: String,
    /// Until when it knows.
    pub as_of: Option<String>,
}

/// What to bundle.
#[derive(Debug)]
pub struct NewBundle<'a> {
    /// Where the bundle goes.
    pub bundle: &'a Path,
    /// The compiled knowledge.
    pub knowledge: &'a Path,
    /// When it was compiled.
    pub built_at: Timestamp,
    /// What went into it.
    pub sources: Vec<KnowledgeSource>,
    /// Who signs.
    pub key: &'a SecretKey,
    /// The time.
    pub now: Timestamp,
}

/// What to read, and what to trust.
#[derive(Debug)]
pub struct ReadBundle<'a> {
    /// The bundle.
    pub bundle: &'a Path,
    /// Where the knowledge goes.
    pub knowledge: &'a Path,
    /// Whose signature counts.
    pub trusted: &'a [PublicKey],
    /// When the installed knowledge was compiled, if there is one.
    pub installed_built_at: Option<Timestamp>,
    /// Whether older knowledge may replace newer.
    pub roll_back: RollBack,
}

/// Whether older knowledge may replace newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollBack {
    /// No: an old bundle, replayed, would hide newer flaws.
    Refuse,
    /// Yes, someone said so.
    Allow,
}

/// Why a bundle was not written or not installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// A file of ours.
    #[error("cannot use {}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Not a bundle at all.
    #[error("{} is no knowledge bundle: {why}", .path.display())]
    NoBundle {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Another version of the format.
    #[error("{} has bundle format {found}, this wardround reads format {VERSION}; use a wardround of the signer's age", .path.display())]
    Version {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: String,
    },
    /// Shorter or longer than it should be.
    #[error("{} is cut short or added to: {why}; copy it again", .path.display())]
    Truncated {
        /// Which file.
        path: PathBuf,
        /// What is missing or too much.
        why: String,
    },
    /// No trusted key made the signature.
    #[error("no trusted key signed {}: it names key {signer}, trusted are {trusted}; get the signer's public key by another way than the bundle", .path.display())]
    Untrusted {
        /// Which file.
        path: PathBuf,
        /// The key id it names.
        signer: String,
        /// The key ids trusted.
        trusted: String,
    },
    /// The named key is trusted but the signature is not its.
    #[error("the signature of {} is not that of key {signer}: it was changed after signing; do not use it, ask the signer for another copy", .path.display())]
    BadSignature {
        /// Which file.
        path: PathBuf,
        /// The key id it names.
        signer: String,
    },
    /// The content is not what was signed.
    #[error("the content of {} is not what was signed: {why}; do not use it, ask the signer for another copy", .path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// What differs.
        why: String,
    },
    /// Older than what is installed.
    #[error("{} holds knowledge of {bundled}, installed is {installed}; older knowledge is installed only if forced", .path.display())]
    Older {
        /// Which file.
        path: PathBuf,
        /// When the knowledge in it was compiled.
        bundled: Timestamp,
        /// When the installed one was.
        installed: Timestamp,
    },
    /// Everything is proved, but the file could not be put in place.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
}

/// Writes a signed bundle; an old one at that place stays until the new one is whole.
pub fn write_bundle(new: NewBundle<'_>) -> Result<Manifest, BundleError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| BundleError::File { path, source }
    };
    let packed_path = durable::beside(new.bundle, "packed");
    let whole_path = durable::beside(new.bundle, "new");
    if let (Ok(one), Ok(other)) = (fs::canonicalize(new.bundle), fs::canonicalize(new.knowledge))
        && one == other
    {
        let why = "the bundle would overwrite the knowledge it is made from";
        return Err(at(new.bundle)(io::Error::new(io::ErrorKind::InvalidInput, why)));
    }
    let work = || -> Result<Manifest, BundleError> {
        let knowledge = File::open(new.knowledge).map_err(at(new.knowledge))?;
        let mut knowledge = Hashing::new(knowledge);
        let packed = BufWriter::new(File::create(&packed_path).map_err(at(&packed_path))?);
        let mut encoder = GzEncoder::new(packed, Compression::default());
        io::copy(&mut knowledge, &mut encoder).map_err(at(new.knowledge))?;
        encoder.finish().and_then(|mut packed| packed.flush()).map_err(at(&packed_path))?;
        let (_, knowledge_bytes, knowledge_sha256) = knowledge.finish();
        let manifest = Manifest {
            created_at: new.now.to_string(),
            built_at: new.built_at.to_string(),
            knowledge_bytes,
            knowledge_sha256,
            packed_bytes: fs::metadata(&packed_path).map_err(at(&packed_path))?.len(),
            sources: new.sources,
            signer: new.key.public().id(),
        };
        let text = serde_json::to_vec(&manifest).map_err(|e| at(new.bundle)(e.into()))?;
        if text.len() > LARGEST_MANIFEST {
            let why = format!("its manifest would have more than {LARGEST_MANIFEST} bytes");
            return Err(at(new.bundle)(io::Error::other(why)));
        }
        let signature = hex(&new.key.sign(&signed(&text)));
        let assemble = || -> io::Result<()> {
            let mut out = BufWriter::new(File::create(&whole_path)?);
            writeln!(out, "{MAGIC} {VERSION} {}", text.len())?;
            out.write_all(&text)?;
            write!(out, "\n{signature}\n")?;
            io::copy(&mut File::open(&packed_path)?, &mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
            durable::rename(&whole_path, new.bundle)
        };
        assemble().map_err(at(new.bundle))?;
        Ok(manifest)
    };
    let outcome = work();
    // Tidying up is a courtesy: the next run overwrites both.
    let _ = durable::remove(&packed_path);
    let _ = durable::remove(&whole_path);
    outcome
}

/// Proves the signature and returns what the signer says; installs nothing and does not look at
/// the knowledge itself.
pub fn read_manifest(bundle: &Path, trusted: &[PublicKey]) -> Result<Manifest, BundleError> {
    Ok(open(bundle, trusted)?.0)
}

/// Proves a bundle and installs its knowledge; `prove` must be able to read the knowledge file
/// before the installed one is replaced.
pub fn read_bundle(
    read: &ReadBundle<'_>,
    prove: impl FnOnce(&Path) -> Result<(), CallbackError>,
) -> Result<(Manifest, Replaced), BundleError> {
    let (manifest, packed) = open(read.bundle, read.trusted)?;
    let built_at: Timestamp = manifest.built_at.parse().map_err(|_| BundleError::Content {
        path: read.bundle.to_owned(),
        why: format!("`{}` is no time", manifest.built_at),
    })?;
    if let Some(installed) = read.installed_built_at
        && built_at < installed
        && read.roll_back == RollBack::Refuse
    {
        let path = read.bundle.to_owned();
        return Err(BundleError::Older { path, bundled: built_at, installed });
    }
    let unpack = |to: &Path| -> Result<(), CallbackError> {
        Ok(unpack(read.bundle, &manifest, packed, to)?)
    };
    let outcome = replace(read.knowledge, unpack, prove);
    match outcome {
        Ok(replaced) => Ok((manifest, replaced)),
        // What unpacking found is the real story, not that a file could not be built.
        Err(ReplaceError::Step { step, path, source }) => match source.downcast::<BundleError>() {
            Ok(error) => Err(*error),
            Err(source) => Err(ReplaceError::Step { step, path, source }.into()),
        },
        Err(error) => Err(error.into()),
    }
}

fn unpack(
    bundle: &Path,
    manifest: &Manifest,
    packed: BufReader<File>,
    to: &Path,
) -> Result<(), BundleError> {
    let content = |why: String| BundleError::Content { path: bundle.to_owned(), why };
    let file = |source| BundleError::File { path: to.to_owned(), source };
    let mut out = BufWriter::new(File::create(to).map_err(file)?);
    // One byte more than signed is enough to know, and no bomb can go off.
    let unpacked = GzDecoder::new(packed).take(manifest.knowledge_bytes.saturating_add(1));
    let mut unpacked = Hashing::new(unpacked);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read =
            unpacked.read(&mut buffer).map_err(|e| content(format!("it does not unpack ({e})")))?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
        out.write_all(piece).map_err(file)?;
    }
    out.flush().map_err(file)?;
    let (_, bytes, sha256) = unpacked.finish();
    if bytes != manifest.knowledge_bytes {
        let said = manifest.knowledge_bytes;
        return Err(content(format!("the knowledge has other than the signed {said} bytes")));
    }
    if sha256 != manifest.knowledge_sha256 {
        return Err(content("the knowledge has another SHA-256".into()));
    }
    Ok(())
}

/// Opens a bundle, proves its signature, and returns the manifest and the reader at the payload.
fn open(bundle: &Path, trusted: &[PublicKey]) -> Result<(Manifest, BufReader<File>), BundleError> {
    let at = |source| BundleError::File { path: bundle.to_owned(), source };
    let no_bundle =
        |why: &str| BundleError::NoBundle { path: bundle.to_owned(), why: why.to_owned() };
    let cut = |why: String| BundleError::Truncated { path: bundle.to_owned(), why };
    let file = File::open(bundle).map_err(at)?;
    let total = file.metadata().map_err(at)?.len();
    let mut reader = BufReader::new(file);

    let line = read_line(&mut reader, 80).map_err(at)?;
    let line = String::from_utf8(line).map_err(|_| no_bundle("it begins with other bytes"))?;
    let mut words = line.split(' ');
    if words.next() != Some(MAGIC) {
        return Err(no_bundle("it begins with other bytes"));
    }
    let version = words.next().unwrap_or_default();
    if version != VERSION.to_string() {
        return Err(BundleError::Version { path: bundle.to_owned(), found: version.to_owned() });
    }
    let length: usize = words
        .next()
        .and_then(|word| word.parse().ok())
        .filter(|length| *length > 0 && *length <= LARGEST_MANIFEST)
        .ok_or_else(|| no_bundle("its first line gives no sensible size of the manifest"))?;

    let mut manifest = vec![0; length];
    let mut rest = [0; 130];
    for piece in [manifest.as_mut_slice(), rest.as_mut_slice()] {
        reader.read_exact(piece).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => cut("it ends within the manifest or signature".into()),
            _ => at(error),
        })?;
    }
    let signature =
        signature(&rest).ok_or_else(|| no_bundle("no signature follows its manifest"))?;

    // The id only chooses the key to try; a wrong one cannot make a signature right.
    let unproven: Manifest = serde_json::from_slice(&manifest)
        .map_err(|error| no_bundle(&format!("its manifest does not read ({error})")))?;
    let signer = unproven.signer.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let Some(key) = trusted.iter().find(|key| key.id() == unproven.signer) else {
        let known: Vec<_> = trusted.iter().map(PublicKey::id).collect();
        let trusted = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(BundleError::Untrusted { path: bundle.to_owned(), signer, trusted });
    };
    if !key.proves(&signed(&manifest), &signature) {
        return Err(BundleError::BadSignature { path: bundle.to_owned(), signer });
    }
    let manifest = unproven;

    if manifest.knowledge_bytes > LARGEST_KNOWLEDGE {
        let bytes = manifest.knowledge_bytes;
        let why = format!("{bytes} bytes of knowledge are more than any there can be");
        return Err(BundleError::Content { path: bundle.to_owned(), why });
    }
    let head = line.len() as u64 + 1 + length as u64 + rest.len() as u64;
    let payload = total.saturating_sub(head);
    if payload != manifest.packed_bytes {
        let said = manifest.packed_bytes;
        return Err(cut(format!("{payload} bytes of knowledge follow, {said} were signed")));
    }
    Ok((manifest, reader))
}

fn signed(manifest: &[u8]) -> Vec<u8> {
    let mut message = format!("{MAGIC} {VERSION}\n").into_bytes();
    message.extend_from_slice(manifest);
    message
}

/// Reads up to a line feed, which is not returned, or up to `most` bytes.
fn read_line(reader: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut byte = [0];
    while line.len() < most && reader.read(&mut byte)? == 1 && byte != *b"\n" {
        line.extend_from_slice(&byte);
    }
    Ok(line)
}

/// Reads `\n`, 128 hexadecimal digits, `\n`.
fn signature(rest: &[u8; 130]) -> Option<[u8; 64]> {
    let [b'\n', digits @ .., b'\n'] = rest else { return None };
    let mut signature = [0; 64];
    for (byte, pair) in signature.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        // `from_str_radix` would take a sign.
        if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(signature)
}
