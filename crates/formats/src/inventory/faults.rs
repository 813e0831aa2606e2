//! Faults of a document against its specification, and what they mean for reading it.
//!
//! A fault in what we use refuses the document; any other is a warning that names it.

use std::fmt::Write as _;

use model::reading::{Place, ReadError, Warning};

/// Something that breaks a rule of the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// JSON pointer to the place.
    pub(super) path: String,
    pub(super) message: String,
    /// Whether it touches what we use of a document.
    pub(super) used: bool,
    /// Whether the document is valid all the same: a reference that leads nowhere.
    pub(super) allowed: bool,
}

/// Faults beyond this number are counted, not kept.
pub(super) const KEPT_FAULTS: usize = 200;

/// All faults of a document, in its order, and how many more there were.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) kept: Vec<Fault>,
    pub(super) more: usize,
    /// Whether one of those not kept touches what we use.
    pub(super) more_used: bool,
}

impl Faults {
    pub(super) fn add(&mut self, path: &str, used: bool, message: String) {
        if self.kept.len() < KEPT_FAULTS {
            self.kept.push(Fault { path: path.to_owned(), message, used, allowed: false });
        } else {
            self.more += 1;
            self.more_used |= used;
        }
    }

    /// Adds something a document may have but that a person should know.
    pub(super) fn add_allowed(&mut self, path: &str, message: String) {
        self.add(path, false, message);
        if let Some(fault) = self.kept.last_mut().filter(|fault| fault.path == path) {
            fault.allowed = true;
        }
    }

    /// What the faults mean: a refusal, or warnings. `place` makes a place of a pointer.
    pub(super) fn judge(
        self,
        standard: &str,
        place: &dyn Fn(String) -> Place,
    ) -> Result<Vec<Warning>, ReadError> {
        let place = |path: String| if path.is_empty() { Place::Whole } else { place(path) };
        let used = self.kept.iter().find(|fault| fault.used);
        if used.is_some() || self.more_used {
            let others = (self.kept.len() + self.more).saturating_sub(1);
            let (path, mut message) = match used {
                Some(fault) => (fault.path.clone(), fault.message.clone()),
                None => (String::new(), "too many faults to list".to_owned()),
            };
            if others > 0 {
                let _ = write!(message, " ({others} more faults in the document)");
            }
            return Err(ReadError::new(
                place(path),
                format!("not valid {standard}: {message}"),
                "correct it, or have its generator write what the specification asks",
            ));
        }
        let mut warnings: Vec<Warning> = self
            .kept
            .into_iter()
            .map(|fault| {
                let message = if fault.allowed {
                    fault.message
                } else {
                    format!("not valid {standard}: {}; read without it", fault.message)
                };
                Warning::new(place(fault.path), message)
            })
            .collect();
        if self.more > 0 {
            warnings.push(Warning::new(
                Place::Whole,
                format!("not valid {standard}: {} more faults", self.more),
            ));
        }
        Ok(warnings)
    }
}
