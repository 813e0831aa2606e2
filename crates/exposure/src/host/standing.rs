//! What all evidence of a host together shows, with the row behind each part.

use std::collections::BTreeMap;

use model::evidence::{
    Completeness, Control, ControlState, DateReading, DateTimeReading, InstalledUpdate,
    OperatingSystem, Platform, UpdateListKind,
};
use model::kb::Kb;
use model::reading::Place;
use model::windows::{Edition, WindowsBuild, WindowsProduct};

use crate::host::{Host, Piece};

/// A host's state as far as its evidence shows it.
#[derive(Debug)]
pub struct Standing<'h> {
    /// The operating system that counts: stated before guessed, then the first.
    pub os: Option<(&'h Piece, &'h OperatingSystem)>,
    /// The Windows product, if it is one.
    pub windows: Option<&'h WindowsProduct>,
    /// The best build: one with a revision before one without, then the highest.
    pub build: Option<(&'h Piece, WindowsBuild)>,
    /// Installed updates by KB number.
    pub installed: BTreeMap<Kb, Installed<'h>>,
    /// Lists of updates and what absence from them means.
    pub listings: Vec<Listing<'h>>,
    /// The last start.
    pub last_boot: Option<(&'h Piece, &'h DateTimeReading)>,
    /// Settings by name.
    pub controls: Vec<(&'h Piece, &'h Control)>,
}

/// An installed update and its row.
#[derive(Clone, Copy, Debug)]
pub struct Installed<'h> {
    /// Its KB number.
    pub kb: Kb,
    /// The piece of evidence.
    pub piece: &'h Piece,
    /// The row.
    pub row: &'h InstalledUpdate,
}

/// A list of updates as far as absence from it can count.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'h> {
    /// The piece of evidence.
    pub piece: &'h Piece,
    /// Its kind.
    pub kind: UpdateListKind,
    /// Its completeness.
    pub completeness: &'h Completeness,
    /// Number of entries.
    pub entries: usize,
    /// Where it begins.
    pub place: &'h Place,
}

impl Listing<'_> {
    /// Whether an update of the operating system that is not in it is not installed.
    pub fn absence_counts(&self) -> bool {
        matches!(self.kind, UpdateListKind::Hotfixes | UpdateListKind::Reported)
            && *self.completeness == Completeness::Complete
    }
}

/// Whether an installed update is in effect, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RestartState {
    /// The host started after it was installed, or nothing is known against it.
    InEffect,
    /// Installed on the day of the last start; the evidence does not show which came first.
    SameDay,
    /// The printed dates can be read both ways: before the last start or after it.
    Unclear,
    /// Installed after the last start: not in effect.
    Pending,
}

impl<'h> Standing<'h> {
    /// Puts together what a host's evidence shows.
    pub fn of(host: &'h Host) -> Self {
        let mut standing = Standing {
            os: None,
            windows: None,
            build: None,
            installed: BTreeMap::new(),
            listings: Vec::new(),
            last_boot: None,
            controls: Vec::new(),
        };
        for piece in &host.pieces {
            standing.take(piece);
        }
        if let Some((_, os)) = standing.os
            && let Platform::Windows { product, .. } = &os.platform
        {
            standing.windows = Some(product);
        }
        standing
    }

    fn take(&mut self, piece: &'h Piece) {
        let evidence = &piece.evidence;
        if let Some(os) = &evidence.os {
            let better = match self.os {
                None => true,
                Some((_, known)) => preference(os) > preference(known),
            };
            if better {
                self.os = Some((piece, os));
            }
            if let Platform::Windows { build: Some(build), .. } = &os.platform
                && os.guess_percent.is_none()
                && self.build.is_none_or(|(_, known)| {
                    (build.revision.is_some(), *build) > (known.revision.is_some(), known)
                })
            {
                self.build = Some((piece, *build));
            }
        }
        for list in &evidence.updates {
            if list.kind == UpdateListKind::Missing {
                continue;
            }
            self.listings.push(Listing {
                piece,
                kind: list.kind,
                completeness: &list.completeness,
                entries: list.entries.len(),
                place: &list.place,
            });
            for row in &list.entries {
                let Some(kb) = row.kb else { continue };
                let new = Installed { kb, piece, row };
                let slot = self.installed.entry(kb).or_insert(new);
                if says_more(row, slot.row) {
                    *slot = new;
                }
            }
        }
        if let Some(boot) = &evidence.last_boot
            && self.last_boot.is_none_or(|(_, known)| {
                (boot.latest, boot.earliest) > (known.latest, known.earliest)
            })
        {
            self.last_boot = Some((piece, boot));
        }
        self.controls.extend(evidence.controls.iter().map(|control| (piece, control)));
    }

