//! What an import comes to, in numbers and sentences.

use std::fmt;

use model::organisation::OrganisationCode;
use model::reading::Place;

/// What an import comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows that the file gave, mentioned codes included.
    pub rows: usize,
    /// Rows that changed nothing.
    pub unchanged: usize,
    /// Rows of sites that were left out.
    pub sites_left_out: usize,
    /// Organisations registered, those known by code only included.
    pub registered: usize,
    /// Of these, known by code only: other rows mention them.
    pub by_code_only: usize,
    /// Of those registered, how many have a kind that the file does not say: they are `other`.
    pub kind_unknown: usize,
    /// Opening days that became known.
    pub openings: usize,
    /// Names that changed or became known.
    pub renamed: usize,
    /// Kinds that changed.
    pub kinds: usize,
    /// Places in the hierarchy that changed or became known.
    pub moved: usize,
    /// Closings.
    pub closed: usize,
    /// Successors that became known later than the closing.
    pub succeeded: usize,
    /// Responsibilities and contacts that changed or became known.
    pub responsibilities: usize,
    /// Expected numbers of hosts that changed or became known.
    pub expected_hosts: usize,
    /// What was not taken.
    pub conflicts: usize,
}

impl fmt::Display for Summary {
    /// One line for each number that is not zero, the conflicts last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows read, {} of them change nothing", self.rows, self.unchanged)?;
        let lines = [
            (self.sites_left_out, "rows of sites left out: a site is no organisation"),
            (self.registered, "organisations registered"),
            (self.by_code_only, "of these known by code only: import a list that names them"),
            (
                self.kind_unknown,
                "of these without a kind, registered as `other`: say it in a column `kind`",
            ),
            (self.openings, "opening days that became known"),
            (self.renamed, "names that changed or became known"),
            (self.kinds, "kinds that changed"),
            (self.moved, "places in the hierarchy that changed or became known"),
            (self.closed, "organisations closed"),
            (self.succeeded, "closed organisations whose successor became known"),
            (self.responsibilities, "responsibilities and contacts that changed or became known"),
            (self.expected_hosts, "expected numbers of hosts that changed or became known"),
            (self.conflicts, "contradictions to the register, not taken: see each below"),
        ];
        for (count, words) in lines.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "\n{count} {words}")?;
        }
        Ok(())
    }
}

/// Something in a file that contradicts the register or itself, and was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where in the file it stands.
    pub place: Place,
    /// Of whom it speaks.
    pub organisation: OrganisationCode,
    /// What contradicts what, and what to do about it.
    pub message: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.organisation, self.message)
    }
}
