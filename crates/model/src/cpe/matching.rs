//! Matching of CPE names: NISTIR 7696 section 6.

use super::attribute::Unit;
use super::{Attribute, Cpe};

/// How the products that one name stands for relate to those of another; also of two attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameRelation {
    /// The same products.
    Equal,
    /// The source's products are among the target's.
    Subset,
    /// The target's products are among the source's.
    Superset,
    /// No product in common.
    Disjoint,
    /// The standard does not say: wildcards in the target, or each wider in another attribute.
    Undefined,
}

impl std::fmt::Display for NameRelation {
    /// The word of the standard.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Equal => "EQUAL",
            Self::Subset => "SUBSET",
            Self::Superset => "SUPERSET",
            Self::Disjoint => "DISJOINT",
            Self::Undefined => "UNDEFINED",
        })
    }
}

/// Whether every product of `target` is one of `source`.
pub fn matches(source: &Cpe, target: &Cpe) -> bool {
    matches!(compare(source, target), NameRelation::Equal | NameRelation::Superset)
}

/// Relates two names: NISTIR 7696 section 6.2.
pub fn compare(source: &Cpe, target: &Cpe) -> NameRelation {
    let mut seen = [false; 5];
    for (source, target) in source.attributes().iter().zip(target.attributes()) {
        if let Some(slot) = seen.get_mut(compare_attributes(source, target) as usize) {
            *slot = true;
        }
    }
    let [_, subset, superset, disjoint, undefined] = seen;
    match (disjoint, undefined, subset, superset) {
        (true, ..) => NameRelation::Disjoint,
        (_, true, ..) | (_, _, true, true) => NameRelation::Undefined,
        (_, _, true, _) => NameRelation::Subset,
        (_, _, _, true) => NameRelation::Superset,
        _ => NameRelation::Equal,
    }
}

/// Relates two attributes: NISTIR 7696 table 6-2.
pub fn compare_attributes(source: &Attribute, target: &Attribute) -> NameRelation {
    if has_wildcards(target) {
        return NameRelation::Undefined;
    }
    match (source, target) {
        _ if source == target => NameRelation::Equal,
        (Attribute::Any, _) => NameRelation::Superset,
        (_, Attribute::Any) => NameRelation::Subset,
        (Attribute::Value(_), Attribute::Value(_)) if covers(source, target) => {
            NameRelation::Superset
        }
        _ => NameRelation::Disjoint,
    }
}

fn has_wildcards(attribute: &Attribute) -> bool {
    attribute.units().is_some_and(|mut units| units.any(|unit| !matches!(unit, Unit::Literal(_))))
}

/// How many characters may stand before or behind the literal middle; `None` without limit.
type Slack = Option<usize>;

fn covers(source: &Attribute, target: &Attribute) -> bool {
    let (Some(source), Some(target)) = (source.units(), target.literal()) else { return false };
    let source: Vec<Unit> = source.collect();
    let target: Vec<char> = target.chars().collect();
    let (before, middle, behind) = taken_apart(&source);
    let fits = |slack: Slack, count: usize| slack.is_none_or(|most| count <= most);
    let last_start = target.len().saturating_sub(middle.len());
    (0..=last_start).take_while(|start| fits(before, *start)).any(|start| {
        let there = target.iter().skip(start).take(middle.len());
        there.eq(&middle) && fits(behind, target.len().saturating_sub(start + middle.len()))
    })
}

fn taken_apart(units: &[Unit]) -> (Slack, Vec<char>, Slack) {
    let middle: Vec<char> = units
        .iter()
        .filter_map(|unit| match unit {
            Unit::Literal(c) => Some(*c),
            Unit::Question | Unit::Star => None,
        })
        .collect();
    let slack =
        |wildcards: Vec<&Unit>| (!wildcards.contains(&&Unit::Star)).then_some(wildcards.len());
    let is_wildcard = |unit: &&Unit| !matches!(unit, Unit::Literal(_));
    let before = slack(units.iter().take_while(is_wildcard).collect());
    let behind = slack(units.iter().rev().take_while(is_wildcard).collect());
    (before, middle, behind)
}
