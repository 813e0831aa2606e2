//! The only place that prints, and that knows whether a person looks on.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use crate::error::CliError;

/// Prints to standard output. A closed pipe ends the program quietly, as `head` expects.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(CliError::quiet()),
        Err(error) => Err(CliError::failed("the answer could not be written").because(error)),
    }
}

/// Prints words for a person, in which names from evidence and advisories may stand.
pub(crate) fn print_words(text: &str) -> Result<(), CliError> {
    print(&clean(text))
}

/// Prints a line to standard error. Failure to complain cannot be complained about.
pub(crate) fn complain(text: &str) {
    drop(writeln!(io::stderr().lock(), "{}", clean(text)));
}

/// The text without what would steer the terminal or turn the order of reading: a host may call
/// itself an escape sequence that clears the screen or hides a line. Our own bold is left.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let is_bold = rest.starts_with("\u{1b}[1m") || rest.starts_with("\u{1b}[0m");
        cleaned.push(if steers(c) && !is_bold { char::REPLACEMENT_CHARACTER } else { c });
    }
    Cow::Owned(cleaned)
}

/// Whether colours are wanted on standard output: a terminal, and neither `NO_COLOR`
/// (no-color.org) nor a dumb terminal.
pub(crate) fn wants_colour() -> bool {
    io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        && std::env::var_os("TERM").is_none_or(|t| t != "dumb")
}

/// Width of the terminal for tables; 100 where there is none.
pub(crate) fn width() -> u16 {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|c| c.parse().ok())
        .filter(|w| (40..=400).contains(w))
        .unwrap_or(100)
}

/// A bar for long work; hidden unless standard error is a terminal.
pub(crate) fn bar(length: u64, what: &'static str) -> indicatif::ProgressBar {
    if !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(length);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_steer_the_terminal_is_taken_out() {
        let evil = "\u{1b}[2J\u{1b}]0;title\u{7}a\rb\u{9b}31m\u{202e}c\n\td";
        assert_eq!(
            clean(evil),
            "\u{fffd}[2J\u{fffd}]0;title\u{fffd}a\u{fffd}b\u{fffd}31m\u{fffd}c\n\td"
        );
        let own = "\u{1b}[1mbold\u{1b}[0m, Zürich";
        assert_eq!(clean(own), own);
    }
}
