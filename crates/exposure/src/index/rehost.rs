//! From a class of systems to a host that stands for it, and to bytes and back.
//!
//! The host's dates are invented, in an age of their own (the year -9000), so that each update is in
//! the state that the class says: `judge` finds by its own rules what the class was reduced to.

use jiff::civil::{Date, DateTime};
use model::evidence::{
    Completeness, Control, ControlState, DateReading, DateTimeReading, Evidence, InstalledUpdate,
    OperatingSystem, Platform, UpdateList, UpdateListKind,
};
use model::kb::Kb;
use model::reading::Place;
use model::windows::{Architecture, Edition, WindowsBuild, WindowsFamily, WindowsProduct};

use super::class::{Build, ClassUpdate, ListingKind, STATES, System, SystemClass};
use crate::host::{Host, JoinRule, Piece, RestartState};
use crate::judge::Shown;
use crate::knowledge::build::day_of;
use crate::wire::{Reader, WireError, Writer};

/// The day of the invented last start.
const BOOT: i64 = 100;

/// A day of the invented age.
fn day(number: i64) -> Date {
    let first = Date::constant(-9000, 1, 1);
    first.saturating_add(jiff::Span::new().days(number))
}

fn moment(number: i64) -> DateTimeReading {
    let at: DateTime = day(number).at(12, 0, 0, 0);
    DateTimeReading { raw: String::new(), earliest: at, latest: at }
}

fn span(first: i64, last: i64) -> DateReading {
    DateReading { raw: String::new(), earliest: day(first), latest: day(last) }
}

impl SystemClass {
    /// A host of the class.
    pub(super) fn to_host(&self) -> Host {
        let doubtful = |u: &&ClassUpdate| {
            u.is_since_build && matches!(state_of(u), RestartState::SameDay | RestartState::Unclear)
        };
        // Was the build read before the last start? Only such a host can have an update of the day of
        // that start that is younger than the build.
        let is_read_first = self.updates.iter().any(|u| doubtful(&u));
        let build_read = if is_read_first { 80 } else { 200 };
        // The start is recorded in a file of day 240: what is installed later and in another file
        // counts as in effect.
        let start_recorded = 240;

        let system = Evidence {
            os: self.system.to_evidence(),
            collected_at: Some(moment(build_read)),
            controls: self.off.iter().map(|name| control(name)).collect(),
            ..Evidence::default()
        };
        let mut listed = Vec::new();
        let mut later = Vec::new();
        for update in &self.updates {
            let (on, is_later) = invented_day(update, is_read_first);
            let row = InstalledUpdate { title: update.title.clone(), ..row(update.kb, on) };
            if is_later { later.push(row) } else { listed.push(row) }
        }
        for (kb, on) in &self.beyond {
            let on = on.map(|on| match day_of(on) {
                Some(on) => DateReading { raw: String::new(), earliest: on, latest: on },
                None => DateReading { raw: String::new(), earliest: day(245), latest: day(245) },
            });
            later.push(row(*kb, on));
        }
        let has_start = self.updates.iter().any(|u| state_of(u) != RestartState::InEffect);
        let mut pieces = vec![system];
        if self.listing != ListingKind::None {
            let (kind, completeness) = match self.listing {
                ListingKind::Complete => (UpdateListKind::Hotfixes, Completeness::Complete),
                _ => (UpdateListKind::History, Completeness::Partial("in part")),
            };
            pieces.push(Evidence {
                last_boot: has_start.then(|| moment(BOOT)),
                collected_at: Some(moment(start_recorded)),
                updates: vec![list(kind, completeness, listed)],
                ..Evidence::default()
            });
        }
        if !later.is_empty() {
            let partial = Completeness::Partial("in part");
            pieces.push(Evidence {
                updates: vec![list(UpdateListKind::History, partial, later)],
                ..Evidence::default()
            });
        }
        Host {
            label: String::new(),
            pieces: pieces
                .into_iter()
                .map(|evidence| Piece { path: String::new(), joined_by: JoinRule::Given, evidence })
                .collect(),
            notes: Vec::new(),
        }
    }

