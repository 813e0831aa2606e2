//! No fix was found: affected only if the evidence would show one.

use std::sync::Arc;

use model::verdict::Verdict;

use super::fixed::titled_like_the_fix;
use super::product::{NotListed, ProductView, Titled};
use super::remedies::list_ref;
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
    let told = |(verdict, reason): (Verdict, Reason)| (verdict, Arc::from([reason]));
    if !is_system {
        let component = lookup::text(view.question.knowledge, stored.component.to_native());
        let reason = Reason::ComponentNotShown { component: component.to_owned() };
        return told((Verdict::Unknown, reason));
    }
    if stored.alternatives.is_empty() {
        return told(no_update_known(view, stored));
    }
    if !group.is_out {
        return told(no_update_yet(view));
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
        return Some(view.doubt(ReasonKind::ContainerUnverified, unverified, |row| {
            Reason::ContainerUnverified { kb: unverified.kb, row }
        }));
    }
    let Titled { installed, month } = titled_like_the_fix(view, group)?;
    Some(view.doubt(ReasonKind::TitleOfSameMonth, installed, |row| Reason::TitleOfSameMonth {
        kb: installed.kb,
        month,
        row,
    }))
}

/// An installed update beyond the horizon of this knowledge, which may contain any fix.
pub(super) fn newer(view: &ProductView<'_>) -> Option<Arc<[Reason]>> {
    let newer = view.newer?;
    Some(view.doubt(ReasonKind::NewerUpdateUnrecognised, newer, |row| {
        Reason::NewerUpdateUnrecognised {
            raw: newer.row.raw.clone(),
            horizon: day_of(view.row.horizon_day.to_native()),
            row,
        }
    }))
}

/// Every fix came out after the day as at which is judged: no host could have it, whatever its
/// evidence shows.
fn no_update_yet(view: &ProductView<'_>) -> (Verdict, Reason) {
    let ended = view
        .support()
        .map(|support| support.support_end.max(support.paid_end))
        .filter(|ended| *ended != NO_DAY && *ended < view.question.as_at_day);
    let reason = match ended {
        Some(ended) => {
            Reason::Unsupported { product: view.product.to_string(), ended: day_of(ended) }
        }
        None => Reason::NoFixYet { as_at: view.question.as_at },
    };
    (Verdict::Affected, reason)
}

fn no_update_known(view: &ProductView<'_>, group: &ArchivedFixGroup) -> (Verdict, Reason) {
    if group.no_fix_exists {
        let needed = group.flaws.iter().find_map(|f| {
            view.question.service_pack_needed(view.product, f.vulnerability.to_native())
        });
        return (
            Verdict::Affected,
            match needed {
                Some(needed) => {
                    Reason::ServicePackNeeded { product: view.product.to_string(), needed }
                }
                None => Reason::NoFixExists,
            },
        );
    }
    let published = group.published.to_native();
    let support = view.support();
    match support {
        Some(support)
            if published != NO_DAY
                && support.support_end != NO_DAY
                && support.support_end.max(support.paid_end) < published =>
        {
            (
                Verdict::Affected,
                Reason::Unsupported {
                    product: view.product.to_string(),
                    ended: day_of(support.support_end.max(support.paid_end)),
                },
            )
        }
        _ => (Verdict::Unknown, Reason::NoFixKnown),
    }
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
