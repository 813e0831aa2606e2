//! Words for a person: counts with their nouns, lines broken to the screen.

use crate::terminal;

/// A count with its noun: "1 host", "3 hosts", "12,040 flaws".
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A number with commas, so that 1141 and 11411 are not taken for one another.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A name on one line: one with a line break in it could write a row of its own into a table.
pub(crate) fn one_line(name: &str) -> String {
    name.split(['\n', '\r'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

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
    fn counts_agree_with_their_nouns() {
        assert_eq!(count(0, "host", "hosts"), "0 hosts");
        assert_eq!(count(1, "host", "hosts"), "1 host");
        assert_eq!(count(1_234_567, "host", "hosts"), "1,234,567 hosts");
        assert_eq!(thousands(999), "999");
    }

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
