//! A class of systems: what judgement can depend on of a host's system, and nothing else.
//!
//! Dates are replaced by what they decide: whether an update is in effect, and whether it was
//! installed after the build was read. Updates that no rule can depend on are left out; those that
//! knowledge does not know are replaced by whether any of them is beyond its horizon. Two hosts with
//! equal classes have the same verdict and kind of reason on everything, on every day
//! (`tests/index/classes.rs`). It must not know names, paths or printed rows.

use std::collections::BTreeSet;

use model::evidence::{ControlState, OperatingSystem, Platform};
use model::kb::Kb;
use model::windows::{WindowsBuild, WindowsProduct};

use super::basis::Basis;
use crate::host::{Host, Installed, RestartState, Standing};
use crate::judge::{Shown, cumulative_month_of};
use crate::knowledge::build::day_number;
use crate::knowledge::schema::{ArchivedWindowsKnowledge, NO_DAY};

/// A class of systems.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SystemClass {
    pub(super) shown: Shown,
    pub(super) system: System,
    /// Settings that are off, sorted.
    pub(super) off: Vec<String>,
    pub(super) listing: ListingKind,
    /// Updates that matter, sorted by number.
    pub(super) updates: Vec<ClassUpdate>,
    /// Stand-ins for updates beyond the horizon: a number that knowledge does not know, and a day
    /// where the number alone is not beyond it.
    pub(super) beyond: Vec<(u32, Option<i32>)>,
}

/// An operating system as far as it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum System {
    #[default]
    NotShown,
    Other {
        is_guess: bool,
    },
    Linux {
        is_guess: bool,
        distribution: String,
        version: Option<String>,
    },
    Windows {
        is_guess: bool,
        product: WindowsProduct,
        build: Build,
    },
}

/// A build as far as it counts: its numbers only with the revision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Build {
    #[default]
    NotShown,
    WithoutRevision,
    /// Major, minor, build, revision.
    Exact([u32; 4]),
}

/// What a list of updates can prove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum ListingKind {
    #[default]
    None,
    /// Absence from it proves nothing.
    Partial,
    /// What is not in it is not installed.
    Complete,
}

/// An installed update as far as it counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ClassUpdate {
    pub(super) kb: u32,
    /// Position in the order of [`RestartState`].
    pub(super) state: u8,
    /// Installed on a later day than that on which the build was read.
    pub(super) is_since_build: bool,
    /// Its title, where that says that it is cumulative.
    pub(super) title: Option<String>,
}

/// The restart states by their position.
pub(super) const STATES: [RestartState; 4] =
    [RestartState::InEffect, RestartState::SameDay, RestartState::Unclear, RestartState::Pending];

impl SystemClass {
    /// The class of a host.
    pub(super) fn of(basis: &Basis<'_>, host: &Host, shown: Shown) -> Self {
        let standing = Standing::of(host);
        let mut class = Self { shown, off: off(&standing), ..Self::default() };
        let Some((_, os)) = standing.os else { return class };
        class.system = system(os, &standing);
        if let Some(product) = standing.windows
            && standing.shows_level()
        {
            class.take_updates(basis, &standing, product);
        }
        class
    }

    fn take_updates(
        &mut self,
        basis: &Basis<'_>,
        standing: &Standing<'_>,
        product: &WindowsProduct,
    ) {
        if !standing.listings.is_empty() {
            let complete = standing.listings.iter().any(crate::host::Listing::absence_counts);
            self.listing = if complete { ListingKind::Complete } else { ListingKind::Partial };
        }
        let windows = &basis.knowledge().windows;
        let rows: Vec<&ArchivedWindowsKnowledge> = basis
            .products_of(product)
            .into_iter()
            .filter_map(|position| windows.get(position as usize))
            .collect();
        let read = standing
            .build
            .filter(|(_, build)| build.revision.is_some())
            .and_then(|(piece, _)| piece.evidence.collected_at.as_ref())
            .map(|at| at.latest.date());
        for (kb, installed) in &standing.installed {
            let state = standing.restart_state(*installed);
            let is_own = rows.iter().any(|row| {
                row.updates.binary_search_by_key(&kb.number(), |u| u.kb.to_native()).is_ok()
            });
            let title = installed.row.title.as_deref().filter(|title| {
                state <= RestartState::SameDay && cumulative_month_of(title, product).is_some()
            });
            if is_own || title.is_some() {
                let on = installed.row.installed_on.as_ref();
                let is_since_build =
                    is_own && read.zip(on).is_some_and(|(read, on)| on.earliest > read);
                self.updates.push(ClassUpdate {
                    kb: kb.number(),
                    // For a title it counts only that it is in effect.
                    state: if is_own { state as u8 } else { 0 },
                    is_since_build,
                    title: title.map(ToOwned::to_owned),
                });
            }
        }
        self.take_beyond(basis, standing, &rows);
    }

