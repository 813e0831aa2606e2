//! Names of objects: what may be one, so that a name is never a way out of the store.

use crate::Error;
use crate::error::cause;

/// Checks that a name is made of plain parts: no `..`, no empty part, nothing hidden.
pub(super) fn check(name: &str) -> Result<(), Error> {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
    };
    if name.split('/').all(plain) {
        return Ok(());
    }
    Err(Error::Object { path: name.to_owned(), source: cause("this is no name of an object") })
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_name_never_leads_out_of_the_store() {
        for name in ["checkpoint", "tile/0/x001/234.p/5", "blob/ab/abcd.zst"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".tmp/x", "a\\b", "C:x"] {
            assert!(check(name).is_err(), "{name}");
        }
    }
}
