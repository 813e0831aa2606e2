//! Updates of Windows from October 2016 on, when they became cumulative, and those of March and May 2017
//! for what had none: number, day, kind, and whether the fix of MS17-010 is in it.
//!
//! The same facts as `exposure`'s own tables have (a test compares them), kept here because this
//! crate must not lean on what is tested with it. Revisions of builds that are not there: Microsoft,
//! "Windows 10 update history".

use crate::day::Day;
use crate::estate::System;

/// An update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Update {
    /// The day it came out.
    pub(crate) published: Day,
    /// Its number.
    pub(crate) kb: u32,
    /// Its kind.
    pub(crate) kind: Kind,
    /// Whether the fix of MS17-010 is in it.
    pub(crate) fix: Fix,
    /// The revision of the build it brings; 0 where builds do not show updates.
    pub(crate) revision: u32,
}

/// Kinds of update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everything of the months before, monthly.
    Rollup,
    /// The fixes of one month only: it holds nothing of another month.
    SecurityOnly,
    /// Next month's rollup, early and without its fixes.
    Preview,
    /// Everything up to its day (Windows 10).
    Cumulative,
    /// Cumulative, between two months; few install it.
    Extra,
    /// An update for itself.
    Single,
}

impl Kind {
    /// Whether it holds what came before it.
    pub(crate) const fn is_cumulative(self) -> bool {
        matches!(self, Self::Rollup | Self::Preview | Self::Cumulative | Self::Extra)
    }
}

/// Whether the fix of MS17-010 is in an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fix {
    /// It is.
    In,
    /// It is not: older, or a security-only update of another month.
    Out,
}

impl Update {
    const fn new(published: Day, kb: u32, kind: Kind, fix: Fix, revision: u32) -> Self {
        Self { published, kb, kind, fix, revision }
    }
}

/// The updates of a system, oldest first.
pub(crate) const fn updates(system: System) -> &'static [Update] {
    match system {
        System::Seven | System::Server2008R2 => &NT61,
        System::Server2012 => &NT62,
        System::EightOne | System::Server2012R2 => &NT63,
        System::Ten1507 => &TEN_1507,
        System::Ten1511 => &TEN_1511,
        System::Ten1607 | System::Server2016 => &TEN_1607,
        System::Ten1703 => &TEN_1703,
        System::Vista => &VISTA,
        System::Server2008 => &SERVER_2008,
        System::Xp | System::Server2003 => &OUT_OF_SUPPORT,
        _ => &[],
    }
}

/// Windows Vista SP2.
const VISTA: [Update; 1] = [Update::new(Day::of(2017, 3, 14), 4_012_598, Kind::Single, Fix::In, 0)];

/// Windows Server 2008 SP2. The update of May replaces that of March.
const SERVER_2008: [Update; 2] = [
    Update::new(Day::of(2017, 3, 14), 4_012_598, Kind::Single, Fix::In, 0),
    Update::new(Day::of(2017, 5, 9), 4_018_466, Kind::Single, Fix::In, 0),
];

/// XP SP3 and Server 2003 SP2: out of support, and fixed on the day after the outbreak.
const OUT_OF_SUPPORT: [Update; 1] =
    [Update::new(Day::of(2017, 5, 13), 4_012_598, Kind::Single, Fix::In, 0)];

/// Windows 7 SP1 and Server 2008 R2 SP1.
const NT61: [Update; 18] = [
    Update::new(Day::of(2016, 10, 11), 3_185_330, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2016, 10, 11), 3_192_391, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2016, 10, 18), 3_192_403, Kind::Preview, Fix::Out, 0),
    Update::new(Day::of(2016, 11, 8), 3_197_867, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2016, 11, 8), 3_197_868, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2016, 12, 13), 3_205_394, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2016, 12, 13), 3_207_752, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2017, 1, 10), 3_212_642, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2017, 1, 10), 3_212_646, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2017, 3, 14), 4_012_212, Kind::SecurityOnly, Fix::In, 0),
    Update::new(Day::of(2017, 3, 14), 4_012_215, Kind::Rollup, Fix::In, 0),
    Update::new(Day::of(2017, 3, 21), 4_012_218, Kind::Preview, Fix::In, 0),
    Update::new(Day::of(2017, 4, 11), 4_015_546, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2017, 4, 11), 4_015_549, Kind::Rollup, Fix::In, 0),
    Update::new(Day::of(2017, 4, 18), 4_015_552, Kind::Preview, Fix::In, 0),
    Update::new(Day::of(2017, 5, 9), 4_019_263, Kind::SecurityOnly, Fix::In, 0),
    Update::new(Day::of(2017, 5, 9), 4_019_264, Kind::Rollup, Fix::In, 0),
    Update::new(Day::of(2017, 5, 16), 4_019_265, Kind::Preview, Fix::In, 0),
];

/// Windows Server 2012.
const NT62: [Update; 16] = [
    Update::new(Day::of(2016, 10, 11), 3_185_332, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2016, 10, 11), 3_192_393, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2016, 10, 18), 3_192_406, Kind::Preview, Fix::Out, 0),
    Update::new(Day::of(2016, 11, 8), 3_197_876, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2016, 11, 8), 3_197_877, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2016, 12, 13), 3_205_408, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2016, 12, 13), 3_205_409, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2017, 3, 14), 4_012_214, Kind::SecurityOnly, Fix::In, 0),
    Update::new(Day::of(2017, 3, 14), 4_012_217, Kind::Rollup, Fix::In, 0),
    Update::new(Day::of(2017, 3, 21), 4_012_220, Kind::Preview, Fix::In, 0),
    Update::new(Day::of(2017, 4, 11), 4_015_548, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2017, 4, 11), 4_015_551, Kind::Rollup, Fix::In, 0),
    Update::new(Day::of(2017, 4, 18), 4_015_554, Kind::Preview, Fix::In, 0),
    Update::new(Day::of(2017, 5, 9), 4_019_214, Kind::SecurityOnly, Fix::In, 0),
    Update::new(Day::of(2017, 5, 9), 4_019_216, Kind::Rollup, Fix::In, 0),
    Update::new(Day::of(2017, 5, 16), 4_019_218, Kind::Preview, Fix::In, 0),
];

