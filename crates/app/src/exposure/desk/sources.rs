//! What the knowledge in use is made of, how old each part is, and what it has nothing of.

use std::collections::BTreeMap;

use exposure::knowledge::View as Knowledge;
use exposure::knowledge::build::day_of;
use exposure::knowledge::lookup;
use jiff::civil::Date;
use model::fact::SourceKind;

use super::Desk;
use super::moment::{Moment, Seen};
use crate::context::Context;
use crate::error::Error;

/// Every kind of source that the knowledge can be made of, with what it brings.
const KINDS: [(SourceKind, &str); 8] = [
    (SourceKind::BuiltIn, "shipped with the program, each row with its own source"),
    (SourceKind::MsrcCvrf, "Microsoft's security updates and what they fix"),
    (SourceKind::WesNg, "which update takes the place of which"),
    (SourceKind::Kev, "which flaws are known to be exploited (CISA)"),
    (SourceKind::Epss, "how likely exploitation is (FIRST)"),
    (SourceKind::Csaf, "advisories of publishers"),
    (SourceKind::Cve, "the records of CVE"),
    (SourceKind::Osv, "flaws of free software and distributions"),
];

/// What the knowledge is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnowledgeFacts {
    /// Its kinds of source, those that it has and those that it lacks.
    pub kinds: Vec<KindFacts>,
    /// Flaws, and of those how many are known to be exploited.
    pub flaws: (u64, u64),
    /// Advisories with a name.
    pub bulletins: u64,
    /// Windows products, and updates of them.
    pub windows: (u64, u64),
    /// Statements on software, and names that they are about.
    pub statements: (u64, u64),
    /// Lifecycles of products.
    pub lifecycles: u64,
}

/// A kind of source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindFacts {
    /// Its name.
    pub code: String,
    /// What it brings.
    pub brings: &'static str,
    /// How many documents or feeds of it there are; none: it is missing.
    pub sources: u64,
    /// How many facts they gave.
    pub facts: u64,
    /// The newest day up to which any of them speaks.
    pub as_of: Option<Date>,
}

/// What the knowledge says of a product by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFacts {
    /// Its name.
    pub name: String,
    /// The last day of support, where the knowledge has its lifecycle.
    pub support_ends: Option<Date>,
    /// Updates of it, where it is one of Microsoft's.
    pub updates: Option<u64>,
    /// Advisories that name it, with what they say in words: at most so many as are shown.
    pub statements: Vec<(String, String)>,
    /// How many statements there are.
    pub all_statements: u64,
}

/// Most statements of a product that are looked up.
const MOST: usize = 200;

impl Desk {
    /// What the knowledge of a moment is made of.
    pub async fn sources(
        &self,
        context: &Context,
        moment: Moment,
    ) -> Result<Seen<KnowledgeFacts>, Error> {
        self.knowledge(context, moment, |knowledge, _| sources(knowledge)).await
    }

    /// What the knowledge of a moment says of a product; `None` if it has nothing of the name.
    pub async fn product(
        &self,
        context: &Context,
        name: String,
        moment: Moment,
    ) -> Result<Seen<Option<ProductFacts>>, Error> {
        self.knowledge(context, moment, move |knowledge, _| product(knowledge, &name)).await
    }
}

fn sources(knowledge: Knowledge<'_>) -> KnowledgeFacts {
    let mut kinds: BTreeMap<String, KindFacts> = BTreeMap::new();
    for (kind, brings) in KINDS {
        let code = kind.code().to_owned();
        let facts = KindFacts { code: code.clone(), brings, sources: 0, facts: 0, as_of: None };
        kinds.insert(code, facts);
    }
    for source in knowledge.sources.iter() {
        let Some(kind) = kinds.get_mut(source.kind.as_str()) else { continue };
        kind.sources += 1;
        kind.facts += source.facts.to_native();
        let spoken = day_of(source.as_of.to_native()).or(day_of(source.published.to_native()));
        kind.as_of = kind.as_of.max(spoken);
    }
    let order = |own: &KindFacts| KINDS.iter().position(|(kind, _)| kind.code() == own.code);
    let mut kinds: Vec<KindFacts> = kinds.into_values().collect();
    kinds.sort_by_key(order);
    let exploited = knowledge.vulnerabilities.iter().filter(|row| row.kev.is_some()).count();
    let updates = knowledge.windows.iter().map(|row| row.updates.len() as u64).sum();
    KnowledgeFacts {
        kinds,
        flaws: (knowledge.vulnerabilities.len() as u64, exploited as u64),
        bulletins: knowledge.bulletins.len() as u64,
        windows: (knowledge.windows.len() as u64, updates),
        statements: (knowledge.statements.len() as u64, knowledge.package_index.len() as u64),
        lifecycles: knowledge.lifecycles.len() as u64,
    }
}

fn product(knowledge: Knowledge<'_>, name: &str) -> Option<ProductFacts> {
    let mut facts = ProductFacts { name: name.to_owned(), ..ProductFacts::default() };
    for row in knowledge.windows.iter() {
        let Some(own) = lookup::product_of(row).filter(|own| own.to_string() == name) else {
            continue;
        };
        let support = lookup::windows_support(knowledge, &own);
        facts.support_ends = support.and_then(|support| day_of(support.support_end));
        facts.updates = Some(row.updates.len() as u64);
        return Some(facts);
    }
    if let Some(row) = knowledge.microsoft.iter().find(|row| row.label.as_str() == name) {
        facts.updates = Some(row.updates.len() as u64);
        return Some(facts);
    }
    for (_, statement) in lookup::statements_of(knowledge, name) {
        facts.all_statements += 1;
        if facts.statements.len() < MOST {
            let status = match statement.status {
                0 => "affected",
                1 => "fixed",
                2 => "not affected",
                _ => "under investigation",
            };
            let words = format!("{status}: {}", lookup::versions_words(statement));
            facts.statements.push((statement.advisory.as_str().to_owned(), words));
        }
    }
    (facts.all_statements > 0).then_some(facts)
}
