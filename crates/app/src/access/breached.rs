//! A list of passwords that attackers know, in a file.
//!
//! Small lists are read through; the published one of a thousand million hashes is in their order,
//! and some thirty looks find a hash in it. The password itself leaves this machine in no form.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use sha1::{Digest as _, Sha1};

/// Lists up to this size are read through, whatever their order.
const READ_THROUGH_BYTES: u64 = 16 << 20;
/// A line of the list is no longer than this; what is longer is no password.
const LINE_BYTES: u64 = 4 << 10;
const HASH_DIGITS: usize = 40;

/// Whether a list has a password.
pub(super) fn has(list: &Path, password: &str) -> io::Result<bool> {
    let file = File::open(list)?;
    let length = file.metadata()?.len();
    let hash = crate::hex(&Sha1::digest(password)).to_ascii_uppercase();
    let mut lines = BufReader::new(file);
    let first = line(&mut lines)?;
    lines.seek(SeekFrom::Start(0))?;
    if length > READ_THROUGH_BYTES && hash_of(&first).is_some() {
        return halving(&mut lines, &hash, length);
    }
    loop {
        let line = line(&mut lines)?;
        if line.is_empty() {
            return Ok(false);
        }
        let found = match hash_of(&line) {
            Some(listed) => listed.eq_ignore_ascii_case(hash.as_bytes()),
            None => line.trim_ascii_end().eq_ignore_ascii_case(password.as_bytes()),
        };
        if found {
            return Ok(true);
        }
    }
}

/// Looks for a hash among lines in the order of their hashes.
fn halving(lines: &mut BufReader<File>, hash: &str, length: u64) -> io::Result<bool> {
    // `low` is where a line begins; if the hash is there, its line begins between `low` and `high`.
    let (mut low, mut high) = (0, length);
    while low < high {
        let middle = low + (high - low) / 2;
        let mut begins = middle;
        if middle > low {
            lines.seek(SeekFrom::Start(middle - 1))?;
            begins = middle - 1 + rest_of_line(lines)?;
        } else {
            lines.seek(SeekFrom::Start(middle))?;
        }
        if begins >= high {
            high = middle;
            continue;
        }
        let line = line(lines)?;
        let listed = hash_of(&line).map(<[u8]>::to_ascii_uppercase).unwrap_or_default();
        match listed.as_slice().cmp(hash.as_bytes()) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => {
                low = begins + u64::try_from(line.len()).unwrap_or(1).max(1);
            }
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(false)
}

/// A line with its end; empty at the end of the file. Of one that is too long the rest is passed over.
fn line(lines: &mut BufReader<File>) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    lines.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line)?;
    if line.len() as u64 == LINE_BYTES && !line.ends_with(b"\n") {
        rest_of_line(lines)?;
    }
    Ok(line)
}

/// Passes over what is left of a line; says how many bytes.
fn rest_of_line(lines: &mut BufReader<File>) -> io::Result<u64> {
    lines.skip_until(b'\n').map(|count| count as u64)
}

/// The hash at the beginning of a line.
fn hash_of(line: &[u8]) -> Option<&[u8]> {
    let hash = line.get(..HASH_DIGITS)?;
    let ends = line.get(HASH_DIGITS).is_none_or(|next| b":\r\n".contains(next));
    (ends && hash.iter().all(u8::is_ascii_hexdigit)).then_some(hash)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn list(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn hash(password: &str) -> String {
        crate::hex(&Sha1::digest(password)).to_ascii_uppercase()
    }

    #[test]
    fn plain_words_are_found_whatever_their_case_and_order() {
        let list = list("zebra crossing\r\nAnother Known One\nlast-without-end");
        for known in ["zebra crossing", "another known one", "last-without-end"] {
            assert!(has(list.path(), known).unwrap(), "{known}");
        }
        assert!(!has(list.path(), "zebra").unwrap());
        assert!(!has(list.path(), "").unwrap());
    }

    #[test]
    fn hashes_are_found_with_their_counts_in_any_case() {
        let text = format!("{}:3\n{}\n", hash("one known"), hash("other known").to_lowercase());
        let list = list(&text);
        assert!(has(list.path(), "one known").unwrap());
        assert!(has(list.path(), "other known").unwrap());
        assert!(!has(list.path(), "unknown").unwrap());
    }

    #[test]
    fn halving_finds_every_hash_of_a_list_in_order_and_no_other() {
        for count in [0_usize, 1, 2, 3, 50, 257] {
            let mut lines: Vec<String> =
                (0..count).map(|n| format!("{}:{n}", hash(&format!("known {n}")))).collect();
            lines.sort();
            let list = list(&(lines.join("\r\n") + "\r\n"));
            let length = list.as_file().metadata().unwrap().len();
            let look = |password: &str| {
                let mut lines = BufReader::new(File::open(list.path()).unwrap());
                halving(&mut lines, &hash(password), length).unwrap()
            };
            for n in 0..count {
                assert!(look(&format!("known {n}")), "{n} of {count}");
                assert!(!look(&format!("unknown {n}")), "{n} of {count}");
            }
        }
    }
}
