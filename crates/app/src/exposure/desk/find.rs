//! What of the knowledge has a text in its name: advisories, flaws, updates, products.

use std::collections::BTreeMap;

use exposure::knowledge::View as Knowledge;
use exposure::knowledge::build::day_of;
use exposure::knowledge::lookup;
use exposure::knowledge::schema::update_kind;
use jiff::civil::Date;
use model::cve::CveId;

use super::Desk;
use super::moment::{Moment, Seen};
use crate::context::Context;
use crate::error::Error;

/// Fewest digits of an update's number that are looked for.
const FEWEST_DIGITS: usize = 4;

/// What kind of thing a text found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// A named bulletin or a flaw.
    Advisory,
    /// An update of Windows or of another product of Microsoft.
    Update,
    /// A product that the knowledge speaks of.
    Product,
}

/// Something of the knowledge that a text found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// Its name or number.
    pub id: String,
    /// What more there is to say of it in a line.
    pub note: String,
    /// Of an update: how many products it is for; 0 of anything else.
    pub products: u64,
}

impl Desk {
    /// What the knowledge of a moment has of that name, at most `most` of each kind.
    pub async fn find(
        &self,
        context: &Context,
        text: String,
        most: usize,
        moment: Moment,
    ) -> Result<Seen<Vec<Finding>>, Error> {
        self.knowledge(context, moment, move |knowledge, _| find(knowledge, text.trim(), most))
            .await
    }
}

fn find(knowledge: Knowledge<'_>, text: &str, most: usize) -> Vec<Finding> {
    let folded = text.to_lowercase();
    if folded.is_empty() {
        return Vec::new();
    }
    let mut found = advisories(knowledge, text, &folded, most);
    found.extend(updates(knowledge, &folded, most));
    found.extend(products(knowledge, &folded, most));
    found
}

fn advisories(knowledge: Knowledge<'_>, text: &str, folded: &str, most: usize) -> Vec<Finding> {
    let advisory = |id: &str, note: &str| Finding {
        kind: FindingKind::Advisory,
        id: id.to_owned(),
        note: note.to_owned(),
        products: 0,
    };
    let has = |own: &str| own.to_lowercase().contains(folded);
    let named = knowledge
        .bulletins
        .iter()
        .filter(|row| has(row.id.as_str()) || has(row.name.as_str()) || has(row.title.as_str()));
    let mut found: Vec<Finding> = named
        .take(most)
        .map(|row| {
            let note = if row.name.is_empty() { row.title.as_str() } else { row.name.as_str() };
            advisory(row.id.as_str(), note)
        })
        .collect();
    // Flaws by their number, which most know in part; one by another name is found whole.
    let is_number = folded.starts_with("cve-") && folded.len() > "cve-".len();
    if is_number {
        let flaws = knowledge.vulnerabilities.iter();
        let flaws = flaws.filter(|row| {
            let begin = row.id.as_str().get(..folded.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(folded))
        });
        found.extend(flaws.take(most.saturating_sub(found.len())).map(|row| {
            let title = lookup::text(knowledge, row.title.to_native());
            advisory(row.id.as_str(), if title.is_empty() { "a flaw" } else { title })
        }));
    } else if text.parse::<CveId>().is_err()
        && let Some(row) = lookup::vulnerability(knowledge, text)
            .and_then(|position| lookup::row(knowledge, position))
        && found.len() < most
    {
        found.push(advisory(row.id.as_str(), lookup::text(knowledge, row.title.to_native())));
    }
    found
}

fn updates(knowledge: Knowledge<'_>, folded: &str, most: usize) -> Vec<Finding> {
    let digits = folded.strip_prefix("kb").unwrap_or(folded).trim();
    let is_number = digits.len() >= FEWEST_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number {
        return Vec::new();
    }
    let mut found: BTreeMap<u32, (&'static str, Option<Date>, u64)> = BTreeMap::new();
    let windows = knowledge.windows.iter().map(|row| row.updates.iter());
    let others = knowledge.microsoft.iter().map(|row| row.updates.iter());
    for update in windows.chain(others).flatten() {
        if update.kb.to_native().to_string().starts_with(digits) {
            let published = day_of(update.published.to_native());
            let kind = update_kind::name(update.kind);
            let entry = found.entry(update.kb.to_native()).or_insert((kind, published, 0));
            entry.2 += 1;
        }
    }
    found
        .into_iter()
        .take(most)
        .map(|(kb, (kind, published, products))| Finding {
            kind: FindingKind::Update,
            id: format!("KB{kb}"),
            note: published.map_or(kind.to_owned(), |day| format!("{kind} of {day}")),
            products,
        })
        .collect()
}

fn products(knowledge: Knowledge<'_>, folded: &str, most: usize) -> Vec<Finding> {
    let mut found: BTreeMap<String, &'static str> = BTreeMap::new();
    for product in knowledge.windows.iter().filter_map(lookup::product_of) {
        found.insert(product.to_string(), "Windows");
    }
    for row in knowledge.microsoft.iter() {
        found.insert(row.label.as_str().to_owned(), "another product of Microsoft");
    }
    let named = found.into_iter().filter(|(name, _)| name.to_lowercase().contains(folded));
    let named = named.map(|(name, note)| (name, note.to_owned()));
    let software = knowledge.package_index.iter().filter_map(|row| {
        let key = row.key.as_str();
        key.contains(folded).then(|| (key.to_owned(), "software that advisories name".to_owned()))
    });
    named
        .chain(software)
        .take(most)
        .map(|(id, note)| Finding { kind: FindingKind::Product, id, note, products: 0 })
        .collect()
}
