//! How an organisation behaves: when it installs updates, with what it looks, how often it reports.
//!
//! Who runs the IT decides for all that it runs: a support unit's practices patch together, fail
//! together, and look alike. Shares follow what is known of 2017: about two thirds of trusts had
//! deployed the fix by 12 May (House of Commons, HC 787), 44 % of practices on the 14th (Smart).

use crate::day::Day;
use crate::keyed::{Key, mixed_below, pick};
use crate::organisation::{Organisation, Trait, spread};
use crate::settings::{Cadence, Settings};
use crate::updates::{Kind, Update};
use model::organisation::OrganisationKind;

/// The conduct of an organisation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conduct {
    pub(crate) tool: Tool,
    pub(crate) rhythm: Rhythm,
    pub(crate) track: Track,
    pub(crate) extras: Extras,
    /// From this day on nothing is installed any more, by neglect or because WSUS broke.
    pub(crate) stops: Option<Day>,
    /// The day on which the fix was pushed to everything after the outbreak.
    pub(crate) emergency: Option<Day>,
    /// Days between two reports.
    pub(crate) every: i32,
    /// The day of that rhythm.
    pub(crate) phase: i32,
    pub(crate) voice: Voice,
    /// How many in a thousand of the hosts are in the reports.
    pub(crate) covered: u32,
    /// Since when how many in a thousand have SMBv1 off.
    pub(crate) smb1_off: Option<(Day, u32)>,
    pub(crate) sweeps: Sweeps,
    /// For questions about single updates.
    pub(crate) seed: u64,
}

/// What makes the evidence of Windows hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// An inventory's table: it never says that it is complete.
    Table,
    /// osquery's result log.
    Osquery,
    /// A script that runs systeminfo on each host.
    Systeminfo,
    /// `systeminfo /fo csv` of many hosts, gathered from afar.
    SysteminfoCsv,
}

/// When updates are installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rhythm {
    Prompt,
    Monthly,
    Quarterly,
}

/// Which of Microsoft's two tracks is followed where there are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Track {
    Rollup,
    SecurityOnly,
}

/// Whether previews and updates between two months are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extras {
    Taken,
    Left,
}

/// Whether evidence comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    Reports,
    /// It came until this day.
    Until(Day),
    Never,
}

/// Whether scanners are run now and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sweeps {
    None,
    Nmap,
    Nessus,
}

