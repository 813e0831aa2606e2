//! The compiler: facts in, tables out.
//!
//! Facts may come in any order; the result does not depend on it where sources agree, and where
//! they differ each rule says who wins. Nothing is guessed here that a host's evidence could decide.

mod bulletins;
mod days;
mod packages;
mod supersedence;
mod texts;
mod vulnerabilities;
mod windows;

use jiff::Timestamp;
use model::fact::{Fact, FactSink, Source, SourceKind};

use crate::knowledge::builtin::{self, BuiltinError};
use crate::knowledge::schema;

pub use days::{day_number, day_of};
pub use packages::{
    SCHEMES, fold, key_of_cpe, key_of_ecosystem, key_of_purl, keys_of_target, scheme_position,
    split_ecosystem,
};
pub use supersedence::without_cycles;
pub use vulnerabilities::sort_key as vulnerability_sort_key;

use packages::Packages;
use texts::Texts;
use vulnerabilities::Vulnerabilities;
use windows::{Origin, Windows};

/// Compiles facts into knowledge.
#[derive(Debug, Default)]
pub struct Builder {
    sources: Vec<schema::Source>,
    texts: Texts,
    vulnerabilities: Vulnerabilities,
    windows: Windows,
    packages: Packages,
}

impl Builder {
    /// An empty compiler: it knows nothing, not even what is built in.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the built-in knowledge.
    pub fn with_builtin(mut self) -> Result<Self, BuiltinError> {
        builtin::facts(&mut self)?;
        Ok(self)
    }

    /// The sources so far with the number of facts of each.
    pub fn sources(&self) -> &[schema::Source] {
        &self.sources
    }

    /// Finishes. The built-in tables of bulletins, components, horizons and lifecycles are always
    /// part of the result: they name and date what the sources state.
    pub fn finish(mut self, built_at: Timestamp) -> Result<schema::Knowledge, BuiltinError> {
        let bulletins = bulletins::compile(&mut self.vulnerabilities)?;
        let lifecycles = bulletins::lifecycles()?;
        let (windows, microsoft) =
            self.windows.finish(&mut self.texts, &self.vulnerabilities, &lifecycles)?;
        let mut knowledge = schema::Knowledge {
            built_at_us: built_at.as_microsecond(),
            sources: self.sources,
            bulletins,
            windows,
            microsoft,
            lifecycles,
            ..schema::Knowledge::default()
        };
        self.packages.finish(&mut knowledge);
        knowledge.vulnerabilities = self.vulnerabilities.finish();
        knowledge.texts = self.texts.finish();
        vulnerabilities::sort(&mut knowledge);
        Ok(knowledge)
    }

    fn current(&self) -> u32 {
        u32::try_from(self.sources.len().saturating_sub(1)).unwrap_or(schema::NONE)
    }
}

impl FactSink for Builder {
    fn source(&mut self, source: Source) {
        self.sources.push(schema::Source {
            kind: source.kind.code().to_owned(),
            id: source.id,
            title: source.title.unwrap_or_default(),
            publisher: source.publisher.unwrap_or_default(),
            url: source.url.unwrap_or_default(),
            published: days::or_none(source.published),
            as_of: days::or_none(source.as_of),
            facts: 0,
        });
    }

    fn fact(&mut self, fact: Fact) {
        let source = self.current();
        if let Some(row) = self.sources.last_mut() {
            row.facts += 1;
        }
        match fact {
            Fact::Vulnerability(fact) => {
                self.vulnerabilities.describe(fact, source, &mut self.texts);
            }
            Fact::WindowsUpdate(fact) => {
                let republished = self
                    .sources
                    .last()
                    .is_some_and(|source| source.kind == SourceKind::WesNg.code());
                let origin = Origin { source, republished };
                self.windows.take(&fact, origin, &mut self.vulnerabilities, &mut self.texts);
            }
            Fact::Package(statement) => {
                self.packages.take(statement, source, &mut self.vulnerabilities);
            }
            Fact::KnownExploited(fact) => self.vulnerabilities.exploited(fact, source),
            Fact::Epss(score) => self.vulnerabilities.score(&score, source),
        }
    }
}
