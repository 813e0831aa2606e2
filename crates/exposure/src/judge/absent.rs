//! What is answered although no advisory names the host's product: "came out after the fix" and
//! "left out of the publisher's list" are answers, "out of support, never assessed" is none.
//!
//! Asked only for the watch list (named bulletins, or what a person asks for by name): a line for
//! every flaw of the world that does not concern a host would bury those that do.

use std::borrow::Cow;
use std::sync::Arc;

use model::verdict::Verdict;
use model::windows::WindowsProduct;
use rustc_hash::FxHashMap;

use super::combine::{Part, bulletin_name, push};
use super::line::{Remedy, VulnerabilityRef};
use super::question::Question;
use super::reason::Reason;
use crate::host::Standing;
use crate::knowledge::build::day_of;
use crate::knowledge::lookup::{self, Support};
use crate::knowledge::schema::{NO_DAY, NONE};

/// Adds an answer for every watched vulnerability that no part answers yet.
pub(super) fn judge<'q>(
    question: &'q Question<'_>,
    standing: &Standing<'_>,
    own: &[u32],
    parts: &mut Vec<Part<'q>>,
) {
    let Some(product) = standing.windows else { return };
    let support = question.support(product);
    // One part per bulletin (or per vulnerability without one) and reason.
    let mut grouped: FxHashMap<(u32, u32), Part<'q>> = FxHashMap::default();
    let mut order = Vec::new();
    for &vulnerability in &question.watched {
        if !question.asks(vulnerability) {
            continue;
        }
        let Some(places) = question.listed().get(&vulnerability) else { continue };
        if places.is_empty() || places.iter().any(|(position, _)| own.contains(position)) {
            // Not a Windows matter, or answered by the product's own groups.
            continue;
        }
        let Some((verdict, reason, remedies)) =
            answer(question, standing, product, support, vulnerability, places)
        else {
            continue;
        };
        let Some(row) = lookup::row(question.knowledge, vulnerability) else { continue };
        let bulletin = row.bulletin.to_native();
        let key = (bulletin, if bulletin == NONE { vulnerability } else { verdict as u32 });
        let part = grouped.entry(key).or_insert_with(|| {
            order.push(key);
            let bulletin = (bulletin != NONE).then_some(bulletin);
            Part {
                order: (NONE, 0),
                vulnerabilities: Cow::Owned(Vec::new()),
                verdict,
                reasons: Arc::from([reason]),
                remedies: Cow::Owned(remedies),
                software: None,
                advisory: bulletin_name(question, bulletin).map(Cow::Borrowed),
                bulletin,
                source: NONE,
            }
        });
        part.vulnerabilities.to_mut().push(VulnerabilityRef::Known(vulnerability));
    }
    for part in order.iter().filter_map(|key| grouped.remove(key)) {
        push(parts, part);
    }
}

pub(super) fn answer(
    question: &Question<'_>,
    standing: &Standing<'_>,
    product: &WindowsProduct,
    support: Option<Support>,
    vulnerability: u32,
    places: &[(u32, u32)],
) -> Option<(Verdict, Reason, Vec<Remedy>)> {
    if !standing.shows_level() {
        return Some((
            Verdict::Unknown,
            Reason::LevelNotShown { product: product.to_string() },
            Vec::new(),
        ));
    }
    // The same product at a later service pack: this level is open and gets no fix.
    let later = question.service_pack_needed(product, vulnerability);
    if let Some(needed) = later {
        return Some((
            Verdict::Affected,
            Reason::ServicePackNeeded { product: product.to_string(), needed },
            vec![Remedy::ServicePack(needed)],
        ));
    }
    let published = published_of(question, vulnerability, places);
    let Some(support) = support else {
        return Some((
            Verdict::Unknown,
            Reason::ProductNotCovered { product: product.to_string() },
            Vec::new(),
        ));
    };
    if published != NO_DAY && support.released != NO_DAY && support.released > published {
        return Some((
            Verdict::NotAffected,
            Reason::ReleasedAfterFix {
                product: product.to_string(),
                released: day_of(support.released)?,
                published: day_of(published)?,
            },
            Vec::new(),
        ));
    }
    let ended = support.support_end.max(support.paid_end);
    if published == NO_DAY || support.support_end == NO_DAY || ended < published {
        return Some((
            Verdict::Unknown,
            Reason::NotAssessed { product: product.to_string(), ended: day_of(ended) },
            Vec::new(),
        ));
    }
    Some((Verdict::NotAffected, Reason::NotNamed { product: product.to_string() }, Vec::new()))
}

/// The day the fix came out: the bulletin's, else the earliest of the groups that list the flaw.
fn published_of(question: &Question<'_>, vulnerability: u32, places: &[(u32, u32)]) -> i32 {
    let row = lookup::row(question.knowledge, vulnerability);
    let bulletin = row
        .and_then(|r| question.knowledge.bulletins.get(r.bulletin.to_native() as usize))
        .map(|b| b.published.to_native());
    if let Some(day) = bulletin
        && day != NO_DAY
    {
        return day;
    }
    places
        .iter()
        .filter_map(|(product, group)| {
            let row = question.knowledge.windows.get(*product as usize)?;
            Some(row.groups.get(*group as usize)?.published.to_native())
        })
        .filter(|day| *day != NO_DAY)
        .min()
        .unwrap_or(NO_DAY)
}