/// The conduct of an organisation.
pub(crate) fn conduct(
    settings: &Settings,
    root: &Key,
    all: &[Organisation],
    organisation: &Organisation,
) -> Conduct {
    let runner =
        organisation.provider.and_then(|number| all.get(number as usize)).unwrap_or(organisation);
    let key = root.child("conduct", u64::from(runner.number));
    let mut stream = key.stream();
    let offset = root.child("spread", 0).stream().word();
    let trait_of = |step| spread(runner.ordinal, step, offset);
    let first = Day::from(settings.first);
    let last = Day::from(settings.last);

    let shared = runner.kind == OrganisationKind::SupportUnit;
    let tool = if shared {
        pick(
            &[(300, Tool::Table), (300, Tool::Osquery), (400, Tool::SysteminfoCsv)],
            trait_of(Trait::Tool),
            Tool::Table,
        )
    } else {
        pick(
            &[(450, Tool::Table), (250, Tool::Osquery), (300, Tool::Systeminfo)],
            trait_of(Trait::Tool),
            Tool::Table,
        )
    };
    let never = first.plus(-i32_of(stream.between(60, 700)));
    let broke = Day::of(2016, 6, 1).plus(i32_of(stream.below(330)));
    let (rhythm, stops) = pick(
        &[
            (200, (Rhythm::Prompt, None)),
            (380, (Rhythm::Monthly, None)),
            (170, (Rhythm::Quarterly, None)),
            (150, (Rhythm::Monthly, Some(broke))),
            (100, (Rhythm::Monthly, Some(never))),
        ],
        trait_of(Trait::Rhythm),
        (Rhythm::Monthly, None),
    );
    let track = stream.choose(&[(620, Track::Rollup), (380, Track::SecurityOnly)], Track::Rollup);
    let extras = stream.choose(&[(70, Extras::Taken), (930, Extras::Left)], Extras::Left);
    let pushed = Day::of(2017, 5, 13).plus(i32_of(stream.below(4).min(stream.below(7))));
    let emergency = stream.permille(650).then_some(pushed);
    let smb1_off = if stream.permille(80) {
        let since = Day::of(2017, 3, 20).plus(i32_of(stream.below(57)));
        Some((since, stream.between(200, 900)))
    } else {
        Some((first, stream.below(25)))
    };
    let sweeps = if runner.kind == OrganisationKind::Trust {
        stream.choose(&[(4, Sweeps::None), (4, Sweeps::Nmap), (2, Sweeps::Nessus)], Sweeps::None)
    } else {
        Sweeps::None
    };
    let every = match settings.cadence {
        Cadence::Days(days) => i32::from(days.max(1)),
        Cadence::Own if shared && organisation.number == runner.number => 14,
        Cadence::Own if shared => stream.choose(&[(85, 30), (15, 91)], 30),
        Cadence::Own if runner.kind == OrganisationKind::CareHome => 91,
        Cadence::Own => stream.choose(&[(40, 7), (40, 14), (20, 30)], 14),
    };
    let phase = i32_of(stream.below(u32::try_from(every).unwrap_or(1)));

    // Whether it reports, and how much of itself, is each organisation's own matter.
    let mut own = root.child("voice", u64::from(organisation.number)).stream();
    let quiet = spread(organisation.ordinal, Trait::Silence, offset);
    let span = u32::try_from(last.since(first)).unwrap_or(0);
    let until = last.plus(-i32_of(own.between(45.min(span / 2), 300.min(span))));
    let voice = pick(
        &[(60, Voice::Never), (60, Voice::Until(until)), (880, Voice::Reports)],
        quiet,
        Voice::Reports,
    );
    let partly = own.between(300, 850);
    let fully = own.between(930, 1000);
    let covered = if own.permille(150) { partly } else { fully };
    Conduct {
        tool,
        rhythm,
        track,
        extras,
        stops,
        emergency,
        every,
        phase,
        voice,
        covered,
        smb1_off,
        sweeps,
        seed: key.number(),
    }
}

impl Conduct {
    /// Whether an update is of the kind that is installed here.
    pub(crate) fn takes(&self, kind: Kind) -> bool {
        match kind {
            Kind::Rollup => self.track == Track::Rollup,
            Kind::SecurityOnly => self.track == Track::SecurityOnly,
            Kind::Preview => self.track == Track::Rollup && self.extras == Extras::Taken,
            Kind::Extra => self.extras == Extras::Taken,
            Kind::Cumulative | Kind::Single => true,
        }
    }

    /// The day on which an update is given free for installation here, in the course of things.
    pub(crate) fn deploys(&self, kb: u32, published: Day) -> Option<Day> {
        let delay = |low: u32, width: u32| {
            published.plus(i32_of(low + mixed_below(self.seed, u64::from(kb), width)))
        };
        let day = match self.rhythm {
            Rhythm::Prompt => delay(2, 6),
            Rhythm::Monthly => delay(10, 18),
            Rhythm::Quarterly => {
                let phase = i32_of(mixed_below(self.seed, 91, 91));
                published.plus((phase - published.0).rem_euclid(91))
            }
        };
        self.stops.is_none_or(|stops| day < stops).then_some(day)
    }

    /// Which of a system's updates is pushed in the emergency: the newest of its track with the fix.
    pub(crate) fn pushes(&self, updates: &[Update]) -> Option<(u32, Day)> {
        let on = self.emergency?;
        updates
            .iter()
            .rfind(|update| {
                update.fix == crate::updates::Fix::In
                    && update.published <= on
                    && self.takes(update.kind)
            })
            .map(|update| (update.kb, on))
    }

    /// The days on which reports are sent between two days.
    pub(crate) fn days(&self, from: Day, to: Day) -> Vec<Day> {
        let to = match self.voice {
            Voice::Reports => to,
            Voice::Until(day) => day.min(to),
            Voice::Never => return Vec::new(),
        };
        let first = from.plus((self.phase - from.0).rem_euclid(self.every));
        std::iter::successors(Some(first), |day| Some(day.plus(self.every)))
            .take_while(|day| *day <= to)
            .collect()
    }
}

/// A small number as a count of days.
pub(crate) fn i32_of(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(0)
}
