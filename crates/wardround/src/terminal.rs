//! The only place that prints, and that knows whether a person looks on.

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

/// Prints a line to standard error. Failure to complain cannot be complained about.
pub(crate) fn complain(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
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
