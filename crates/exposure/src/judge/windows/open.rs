//! No fix was found: affected only if the evidence would show one.

use std::sync::Arc;

use model::verdict::Verdict;

use super::fixed::titled_like_the_fix;
use super::product::{NotListed, ProductView, Titled};
use super::remedies::{list_ref, row_ref};
use crate::host::Standing;
use crate::judge::kind::ReasonKind;
use crate::judge::prepared::Group;
use crate::judge::reason::Reason;
use crate::knowledge::build::day_of;
use crate::knowledge::lookup;
use crate::knowledge::schema::{ArchivedFixGroup, NO_DAY};

/// No fix was found: affected only if the evidence would show one.
pub(super) fn not_fixed(
    view: &ProductView<'_>,
    group: &Group,
    stored: &ArchivedFixGroup,
    is_system: bool,
) -> (Verdict, Arc<[Reason]>) {
    if !is_system {
        let number = stored.component.to_native();
        let reasons = view.once(ReasonKind::ComponentNotShown, number, || {
            let component = lookup::text(view.question.knowledge, number);
            Reason::ComponentNotShown { component: component.to_owned() }
        });
        return (Verdict::Unknown, reasons);
    }
    if stored.alternatives.is_empty() {
        return no_update_known(view, stored);
    }
    if !group.is_out {
        return no_update_yet(view);
    }
    match view.not_listed.get_or_init(|| not_listed(view)) {
        NotListed::Told(verdict, reasons) => (*verdict, Arc::clone(reasons)),
        NotListed::Missing(reasons) => match doubt(view, stored) {
            Some(reasons) => (Verdict::Unknown, reasons),
            None => (Verdict::Affected, Arc::clone(reasons)),
        },
    }
}

pub(super) fn not_listed(view: &ProductView<'_>) -> NotListed {
    let Some(listing) = best_listing(view.standing) else {
        return NotListed::Told(Verdict::Unknown, Arc::from([Reason::NoUpdateList]));
    };
    let row = list_ref(view.host, listing);
    if !listing.absence_counts() {
        let completeness = listing.completeness.clone();
        let reason = Reason::ListIncomplete { completeness, row };
        return NotListed::Told(Verdict::Unknown, Arc::from([reason]));
    }
    if let Some(reasons) = newer(view) {
        return NotListed::Told(Verdict::Unknown, reasons);
    }
    NotListed::Missing(Arc::from([Reason::NoFixInList { entries: listing.entries, row }]))
}

/// An installed update, in effect as far as shown, that may contain the fix.
pub(super) fn doubt(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<Arc<[Reason]>> {
    if let Some(newer) = newer(view) {
        return Some(newer);
    }
    if let Some(unverified) = view.unverified(group) {
        let kb = unverified.kb;
        return Some(view.once(ReasonKind::ContainerUnverified, kb.number(), || {
            Reason::ContainerUnverified { kb, row: row_ref(view.host, unverified) }
        }));
    }
    let Titled { installed, month } = titled_like_the_fix(view, group)?;
    let kb = installed.kb;
    Some(view.once(ReasonKind::TitleOfSameMonth, kb.number(), || Reason::TitleOfSameMonth {
        kb,
        month,
        row: row_ref(view.host, installed),
    }))
}

/// An installed update beyond the horizon of this knowledge, which may contain any fix.
pub(super) fn newer(view: &ProductView<'_>) -> Option<Arc<[Reason]>> {
    let newer = view.newer?;
    Some(view.once(ReasonKind::NewerUpdateUnrecognised, newer.kb.number(), || {
        Reason::NewerUpdateUnrecognised {
            raw: newer.row.raw.clone(),
            horizon: day_of(view.row.horizon_day.to_native()),
            row: row_ref(view.host, newer),
        }
    }))
}

/// Every fix came out after the day as at which is judged: no host could have it, whatever its
/// evidence shows.
fn no_update_yet(view: &ProductView<'_>) -> (Verdict, Arc<[Reason]>) {
    let ended = view
        .support()
        .map(|support| support.support_end.max(support.paid_end))
        .filter(|ended| *ended != NO_DAY && *ended < view.question.as_at_day);
    let reasons = match ended {
        Some(ended) => unsupported(view, ended),
        None => {
            view.once(ReasonKind::NoFixYet, 0, || Reason::NoFixYet { as_at: view.question.as_at })
        }
    };
    (Verdict::Affected, reasons)
}

fn no_update_known(view: &ProductView<'_>, group: &ArchivedFixGroup) -> (Verdict, Arc<[Reason]>) {
    if group.no_fix_exists {
        let needed = group.flaws.iter().find_map(|f| {
            view.question.service_pack_needed(view.product, f.vulnerability.to_native())
        });
        let reasons = match needed {
            Some(needed) => view.once(ReasonKind::ServicePackNeeded, u32::from(needed), || {
                Reason::ServicePackNeeded { product: view.product.to_string(), needed }
            }),
            None => view.once(ReasonKind::NoFixExists, 0, || Reason::NoFixExists),
        };
        return (Verdict::Affected, reasons);
    }
    let published = group.published.to_native();
    match view.support() {
        Some(support)
            if published != NO_DAY
                && support.support_end != NO_DAY
                && support.support_end.max(support.paid_end) < published =>
        {
            let ended = support.support_end.max(support.paid_end);
            (Verdict::Affected, unsupported(view, ended))
        }
        _ => (Verdict::Unknown, view.once(ReasonKind::NoFixKnown, 0, || Reason::NoFixKnown)),
    }
}

fn unsupported(view: &ProductView<'_>, ended: i32) -> Arc<[Reason]> {
    view.once(ReasonKind::Unsupported, ended.cast_unsigned(), || Reason::Unsupported {
        product: view.product.to_string(),
        ended: day_of(ended),
    })
}

/// The list from which absence counts most: a complete one first, then a cut one, then others.
fn best_listing<'a>(standing: &Standing<'a>) -> Option<crate::host::Listing<'a>> {
    use model::evidence::UpdateListKind as Kind;
    standing
        .listings
        .iter()
        .max_by_key(|l| {
            (
                l.absence_counts(),
                matches!(l.kind, Kind::Hotfixes),
                matches!(l.kind, Kind::Reported),
                l.entries,
            )
        })
        .copied()
}