/// Windows 8.1 and Server 2012 R2.
const NT63: [Update; 16] = [
    Update::new(Day::of(2016, 10, 11), 3_185_331, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2016, 10, 11), 3_192_392, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2016, 10, 18), 3_192_404, Kind::Preview, Fix::Out, 0),
    Update::new(Day::of(2016, 11, 8), 3_197_873, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2016, 11, 8), 3_197_874, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2016, 12, 13), 3_205_400, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2016, 12, 13), 3_205_401, Kind::Rollup, Fix::Out, 0),
    Update::new(Day::of(2017, 3, 14), 4_012_213, Kind::SecurityOnly, Fix::In, 0),
    Update::new(Day::of(2017, 3, 14), 4_012_216, Kind::Rollup, Fix::In, 0),
    Update::new(Day::of(2017, 3, 21), 4_012_219, Kind::Preview, Fix::In, 0),
    Update::new(Day::of(2017, 4, 11), 4_015_547, Kind::SecurityOnly, Fix::Out, 0),
    Update::new(Day::of(2017, 4, 11), 4_015_550, Kind::Rollup, Fix::In, 0),
    Update::new(Day::of(2017, 4, 18), 4_015_553, Kind::Preview, Fix::In, 0),
    Update::new(Day::of(2017, 5, 9), 4_019_213, Kind::SecurityOnly, Fix::In, 0),
    Update::new(Day::of(2017, 5, 9), 4_019_215, Kind::Rollup, Fix::In, 0),
    Update::new(Day::of(2017, 5, 16), 4_019_217, Kind::Preview, Fix::In, 0),
];

/// Windows 10 version 1507.
const TEN_1507: [Update; 8] = [
    Update::new(Day::of(2016, 10, 11), 3_192_440, Kind::Cumulative, Fix::Out, 17_146),
    Update::new(Day::of(2016, 11, 8), 3_198_585, Kind::Cumulative, Fix::Out, 17_190),
    Update::new(Day::of(2016, 12, 13), 3_205_383, Kind::Cumulative, Fix::Out, 17_202),
    Update::new(Day::of(2017, 1, 10), 3_210_720, Kind::Cumulative, Fix::Out, 17_236),
    Update::new(Day::of(2017, 3, 14), 4_012_606, Kind::Cumulative, Fix::In, 17_319),
    Update::new(Day::of(2017, 3, 22), 4_016_637, Kind::Extra, Fix::In, 17_320),
    Update::new(Day::of(2017, 4, 11), 4_015_221, Kind::Cumulative, Fix::In, 17_354),
    Update::new(Day::of(2017, 5, 9), 4_019_474, Kind::Cumulative, Fix::In, 17_394),
];

/// Windows 10 version 1511.
const TEN_1511: [Update; 5] = [
    Update::new(Day::of(2017, 1, 10), 3_210_721, Kind::Cumulative, Fix::Out, 753),
    Update::new(Day::of(2017, 3, 14), 4_013_198, Kind::Cumulative, Fix::In, 839),
    Update::new(Day::of(2017, 3, 22), 4_016_636, Kind::Extra, Fix::In, 842),
    Update::new(Day::of(2017, 4, 11), 4_015_219, Kind::Cumulative, Fix::In, 873),
    Update::new(Day::of(2017, 5, 9), 4_019_473, Kind::Cumulative, Fix::In, 916),
];

/// Windows 10 version 1607 and Server 2016.
const TEN_1607: [Update; 11] = [
    Update::new(Day::of(2016, 10, 11), 3_194_798, Kind::Cumulative, Fix::Out, 321),
    Update::new(Day::of(2016, 10, 27), 3_197_954, Kind::Extra, Fix::Out, 351),
    Update::new(Day::of(2016, 11, 8), 3_200_970, Kind::Cumulative, Fix::Out, 447),
    Update::new(Day::of(2016, 12, 9), 3_201_845, Kind::Extra, Fix::Out, 479),
    Update::new(Day::of(2016, 12, 13), 3_206_632, Kind::Cumulative, Fix::Out, 576),
    Update::new(Day::of(2017, 1, 10), 3_213_986, Kind::Cumulative, Fix::Out, 693),
    Update::new(Day::of(2017, 3, 14), 4_013_429, Kind::Cumulative, Fix::In, 953),
    Update::new(Day::of(2017, 3, 20), 4_015_438, Kind::Extra, Fix::In, 969),
    Update::new(Day::of(2017, 3, 22), 4_016_635, Kind::Extra, Fix::In, 970),
    Update::new(Day::of(2017, 4, 11), 4_015_217, Kind::Cumulative, Fix::In, 1066),
    Update::new(Day::of(2017, 5, 9), 4_019_472, Kind::Cumulative, Fix::In, 1198),
];

/// Windows 10 version 1703.
const TEN_1703: [Update; 2] = [
    Update::new(Day::of(2017, 4, 11), 4_015_583, Kind::Cumulative, Fix::Out, 138),
    Update::new(Day::of(2017, 5, 9), 4_016_871, Kind::Cumulative, Fix::Out, 296),
];
