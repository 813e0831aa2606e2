//! Evidence that a fix is in effect, or waits for a restart.

use std::sync::Arc;

use jiff::civil::Date;
use model::verdict::Verdict;

use super::coverage::Start;
use super::product::{ProductView, Titled, build_of, update_at};
use super::remedies::row_ref;
use crate::host::RestartState;
use crate::judge::prepared::is_rollup;
use crate::judge::reason::Reason;
use crate::knowledge::build::day_of;
use crate::knowledge::schema::{ArchivedFixGroup, update_kind};

/// The build decides over any list, where the evidence has its revision.
pub(super) fn by_build(
    view: &ProductView<'_>,
    group: &ArchivedFixGroup,
) -> Option<(Verdict, Reason)> {
    let (_, build) = view.standing.build?;
    build.revision?;
    let (fixed, past) = group.fixed_builds.iter().find_map(|fixed| {
        let fixed = build_of(fixed)?;
        Some((fixed, build.at_or_past(&fixed)?))
    })?;
    if !past && installed_since(view, group) {
        return None;
    }
    Some(if past {
        (Verdict::Fixed, Reason::BuildShowsFix { build, fixed })
    } else {
        (Verdict::Affected, Reason::BuildBelowFix { build, fixed })
    })
}

/// Whether a fix was installed on a later day than the file with the build was collected: then that
/// build is history.
fn installed_since(view: &ProductView<'_>, group: &ArchivedFixGroup) -> bool {
    let Some((piece, _)) = view.standing.build else { return false };
    let Some(collected) = &piece.evidence.collected_at else { return false };
    group
        .alternatives
        .iter()
        .filter_map(|p| view.coverage.covering(p.to_native()))
        .filter_map(|start| start.installed.row.installed_on.as_ref())
        .any(|on| on.earliest > collected.latest.date())
}

pub(super) fn by_implied_build(
    view: &ProductView<'_>,
    group: &ArchivedFixGroup,
) -> Option<(Verdict, Reason)> {
    let (installed, state, build) = view.implied?;
    let fixed = group
        .fixed_builds
        .iter()
        .filter_map(build_of)
        .find(|fixed| build.at_or_past(fixed) == Some(true))?;
    Some((
        Verdict::Fixed,
        Reason::UpdateRaisesBuild {
            installed: installed.kb,
            build,
            fixed,
            row: row_ref(view.host, installed),
            same_day: state == RestartState::SameDay,
        },
    ))
}

/// An update titled as cumulative contains every fix of the months before its own. Of its own month
/// nothing is proved: an update between two Patch Tuesdays carries the title of its month, too, so
/// that the fix may have come out days after it. Only fixes that came in a cumulative update or
/// rollup themselves are claimed.
pub(super) fn by_title(
    view: &ProductView<'_>,
    group: &ArchivedFixGroup,
) -> Option<(Verdict, Reason)> {
    let Titled { installed, month } = *view.titled.last()?;
    let first = first_rollup(view, group)?;
    ((first.year(), first.month()) < month).then(|| {
        (
            Verdict::Fixed,
            Reason::TitleShowsFix {
                installed: installed.kb,
                month,
                row: row_ref(view.host, installed),
            },
        )
    })
}

/// An update titled as the cumulative one of the fix's own month, unless knowledge has it as older.
pub(super) fn titled_like_the_fix<'a>(
    view: &ProductView<'a>,
    group: &ArchivedFixGroup,
) -> Option<Titled<'a>> {
    if view.titled.is_empty() {
        return None;
    }
    let first = first_rollup(view, group)?;
    view.titled.iter().copied().find(|titled| {
        titled.month == (first.year(), first.month())
            && view
                .row
                .updates
                .binary_search_by_key(&titled.installed.kb.number(), |u| u.kb.to_native())
                .ok()
                .and_then(|position| view.row.updates.get(position))
                .and_then(|update| day_of(update.published.to_native()))
                .is_none_or(|own| own > first)
    })
}

/// The day on which the fix first came out in an update that holds what came before it.
fn first_rollup(view: &ProductView<'_>, group: &ArchivedFixGroup) -> Option<Date> {
    group
        .alternatives
        .iter()
        .filter_map(|p| update_at(view, p.to_native()))
        .filter(|u| is_rollup(u.kind) || build_of(&u.build).is_some())
        .filter_map(|u| day_of(u.published.to_native()))
        .min()
}

pub(super) fn installed_reason(
    view: &ProductView<'_>,
    position: u32,
    start: Start<'_>,
) -> Arc<[Reason]> {
    let mut brought = view.brought.borrow_mut();
    let reasons = brought.entry(position).or_insert_with(|| {
        let row = row_ref(view.host, start.installed);
        let same_day = start.state == RestartState::SameDay;
        let chain = view.coverage.chain(position, view.row);
        Arc::from([match chain.as_slice() {
            [kb] => Reason::UpdateInstalled {
                kb: *kb,
                kind: update_at(view, position).map_or(update_kind::UNKNOWN, |u| u.kind),
                row,
                same_day,
            },
            _ => Reason::UpdateContainsFix { installed: start.installed.kb, chain, row, same_day },
        }])
    });
    Arc::clone(reasons)
}

pub(super) fn waiting(view: &ProductView<'_>, start: Start<'_>) -> (Verdict, Reason) {
    let row = row_ref(view.host, start.installed);
    let kb = start.installed.kb;
    let installed_on =
        start.installed.row.installed_on.as_ref().map_or(String::new(), |d| d.raw.clone());
    let last_boot = view.standing.last_boot.map_or(String::new(), |(_, boot)| boot.raw.clone());
    if start.state == RestartState::Unclear {
        (Verdict::Unknown, Reason::RestartUnclear { kb, installed_on, last_boot, row })
    } else {
        (Verdict::Affected, Reason::PendingRestart { kb, installed_on, last_boot, row })
    }
}
