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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_counts_once() {
        let all: Vec<_> = lines("a\r\nb\nc\r\r\n\r\nwait\rd").collect();
        assert_eq!(all, [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "wait"), (6, "d")]);
    }
}
