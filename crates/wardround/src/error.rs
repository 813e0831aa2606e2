//! One error at the edge: what happened, why, what to do; the exit code follows from its kind.

use std::error::Error;
use std::fmt;

/// Why a command could not do what it was asked.
#[derive(Debug)]
pub(crate) struct CliError {
    kind: Kind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    hints: Vec<String>,
}

/// Kinds of error, each with its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Wrong use: an argument that cannot be used. Exit code 2, as clap's own.
    Usage,
    /// No input could be read. Exit code 3.
    NoInput,
    /// Something else failed. Exit code 4.
    Failed,
    /// The reader of our output has gone; nobody is left to tell. Exit code 0.
    Quiet,
}

impl CliError {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None, hints: Vec::new() }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    pub(crate) fn quiet() -> Self {
        Self::new(Kind::Quiet, "")
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.kind == Kind::Quiet
    }

    pub(crate) fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub(crate) const fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Usage => 2,
            Kind::NoInput => 3,
            Kind::Failed => 4,
            Kind::Quiet => 0,
        }
    }
}

impl fmt::Display for CliError {
    /// The message, its causes one a line, then the hints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        let mut cause: Option<&dyn Error> = self.source.as_ref().map(|s| &**s as &dyn Error);
        while let Some(error) = cause {
            // Some causes (of TOML) show the line they complain of and end with a line break.
            let cause_words = error.to_string();
            write!(f, "\n  because: {}", cause_words.trim_end().replace('\n', "\n    "))?;
            cause = error.source();
        }
        for hint in &self.hints {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}
