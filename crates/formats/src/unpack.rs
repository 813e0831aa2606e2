//! Opens zip and gzip archives in memory, archives inside them once, with hard limits.
//!
//! Nothing is written anywhere. One bad member never costs the others: it becomes a warning that
//! names it. [`for_each_member`] hands members over one by one, so that an archive of 10,000 hosts
//! is never held whole; [`unpack`] collects them.
//!
//! ```
//! use formats::unpack::{Limits, is_archive, unpack};
//! assert!(!is_archive(b"Host Name: WARD-7"));
//! assert!(unpack(b"PK\x03\x04 cut off", Some("wards.zip"), &Limits::default()).is_err());
//! ```

use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;

use flate2::bufread::MultiGzDecoder;
use model::reading::{Place, ReadError, Warning};
use zip::ZipArchive;
use zip::result::ZipError;

/// What an archive may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Members in all, those of inner archives included.
    pub members: usize,
    /// Bytes of one unpacked member.
    pub member_bytes: u64,
    /// Unpacked bytes in all.
    pub total_bytes: u64,
    /// How many times larger than packed something may become. Reports and logs shrink to a
    /// fiftieth at best; the worst deflate can do, and bombs do, is a thousandth.
    pub ratio: u64,
    /// Unpacked bytes below which the ratio does not matter.
    pub ratio_free_bytes: u64,
    /// Archives inside archives: 1 opens those directly inside.
    pub nesting: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            members: 200_000,
            member_bytes: 1 << 30,
            total_bytes: 4 << 30,
            ratio: 250,
            ratio_free_bytes: 16 << 20,
            nesting: 1,
        }
    }
}

impl Limits {
    /// What `packed` bytes may become.
    fn allowance(&self, packed: u64, ceiling: u64) -> u64 {
        packed.saturating_mul(self.ratio).max(self.ratio_free_bytes).min(ceiling)
    }
}

/// What is left for several archives that came together: each takes from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Members.
    pub members: usize,
    /// Unpacked bytes.
    pub bytes: u64,
}

impl Budget {
    /// All that limits allow.
    pub const fn of(limits: &Limits) -> Self {
        Self { members: limits.members, bytes: limits.total_bytes }
    }
}

/// A file from an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Path inside the archive, made harmless: no root, no drive, no `..`, `/` between folders.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Everything from an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The files.
    pub members: Vec<Member>,
    /// What could not be unpacked, each with the member's name.
    pub warnings: Vec<Warning>,
}

/// Whether a file begins as a zip or gzip archive does.
pub fn is_archive(bytes: &[u8]) -> bool {
    is_zip(bytes) || is_gzip(bytes)
}

/// Unpacks an archive whole.
pub fn unpack(
    bytes: &[u8],
    file_name: Option<&str>,
    limits: &Limits,
) -> Result<Unpacked, ReadError> {
    let mut all = Unpacked::default();
    for_each_member(bytes, file_name, limits, &mut |item| {
        match item {
            Ok(member) => all.members.push(member),
            Err(warning) => all.warnings.push(warning),
        }
        ControlFlow::Continue(())
    })?;
    Ok(all)
}

/// Hands over members, and warnings for those that cannot be unpacked, one by one, until `each`
/// breaks. An error means that nothing at all could be unpacked.
pub fn for_each_member(
    bytes: &[u8],
    file_name: Option<&str>,
    limits: &Limits,
    each: &mut dyn FnMut(Result<Member, Warning>) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    for_each_member_within(bytes, file_name, (limits, &mut Budget::of(limits)), each)
}

/// As [`for_each_member`], for one of several archives that share a budget.
pub fn for_each_member_within(
    bytes: &[u8],
    file_name: Option<&str>,
    (limits, budget): (&Limits, &mut Budget),
    each: &mut dyn FnMut(Result<Member, Warning>) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    if !is_archive(bytes) {
        return Err(ReadError::new(Place::Whole, "neither a zip nor a gzip archive", AGAIN));
    }
    let own = limits.allowance(bytes.len() as u64, limits.total_bytes).max(
        // Many small members may together pass what the ratio leaves free for one.
        limits.ratio_free_bytes.saturating_mul(4).min(limits.total_bytes),
    );
    let mut walk =
        Walk { limits, left: own.min(budget.bytes), budget, delivered: 0, first_fault: None, each };
    let _stopped = walk.archive(bytes, "", file_name.unwrap_or(""), 0);
    match walk.first_fault {
        Some(fault) if walk.delivered == 0 => {
            Err(ReadError::new(fault.place, fault.message, AGAIN))
        }
        _ => Ok(()),
    }
}

const TOO_MANY: &str = "there are more members than the limit; the rest was left out";
const AGAIN: &str = "pack the files again, or pass them unpacked";

fn is_zip(bytes: &[u8]) -> bool {
    // A local header, or the end record of an empty archive.
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B, 0x08])
}