    /// For each row of the product beyond whose horizon an unknown update lies, a stand-in for it,
    /// such that the stand-ins lie beyond exactly the same horizons as the updates themselves.
    fn take_beyond(
        &mut self,
        basis: &Basis<'_>,
        standing: &Standing<'_>,
        rows: &[&ArchivedWindowsKnowledge],
    ) {
        let unknown: Vec<Installed<'_>> = standing
            .installed
            .values()
            .filter(|installed| !basis.knows_kb(installed.kb))
            .filter(|installed| standing.restart_state(**installed) != RestartState::Pending)
            .copied()
            .collect();
        if unknown.is_empty() {
            return;
        }
        let taken: BTreeSet<u32> = self.updates.iter().map(|update| update.kb).collect();
        let titled: Vec<u32> = unknown
            .iter()
            .map(|installed| installed.kb.number())
            .filter(|number| taken.contains(number))
            .collect();
        for row in rows {
            let (kb, day) = (row.horizon_kb.to_native(), row.horizon_day.to_native());
            if kb == u32::MAX {
                continue;
            }
            let is_after = |on: i32| day == NO_DAY || on > day;
            let is_shown = titled.iter().any(|number| *number > kb)
                || self.beyond.iter().any(|(n, on)| *n > kb || on.is_some_and(is_after));
            if is_shown {
                continue;
            }
            if unknown.iter().any(|installed| installed.kb.number() > kb) {
                // An unknown number above the horizon exists, so the search ends at it or before.
                let number =
                    (kb + 1..=u32::MAX).find(|n| Kb::new(*n).is_some_and(|n| !basis.knows_kb(n)));
                self.beyond.extend(number.map(|number| (number, None)));
            } else if unknown.iter().any(|installed| {
                let on = installed.row.installed_on.as_ref();
                on.is_some_and(|on| is_after(day_number(on.earliest)))
            }) {
                let number = (1..=u32::MAX).find(|n| {
                    !taken.contains(n)
                        && self.beyond.iter().all(|(used, _)| used != n)
                        && Kb::new(*n).is_some_and(|n| !basis.knows_kb(n))
                });
                let first_beyond = if day == NO_DAY { NO_DAY } else { day.saturating_add(1) };
                self.beyond.extend(number.map(|number| (number, Some(first_beyond))));
            }
        }
    }
}

/// Settings whose state counts as off, sorted.
fn off(standing: &Standing<'_>) -> Vec<String> {
    let names: BTreeSet<&str> =
        standing.controls.iter().map(|(_, control)| control.name.as_str()).collect();
    names
        .into_iter()
        .filter(|name| {
            standing.control(name).is_some_and(|(_, c)| c.state == ControlState::Disabled)
        })
        .map(ToOwned::to_owned)
        .collect()
}

fn system(os: &OperatingSystem, standing: &Standing<'_>) -> System {
    let is_guess = os.guess_percent.is_some();
    match &os.platform {
        Platform::Windows { product, .. } => System::Windows {
            is_guess,
            product: product.clone(),
            build: standing.build.map_or(Build::NotShown, |(_, build)| build_of(build)),
        },
        Platform::Linux { distribution, version } => {
            System::Linux { is_guess, distribution: distribution.clone(), version: version.clone() }
        }
        Platform::Other => System::Other { is_guess },
    }
}

fn build_of(build: WindowsBuild) -> Build {
    match build.revision {
        None => Build::WithoutRevision,
        Some(revision) => {
            Build::Exact([u32::from(build.major), u32::from(build.minor), build.build, revision])
        }
    }
}