    /// Whether the evidence shows which release or service pack of Windows it is. A tool that prints
    /// "Windows 7" and nothing else leaves that open; no service pack printed beside a build is none.
    pub fn shows_level(&self) -> bool {
        self.windows.is_some_and(|product| {
            if product.family.has_releases() {
                product.release.is_some()
            } else {
                self.build.is_some()
                    || product.service_pack > 0
                    || !product.family.has_service_packs()
            }
        })
    }

    /// Whether an installed update is in effect: the host must have started since.
    ///
    /// A start that was recorded in another file, before the update was installed, says nothing of
    /// starts since: then the update counts as in effect only if no start is shown at all to
    /// contradict it, which is the case here.
    pub fn restart_state(&self, installed: Installed<'h>) -> RestartState {
        let (Some((boot_piece, boot)), Some(day)) =
            (self.last_boot, installed.row.installed_on.as_ref())
        else {
            return RestartState::InEffect;
        };
        if std::ptr::eq(boot_piece, installed.piece) || !collected_before(boot_piece, day) {
            return compare_days(day, boot);
        }
        RestartState::InEffect
    }

    /// The state of a setting; if files differ, the one that leaves the host open.
    pub fn control(&self, name: &str) -> Option<(&'h Piece, &'h Control)> {
        let mut found = self.controls.iter().filter(|(_, control)| control.name == name);
        let first = found.next()?;
        Some(
            *found
                .find(|(_, control)| control.state == ControlState::Enabled)
                .filter(|_| first.1.state == ControlState::Disabled)
                .unwrap_or(first),
        )
    }
}

/// Of two rows on one update the one that counts, whatever the order of the files: a date says more
/// than none, one that can be read one way more than one that can be read two ways; of two dates the
/// first, for what was in effect then is in effect still.
fn says_more(row: &InstalledUpdate, than: &InstalledUpdate) -> bool {
    match (&row.installed_on, &than.installed_on) {
        (Some(new), Some(known)) => {
            (!new.is_exact(), new.latest, new.earliest)
                < (!known.is_exact(), known.latest, known.earliest)
        }
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Stated before guessed, understood before not, then what shows more of the product.
fn preference(os: &OperatingSystem) -> (bool, u8, bool, [bool; 5]) {
    let shows = match &os.platform {
        Platform::Windows { product, build } => [
            build.is_some(),
            product.release.is_some(),
            product.service_pack > 0,
            product.architecture.is_some(),
            product.edition != Edition::NotShown,
        ],
        Platform::Linux { version, .. } => [version.is_some(), false, false, false, false],
        Platform::Other => [false; 5],
    };
    (
        os.guess_percent.is_none(),
        os.guess_percent.unwrap_or(100),
        !matches!(os.platform, Platform::Other),
        shows,
    )
}

/// Whether a piece says it was collected before a day.
fn collected_before(piece: &Piece, day: &DateReading) -> bool {
    piece.evidence.collected_at.as_ref().is_some_and(|at| at.latest.date() < day.earliest)
}

fn compare_days(day: &DateReading, boot: &DateTimeReading) -> RestartState {
    let (boot_first, boot_last) = (boot.earliest.date(), boot.latest.date());
    if day.earliest > boot_last {
        RestartState::Pending
    } else if day.latest < boot_first {
        RestartState::InEffect
    } else if day.latest == boot_first {
        RestartState::SameDay
    } else {
        RestartState::Unclear
    }
}