    /// The class without what only groups of fixes look at: what decides of everything that is not
    /// listed for the host's own product.
    pub(super) fn profile(&self) -> Self {
        let mut profile = self.clone();
        profile.listing = ListingKind::None;
        profile.updates.clear();
        profile.beyond.clear();
        if let System::Windows { build: build @ Build::Exact(_), .. } = &mut profile.system {
            *build = Build::WithoutRevision;
        }
        profile
    }
}

fn state_of(update: &ClassUpdate) -> RestartState {
    STATES.get(usize::from(update.state)).copied().unwrap_or(RestartState::Pending)
}

/// The day on which an update is said to be installed, and whether a later file says so.
fn invented_day(update: &ClassUpdate, is_read_first: bool) -> (Option<DateReading>, bool) {
    let (first, last, is_later) = match (state_of(update), update.is_since_build, is_read_first) {
        (RestartState::InEffect, false, _) => return (None, false),
        (RestartState::InEffect, true, true) => (90, 90, false),
        (RestartState::InEffect, true, false) => (250, 250, true),
        (RestartState::SameDay, false, true) => (50, BOOT, false),
        (RestartState::SameDay, true, _) => (90, BOOT, false),
        (RestartState::SameDay, false, false) => (BOOT, BOOT, false),
        (RestartState::Unclear, false, _) => (50, 150, false),
        (RestartState::Unclear, true, _) => (90, 150, false),
        (RestartState::Pending, false, _) => (150, 150, false),
        (RestartState::Pending, true, _) => (250, 250, false),
    };
    (Some(span(first, last)), is_later)
}

fn row(kb: u32, installed_on: Option<DateReading>) -> InstalledUpdate {
    InstalledUpdate {
        raw: String::new(),
        kb: Kb::new(kb),
        title: None,
        installed_on,
        place: Place::Whole,
    }
}

fn list(
    kind: UpdateListKind,
    completeness: Completeness,
    entries: Vec<InstalledUpdate>,
) -> UpdateList {
    UpdateList { kind, completeness, entries, place: Place::Whole }
}

fn control(name: &str) -> Control {
    Control {
        name: name.to_owned(),
        state: ControlState::Disabled,
        raw: String::new(),
        place: Place::Whole,
    }
}

impl System {
    fn to_evidence(&self) -> Option<OperatingSystem> {
        let (is_guess, platform) = match self {
            Self::NotShown => return None,
            Self::Other { is_guess } => (*is_guess, Platform::Other),
            Self::Linux { is_guess, distribution, version } => (
                *is_guess,
                Platform::Linux { distribution: distribution.clone(), version: version.clone() },
            ),
            Self::Windows { is_guess, product, build } => {
                (*is_guess, Platform::Windows { product: product.clone(), build: build.to_model() })
            }
        };
        Some(OperatingSystem {
            raw_name: String::new(),
            raw_version: None,
            platform,
            guess_percent: is_guess.then_some(0),
            place: Place::Whole,
        })
    }
}

impl Build {
    fn to_model(self) -> Option<WindowsBuild> {
        match self {
            Self::NotShown => None,
            Self::WithoutRevision => {
                Some(WindowsBuild { major: 0, minor: 0, build: 0, revision: None })
            }
            Self::Exact([major, minor, build, revision]) => Some(WindowsBuild {
                major: u16::try_from(major).unwrap_or(0),
                minor: u16::try_from(minor).unwrap_or(0),
                build,
                revision: Some(revision),
            }),
        }
    }
}