/// Office documents and programs are zip archives too, but not of evidence.
fn is_document(names: &[String]) -> bool {
    names.iter().any(|name| name == "[Content_Types].xml" || name == "META-INF/MANIFEST.MF")
}

struct Walk<'a> {
    limits: &'a Limits,
    /// Bytes of this archive that may still be unpacked.
    left: u64,
    /// What it shares with others.
    budget: &'a mut Budget,
    delivered: usize,
    first_fault: Option<Warning>,
    each: &'a mut dyn FnMut(Result<Member, Warning>) -> ControlFlow<()>,
}

/// Why a stream of packed bytes was given up.
enum Fault {
    /// Larger than anything real.
    TooLarge(String),
    /// Cut off or damaged.
    Damaged(String),
}

impl Walk<'_> {
    fn archive(
        &mut self,
        bytes: &[u8],
        folder: &str,
        file_name: &str,
        depth: u32,
    ) -> ControlFlow<()> {
        if is_gzip(bytes) {
            self.gzip(bytes, folder, file_name, depth)
        } else {
            self.zip(bytes, folder, depth)
        }
    }

    fn gzip(&mut self, bytes: &[u8], folder: &str, file_name: &str, depth: u32) -> ControlFlow<()> {
        let decoder = MultiGzDecoder::new(bytes);
        let own_name = decoder
            .header()
            .and_then(|header| header.filename())
            .map(|name| String::from_utf8_lossy(name).into_owned());
        // Only its own name: the folders that it lies in are no part of what is inside.
        let stem = file_name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or(file_name)
            .rsplit_once('.')
            .filter(|(_, ending)| ending.eq_ignore_ascii_case("gz"))
            .map(|(stem, _)| stem.to_owned());
        let name = stem.or(own_name).unwrap_or_else(|| "content".to_owned());
        let path = join(folder, &harmless(&name));
        self.content(decoder, bytes.len() as u64, 0, path, depth)
    }

    fn zip(&mut self, bytes: &[u8], folder: &str, depth: u32) -> ControlFlow<()> {
        let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(error) => return self.broken_zip(bytes, folder, depth, &error),
        };
        let names: Vec<String> = archive
            .file_names_raw()
            .take(1000)
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        if is_document(&names) {
            return self.fault(
                folder,
                "this is an office document or a program, not an archive of evidence; save a \
                 spreadsheet as CSV",
            );
        }
        // A directory can list the same packed bytes many times over; what is listed once fits.
        let mut unlisted = bytes.len() as u64;
        for index in 0..archive.len() {
            // First without decryption, only to learn what it is.
            let (name, packed, declared, encrypted, is_file) = match archive.by_index_raw(index) {
                Ok(file) => (
                    String::from_utf8_lossy(file.name_raw()).into_owned(),
                    file.compressed_size(),
                    file.size(),
                    file.encrypted(),
                    file.is_file(),
                ),
                Err(error) => {
                    let name = names.get(index).map_or("", String::as_str);
                    self.fault(&join(folder, &harmless(name)), &describe(&error))?;
                    continue;
                }
            };
            if !is_file || is_noise(&name) {
                continue;
            }
            let path = join(folder, &harmless(&name));
            let Some(rest) = unlisted.checked_sub(packed) else {
                self.fault(
                    &path,
                    "the archive lists the same bytes more than once, as only one made to do harm \
                     does; the rest was left out",
                )?;
                return ControlFlow::Break(());
            };
            unlisted = rest;
            if encrypted {
                self.fault(&path, "is encrypted; pack it again without a password")?;
                continue;
            }
            match archive.by_index(index) {
                Ok(file) => {
                    // A header can claim any packed size; there are no more bytes than the archive.
                    let packed = packed.min(bytes.len() as u64);
                    self.content(file, packed, declared, path, depth)?;
                }
                Err(error) => self.fault(&path, &describe(&error))?,
            }
        }
        ControlFlow::Continue(())
    }

    /// A zip without its directory, which stands at the end: members are read from the beginning
    /// as far as they go.
    fn broken_zip(
        &mut self,
        bytes: &[u8],
        folder: &str,
        depth: u32,
        error: &ZipError,
    ) -> ControlFlow<()> {
        let mut cursor = Cursor::new(bytes);
        loop {
            let at = usize::try_from(cursor.position()).unwrap_or(usize::MAX);
            let rest = bytes.get(at..).unwrap_or(&[]);
            let name = local_name(rest).unwrap_or_default();
            let path = join(folder, &harmless(&name));
            let cut = "the archive is cut off or damaged";
            match zip::read::read_zipfile_from_stream(&mut cursor) {
                Ok(Some(file)) => {
                    if !file.is_file() || is_noise(&name) {
                        continue;
                    }
                    let packed = file.compressed_size().min(rest.len() as u64);
                    let declared = file.size();
                    self.content(file, packed, declared, path, depth)?;
                }
                Ok(None) => {
                    return self.fault(
                        folder,
                        &format!("{cut} ({}): members may be missing", describe(error)),
                    );
                }
                Err(inner) => {
                    let inner = describe(&inner);
                    return self
                        .fault(&path, &format!("{cut} here ({inner}); what follows is lost"));
                }
            }
            if usize::try_from(cursor.position()).unwrap_or(usize::MAX) <= at {
                return self.fault(folder, cut);
            }
        }
    }

    /// Unpacks one member and hands it over, or opens it if it is an archive itself.
    fn content(
        &mut self,
        reader: impl Read,
        packed: u64,
        declared: u64,
        path: String,
        depth: u32,
    ) -> ControlFlow<()> {
        let Some(members) = self.budget.members.checked_sub(1) else {
            self.fault(&path, TOO_MANY)?;
            return ControlFlow::Break(());
        };
        self.budget.members = members;
        match self.bytes(reader, packed, declared) {
            Err(Fault::TooLarge(message) | Fault::Damaged(message)) => self.fault(&path, &message),
            Ok(bytes) if is_archive(&bytes) => {
                if depth >= self.limits.nesting {
                    return self.fault(
                        &path,
                        "is an archive inside an archive inside an archive; unpack the outer one",
                    );
                }
                let name = path.rsplit('/').next().unwrap_or("").to_owned();
                // A gzip of a zip keeps its name; members of a zip get it as their folder.
                let folder = if is_gzip(&bytes) {
                    path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
                } else {
                    path
                };
                self.archive(&bytes, &folder, &name, depth + 1)
            }
            Ok(bytes) => {
                self.delivered += 1;
                (self.each)(Ok(Member { path, bytes }))
            }
        }
    }

    fn bytes(&mut self, reader: impl Read, packed: u64, declared: u64) -> Result<Vec<u8>, Fault> {
        let allowed = self.limits.allowance(packed, self.limits.member_bytes);
        let bound = allowed.min(self.left);
        // A header can claim any size; memory follows what really comes.
        let expected = usize::try_from(declared.min(1 << 20)).unwrap_or(0);
        let mut bytes = Vec::with_capacity(expected);
        let result = read_within(reader, bound.saturating_add(1), &mut bytes);
        let length = bytes.len() as u64;
        self.left = self.left.saturating_sub(length);
        self.budget.bytes = self.budget.bytes.saturating_sub(length);
        if length > bound {
            return Err(Fault::TooLarge(if allowed <= bound {
                format!(
                    "unpacks to more than {allowed} bytes from {packed}, as only an archive made \
                     to do harm does; it was left out, pass it unpacked if it is genuine"
                )
            } else {
                "would pass the limit for all that came together; it was left out, pass it by itself"
                    .to_owned()
            }));
        }
        match result {
            Ok(()) => Ok(bytes),
            Err(error) => Err(Fault::Damaged(format!("is cut off or damaged ({error})"))),
        }
    }

    fn fault(&mut self, path: &str, message: &str) -> ControlFlow<()> {
        let place = if path.is_empty() { Place::Whole } else { Place::Path(path.to_owned()) };
        let warning = Warning::new(place, message);
        if self.first_fault.is_none() {
            self.first_fault = Some(warning.clone());
        }
        (self.each)(Err(warning))
    }
}

