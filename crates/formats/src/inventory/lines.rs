//! Lines of text with their numbers, whatever ends them: `\n`, `\r\n`, `\r\r\n` (what `wmic` makes
//! of a pipe) and a lone `\r` (what a progress message leaves).

/// The lines of a text, counted from 1, without what ends them.
pub(crate) fn lines(text: &str) -> Lines<'_> {
    Lines { rest: text, next: 1 }
}

/// See [`lines`].
#[derive(Clone, Debug)]
pub(crate) struct Lines<'a> {
    rest: &'a str,
    next: u32,
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u32, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let number = self.next;
        let bytes = self.rest.as_bytes();
        let end = bytes.iter().position(|b| matches!(b, b'\n' | b'\r'));
        let (line, rest) = match end {
            None => (self.rest, ""),
            Some(end) => {
                let tail = bytes.get(end..).unwrap_or(&[]);
                let returns = tail.iter().take_while(|b| **b == b'\r').count();
                let newline = usize::from(tail.get(returns) == Some(&b'\n'));
                // Returns before a line feed end the same line; a return alone ends its own.
                let skip = if newline == 1 { returns + 1 } else { 1 };
                (self.rest.get(..end).unwrap_or(""), self.rest.get(end + skip..).unwrap_or(""))
            }
        };
        self.rest = rest;
        self.next = self.next.saturating_add(1);
        Some((number, line))
    }
}

/// Tells the line of byte offsets that only grow: the CSV reader's own count leaves blank lines out.
#[derive(Clone, Debug)]
pub(crate) struct LineOf<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> LineOf<'a> {
    /// Begins at the first line of a text.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of the first text at or behind an offset.
    pub(crate) fn offset(&mut self, offset: u64) -> u32 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.text.len());
        let rest = self.text.as_bytes().get(offset..).unwrap_or(&[]);
        let blank = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let to = offset + blank;
        let passed = self.text.as_bytes().get(self.at..to).unwrap_or(&[]);
        let newlines = passed.split(|b| *b == b'\n').count() - 1;
        self.line = self.line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        self.at = self.at.max(to);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_counts_once() {
        let all: Vec<_> = lines("a\r\nb\nc\r\r\n\r\nwait\rd").collect();
        assert_eq!(all, [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "wait"), (6, "d")]);
    }
}
