//! The judgement: knowledge × host → verdicts with reasons.
//!
//! ```text
//! Question (knowledge, instant, selection)  ×  Host  →  HostVerdicts { lines, unrecognised, notes }
//! ```
//! One function for one file on a laptop and for a nation's hosts: [`judge`]. It reads no clock and
//! allocates little; words are made only when a person asks ([`Reason`]'s sentence).

mod absent;
mod architecture;
mod chorus;
mod combine;
mod kind;
mod line;
mod package;
mod plan;
mod prepared;
mod question;
mod reason;
mod scanner;
mod shown;
mod single;
mod urgency;
mod windows;

pub use kind::{ReasonKind, RestsOn};
pub use line::{
    Disagreement, HostVerdicts, Line, Remedy, RowRef, Unrecognised, UnrecognisedKind,
    VulnerabilityRef,
};
pub use plan::{Step, steps};
pub use question::{Question, Selected, Selection};
pub use reason::{Reason, sentence};
pub use shown::complete_lists;
pub use urgency::{Severity, Urgency, spreads, urgency};

pub(crate) use question::select;
pub(crate) use scanner::{Weighed, claimed, gravity, weigh_step};
pub(crate) use shown::{Matter, Shown};
pub(crate) use single::{
    Default as SystemDefault, Distribution, ItemIdentity, absent_default, cumulative_month_of,
    distribution_of, identity_of, keys_of_item, printed_of, silent_default, spoken_of_item,
};

use crate::host::{Host, Standing};

/// Judges a host.
pub fn judge<'q>(question: &'q Question<'_>, host: &Host) -> HostVerdicts<'q> {
    let standing = Standing::of(host);
    let products = standing.windows.map_or_else(Vec::new, |w| question.products_of(w));
    let own = if standing.shows_level() { products.as_slice() } else { &[] };
    let (mut answers, mut parts) = (Vec::new(), Vec::new());
    let mut unrecognised = Vec::new();
    let mut notes = host.notes.clone();
    windows::judge(question, host, &standing, own, &mut answers, &mut unrecognised);
    absent::judge(question, &standing, own, &mut parts);
    package::judge(question, host, &standing, &mut parts, &mut unrecognised);
    let findings = scanner::findings(question, host);
    let lines = combine::lines(question, host, &standing, own, answers, parts, &findings);
    combine::notes(host, &standing, &mut notes);
    HostVerdicts {
        host: host.label.clone(),
        products,
        product: combine::product_words(&standing),
        build: standing.build.map(|(_, build)| build.to_string()),
        lines,
        unrecognised,
        notes,
    }
}
