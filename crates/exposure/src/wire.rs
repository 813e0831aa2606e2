//! Numbers and texts as bytes: what the packed forms of evidence and index are made of.
//!
//! Little-endian; numbers that are mostly small take one byte for each seven bits. A reader never
//! panics and never allocates by a number that the bytes state. It must not know what the numbers
//! mean.

/// Why bytes cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it does not hold together at byte {0} of its tables")]
pub struct WireError(pub usize);

/// Bytes in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
            value >>= 7;
        }
        self.bytes.push(u8::try_from(value).unwrap_or(0));
    }

    pub(crate) fn count(&mut self, value: usize) {
        self.number(value as u64);
    }

    pub(crate) fn signed(&mut self, value: i64) {
        self.number((value << 1 ^ value >> 63).cast_unsigned());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A text or none, told apart by the length plus one.
    pub(crate) fn maybe_text(&mut self, text: Option<&str>) {
        match text {
            None => self.number(0),
            Some(text) => {
                self.count(text.len() + 1);
                self.bytes.extend_from_slice(text.as_bytes());
            }
        }
    }
}

/// Bytes being read.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    pub(crate) const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) const fn error(&self) -> WireError {
        WireError(self.at)
    }

    pub(crate) fn is_done(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(crate) const fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'b [u8], WireError> {
        let end = self.at.checked_add(len).ok_or_else(|| self.error())?;
        let taken = self.bytes.get(self.at..end).ok_or_else(|| self.error())?;
        self.at = end;
        Ok(taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, WireError> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(|| self.error())?;
        self.at += 1;
        Ok(byte)
    }

    pub(crate) fn number(&mut self) -> Result<u64, WireError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(self.error());
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.error())
    }

    pub(crate) fn signed(&mut self) -> Result<i64, WireError> {
        let value = self.number()?;
        Ok((value >> 1).cast_signed() ^ -((value & 1).cast_signed()))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, WireError> {
        u32::try_from(self.number()?).map_err(|_| self.error())
    }

    pub(crate) fn i32(&mut self) -> Result<i32, WireError> {
        i32::try_from(self.signed()?).map_err(|_| self.error())
    }

    pub(crate) fn u16(&mut self) -> Result<u16, WireError> {
        u16::try_from(self.number()?).map_err(|_| self.error())
    }

    /// A number of things that each take `least` bytes or more: more than can be there is refused
    /// before room is made for them.
    pub(crate) fn count(&mut self, least: usize) -> Result<usize, WireError> {
        let count = usize::try_from(self.number()?).map_err(|_| self.error())?;
        let possible = self.left().checked_div(least).unwrap_or(usize::MAX);
        if count > possible { Err(self.error()) } else { Ok(count) }
    }

    pub(crate) fn text(&mut self) -> Result<&'b str, WireError> {
        let len = self.count(1)?;
        let bytes = self.take(len)?;
        std::str::from_utf8(bytes).map_err(|_| self.error())
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<&'b str>, WireError> {
        let len = usize::try_from(self.number()?).map_err(|_| self.error())?;
        let Some(len) = len.checked_sub(1) else { return Ok(None) };
        let bytes = self.take(len)?;
        std::str::from_utf8(bytes).map(Some).map_err(|_| self.error())
    }
}

/// A little-endian number at a place of a table that was checked when it was opened; 0 outside.
pub(crate) fn u32_at(bytes: &[u8], position: usize) -> u32 {
    bytes
        .get(position * 4..position * 4 + 4)
        .map_or(0, |b| u32::from_le_bytes(b.try_into().unwrap_or_default()))
}

/// As [`u32_at`].
pub(crate) fn u16_at(bytes: &[u8], position: usize) -> u16 {
    bytes
        .get(position * 2..position * 2 + 2)
        .map_or(0, |b| u16::from_le_bytes(b.try_into().unwrap_or_default()))
}

/// As [`u32_at`].
pub(crate) fn u64_at(bytes: &[u8], position: usize) -> u64 {
    bytes
        .get(position * 8..position * 8 + 8)
        .map_or(0, |b| u64::from_le_bytes(b.try_into().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_again(numbers: Vec<(u64, i64)>, texts: Vec<Option<String>>) {
            let mut writer = Writer::default();
            for (number, signed) in &numbers {
                writer.number(*number);
                writer.signed(*signed);
            }
            for text in &texts {
                writer.maybe_text(text.as_deref());
            }
            let mut reader = Reader::new(&writer.bytes);
            for (number, signed) in &numbers {
                prop_assert_eq!(reader.number(), Ok(*number));
                prop_assert_eq!(reader.signed(), Ok(*signed));
            }
            for text in &texts {
                prop_assert_eq!(reader.maybe_text(), Ok(text.as_deref()));
            }
            prop_assert!(reader.is_done());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.number().is_ok() {}
            let mut reader = Reader::new(&bytes);
            while reader.text().is_ok() {}
        }
    }
}
