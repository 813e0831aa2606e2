//! Descriptions shortened to what a person reads at a glance.

/// Characters kept of a description.
const GLANCE: usize = 400;

/// The beginning of a text: markup left out, blanks made single. `None` if nothing is left.
pub(super) fn glance(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len().min(GLANCE + 16));
    let mut count = 0;
    let mut blank = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '<'
            && let Some(end) = tag_end(rest)
        {
            blank = true;
            rest = rest.get(end..).unwrap_or("");
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        if c.is_whitespace() || c.is_control() {
            blank = true;
            continue;
        }
        if count >= GLANCE {
            out.push('…');
            break;
        }
        if blank && !out.is_empty() {
            out.push(' ');
            count += 1;
        }
        blank = false;
        out.push(c);
        count += 1;
    }
    (!out.is_empty()).then_some(out)
}

/// Where a tag that begins the text ends; `a < b` is no tag.
fn tag_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let first = bytes.get(1)?;
    if !(first.is_ascii_alphabetic() || *first == b'/') {
        return None;
    }
    bytes.iter().take(200).position(|b| *b == b'>').map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_words_stay() {
        assert_eq!(glance("<p>A flaw\r\n in  <b>SMB</b>.</p>").as_deref(), Some("A flaw in SMB ."));
        assert_eq!(glance("fixed if x < 3").as_deref(), Some("fixed if x < 3"));
        assert_eq!(glance(" <br/> "), None);
        assert_eq!(glance(&"long ".repeat(500)).map(|t| t.chars().count() <= 402), Some(true));
    }
}
