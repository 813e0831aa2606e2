//! Words for a person: counts with their nouns, lines broken to the screen.

pub(crate) use model::words::{capital, count, one_line, thousands};

use crate::terminal;

/// At most `most` names, and how many more there are.
pub(crate) fn names(all: &[&str], most: usize) -> String {
    let shown = all.iter().take(most).copied().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {} more", thousands(more)),
    }
}

/// Breaks lines at blanks to the width of the terminal; following lines get an indent. Ends with a
/// line break.
pub(crate) fn paragraph(text: &str, indent: &str) -> String {
    wrap(text, indent, usize::from(terminal::width()))
}

fn wrap(text: &str, indent: &str, width: usize) -> String {
    let lead: String = text.chars().take_while(|c| *c == ' ').collect();
    let mut column = lead.chars().count();
    let mut result = lead;
    let mut first = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !first && column + 1 + length > width {
            result.push('\n');
            result.push_str(indent);
            column = indent.chars().count();
        } else if !first {
            result.push(' ');
            column += 1;
        }
        result.push_str(word);
        column += length;
        first = false;
    }
    result.push('\n');
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_most_are_counted() {
        let all = ["a", "b", "c"];
        assert_eq!(names(&all, 3), "a, b, c");
        assert_eq!(names(&all, 2), "a, b and 1 more");
    }

    #[test]
    fn lines_break_at_blanks_and_keep_their_indent() {
        assert_eq!(wrap("  1. one two three", "     ", 12), "  1. one two\n     three\n");
        assert_eq!(wrap("a_word_longer_than_the_line", "", 10), "a_word_longer_than_the_line\n");
    }
}