impl SystemClass {
    pub(super) fn write(&self, to: &mut Writer) {
        to.byte(self.shown.code());
        self.system.write(to);
        to.count(self.off.len());
        for name in &self.off {
            to.text(name);
        }
        to.byte(self.listing as u8);
        to.count(self.updates.len());
        let mut before = 0;
        for update in &self.updates {
            to.number(u64::from(update.kb - before));
            before = update.kb;
            to.byte(update.state << 1 | u8::from(update.is_since_build));
            to.maybe_text(update.title.as_deref());
        }
        to.count(self.beyond.len());
        for (kb, on) in &self.beyond {
            to.number(u64::from(*kb));
            to.byte(u8::from(on.is_some()));
            to.signed(i64::from(on.unwrap_or(0)));
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let shown = Shown::of_code(from.byte()?);
        let system = System::read(from)?;
        let count = from.count(1)?;
        let off =
            (0..count).map(|_| from.text().map(ToOwned::to_owned)).collect::<Result<_, _>>()?;
        let listing = match from.byte()? {
            0 => ListingKind::None,
            1 => ListingKind::Partial,
            2 => ListingKind::Complete,
            _ => return Err(from.error()),
        };
        let count = from.count(3)?;
        let mut updates = Vec::new();
        let mut before = 0_u32;
        for _ in 0..count {
            let step = from.u32()?;
            before = before.checked_add(step).ok_or_else(|| from.error())?;
            let flags = from.byte()?;
            if flags > 7 {
                return Err(from.error());
            }
            let title = from.maybe_text()?.map(ToOwned::to_owned);
            updates.push(ClassUpdate {
                kb: before,
                state: flags >> 1,
                is_since_build: flags & 1 != 0,
                title,
            });
        }
        let count = from.count(3)?;
        let mut beyond = Vec::new();
        for _ in 0..count {
            let kb = from.u32()?;
            let is_dated = from.byte()? != 0;
            let on = from.i32()?;
            beyond.push((kb, is_dated.then_some(on)));
        }
        Ok(Self { shown, system, off, listing, updates, beyond })
    }
}

impl System {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::NotShown => to.byte(0),
            Self::Other { is_guess } => to.byte(2 | u8::from(*is_guess)),
            Self::Linux { is_guess, distribution, version } => {
                to.byte(4 | u8::from(*is_guess));
                to.text(distribution);
                to.maybe_text(version.as_deref());
            }
            Self::Windows { is_guess, product, build } => {
                to.byte(6 | u8::from(*is_guess));
                write_product(product, to);
                match build {
                    Build::NotShown => to.byte(0),
                    Build::WithoutRevision => to.byte(1),
                    Build::Exact(numbers) => {
                        to.byte(2);
                        for number in numbers {
                            to.number(u64::from(*number));
                        }
                    }
                }
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let code = from.byte()?;
        let is_guess = code & 1 != 0;
        Ok(match code >> 1 {
            0 if !is_guess => Self::NotShown,
            1 => Self::Other { is_guess },
            2 => Self::Linux {
                is_guess,
                distribution: from.text()?.to_owned(),
                version: from.maybe_text()?.map(ToOwned::to_owned),
            },
            3 => {
                let product = read_product(from)?;
                let build = match from.byte()? {
                    0 => Build::NotShown,
                    1 => Build::WithoutRevision,
                    2 => Build::Exact([from.u32()?, from.u32()?, from.u32()?, from.u32()?]),
                    _ => return Err(from.error()),
                };
                Self::Windows { is_guess, product, build }
            }
            _ => return Err(from.error()),
        })
    }
}

fn write_product(product: &WindowsProduct, to: &mut Writer) {
    to.count(WindowsFamily::ALL.iter().position(|f| *f == product.family).unwrap_or(0));
    to.maybe_text(product.release.as_deref());
    to.byte(product.service_pack);
    to.byte(product.architecture.map_or(0, |architecture| architecture as u8 + 1));
    to.byte(u8::from(product.core));
    to.byte(product.edition as u8);
}

fn read_product(from: &mut Reader<'_>) -> Result<WindowsProduct, WireError> {
    use Architecture as A;
    let family = usize::try_from(from.number()?).ok().and_then(|f| WindowsFamily::ALL.get(f));
    let family = *family.ok_or_else(|| from.error())?;
    let release = from.maybe_text()?.map(ToOwned::to_owned);
    let service_pack = from.byte()?;
    let architecture = match from.byte()? {
        0 => None,
        code => Some(
            *[A::X86, A::X64, A::Ia64, A::Arm, A::Arm64]
                .get(usize::from(code) - 1)
                .ok_or_else(|| from.error())?,
        ),
    };
    let core = from.byte()? != 0;
    let edition = *[
        Edition::NotShown,
        Edition::HomePro,
        Edition::Enterprise,
        Edition::LongTerm,
        Edition::Embedded,
        Edition::Server,
    ]
    .get(usize::from(from.byte()?))
    .ok_or_else(|| from.error())?;
    Ok(WindowsProduct { family, release, service_pack, architecture, core, edition })
}