/// Reads at most `most` bytes. Memory doubles as it fills, but never beyond what may come.
fn read_within(mut reader: impl Read, most: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    const FIRST: usize = 1 << 16;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    loop {
        let left = most.saturating_sub(bytes.len());
        if bytes.capacity() == bytes.len() {
            bytes.try_reserve_exact(bytes.len().max(FIRST).min(left))?;
        }
        let room = (bytes.capacity() - bytes.len()).min(left) as u64;
        if room == 0 || reader.by_ref().take(room).read_to_end(bytes)? == 0 {
            return Ok(());
        }
    }
}

fn describe(error: &ZipError) -> String {
    match error {
        ZipError::CompressionMethodNotSupported(method) => {
            format!("is packed by method {method}; pack it again with \"deflate\"")
        }
        other => other.to_string(),
    }
}

/// The name in the local header at the beginning of `bytes` (APPNOTE 4.3.7: its length at 26, the
/// name itself at 30).
fn local_name(bytes: &[u8]) -> Option<String> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let length = u16::from_le_bytes([*bytes.get(26)?, *bytes.get(27)?]);
    let name = bytes.get(30..30 + usize::from(length))?;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// What file managers leave in archives.
fn is_noise(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.ends_with("/.DS_Store") || name.ends_with("Thumbs.db")
}

fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}

/// A path without root, drive, `.`, `..` and control characters.
fn harmless(name: &str) -> String {
    let parts: Vec<String> = name
        .replace('\\', "/")
        .split('/')
        .map(|part| part.chars().filter(|c| !c.is_control()).take(255).collect::<String>())
        .filter(|part| !matches!(part.as_str(), "" | "." | "..") && !part.ends_with(':'))
        .take(32)
        .collect();
    if parts.is_empty() { "member".to_owned() } else { parts.join("/") }
}
