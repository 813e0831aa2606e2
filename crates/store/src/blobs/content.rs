//! Packing and unpacking: zstd outside, the hash of what is inside.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use sha2::{Digest as _, Sha256};

use super::BlobId;
use crate::Error;
use crate::objects::of_file;

/// Fast, and half the size of evidence is gone.
const LEVEL: i32 = 3;

pub(super) fn pack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    zstd::encode_all(bytes, LEVEL).map_err(nameless)
}

/// Packs a stream into a temporary file, hashing on the way.
pub(super) fn pack_stream(mut from: impl Read) -> Result<(BlobId, File), Error> {
    let file = tempfile::tempfile().map_err(nameless)?;
    let mut hash = Sha256::new();
    let mut to = zstd::Encoder::new(file, LEVEL).map_err(nameless)?;
    let mut piece = vec![0; 1 << 17];
    loop {
        let length = match from.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other.map_err(nameless)?,
        };
        let Some(bytes) = piece.get(..length).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        to.write_all(bytes).map_err(nameless)?;
    }
    let file = to.finish().map_err(nameless)?;
    Ok((BlobId::new(hash.finalize().into()), file))
}

fn nameless(source: io::Error) -> Error {
    of_file(std::path::Path::new("a temporary file"), source)
}

/// Reads a blob and proves it at its end.
pub struct BlobReader {
    id: BlobId,
    hash: Sha256,
    from: zstd::Decoder<'static, BufReader<File>>,
    packed_bytes: u64,
}

impl BlobReader {
    pub(super) fn new(id: BlobId, file: File) -> io::Result<Self> {
        let packed_bytes = file.metadata()?.len();
        Ok(Self { id, hash: Sha256::new(), from: zstd::Decoder::new(file)?, packed_bytes })
    }

    /// How many bytes it takes as it is kept: what reading it costs follows from that.
    pub const fn packed_bytes(&self) -> u64 {
        self.packed_bytes
    }
}

impl fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobReader").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, Error::BlobDamaged(self.id));
        let length = match self.from.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            // What zstd cannot unpack was not packed by us.
            other => other.map_err(|_| damaged())?,
        };
        if length == 0 && BlobId::new(self.hash.clone().finalize().into()) != self.id {
            return Err(damaged());
        }
        self.hash.update(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}
