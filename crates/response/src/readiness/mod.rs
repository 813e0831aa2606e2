//! How ready one organisation has shown itself to be, as at an instant: a few parts, each with its number, of how many,
//! and why. No sum hides the parts: the verdict is the worst of them.
//!
//! Only what is shown counts: hosts that evidence settles, claims with which evidence agreed, alerts that were
//! answered in time. So evidence that is taken away can only lower a part, and what is not known is never
//! better than what is known to be good. That evidence contradicted a claim is said, and costs no more than that
//! nothing was ever shown: who shows what is bad must not stand below who shows nothing.

mod answering;
mod contacts;
mod estate;
mod facts;
mod level;
mod part;
mod veracity;

pub use facts::{Asked, Contacts, Estate, Facts, Named, Said};
pub use level::Level;
pub use part::{Kind, Part, Row};
pub use veracity::{Claim, Month, Outcome, Sums, WORD_HOLDS_DAYS, claims, series};

use jiff::Timestamp;

/// How ready an organisation has shown itself to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// As at which instant.
    pub at: Timestamp,
    /// The parts, in the order of pages.
    pub parts: Vec<Part>,
    /// Everything that it claimed, the first first, with what evidence said to that.
    pub claims: Vec<Claim>,
    /// What was claimed and what was proved by the end of each month.
    pub series: Vec<Month>,
}

/// How ready an organisation has shown itself to be at an instant. What is said to have happened later changes nothing.
pub fn readiness(facts: &Facts, at: Timestamp) -> Readiness {
    let claims = claims(&facts.alerts, at);
    let parts = vec![
        estate::coverage(&facts.estate),
        estate::freshness(&facts.estate),
        estate::exploited(&facts.estate),
        answering::overdue(&facts.alerts, at),
        answering::answering(&facts.alerts, at),
        veracity::veracity(&claims, at),
        contacts::contacts(&facts.contacts),
    ];
    Readiness { at, parts, series: series(&facts.alerts, at), claims }
}

impl Readiness {
    /// The verdict: no better than the worst part.
    pub fn verdict(&self) -> Level {
        self.parts.iter().map(|part| part.level).min().unwrap_or(Level::NotShown)
    }

    /// The worst part, the first of equals.
    pub fn worst(&self) -> Option<&Part> {
        self.parts.iter().min_by_key(|part| part.rank())
    }

    /// How many parts are of a level.
    pub fn count(&self, level: Level) -> usize {
        self.parts.iter().filter(|part| part.level == level).count()
    }

    /// For a list that begins with whoever is least ready: the worst part first, then the next worst.
    pub fn rank(&self) -> Vec<(Level, u32)> {
        let mut ranks: Vec<_> = self.parts.iter().map(Part::rank).collect();
        ranks.sort_unstable();
        ranks
    }
}
