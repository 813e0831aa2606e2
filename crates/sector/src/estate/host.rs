//! A host on a day: everything that is so about it.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::image::{Width, image_of, images};
use super::life::{Life, by, life};
use super::patching::{Ground, Plan, Serves, installed, last_start};
use super::truth::truth;
use super::{Image, Installed, System, Truth};
use crate::conduct::{Conduct, Tool, i32_of};
use crate::day::Day;
use crate::keyed::{Key, Stream, mixed_below};
use crate::organisation::Organisation;
use crate::settings::Settings;
use model::organisation::OrganisationKind;

/// The estate of an organisation through its history.
pub(crate) struct Estate<'s> {
    pub(crate) organisation: &'s Organisation,
    pub(crate) conduct: Conduct,
    pub(crate) images: Vec<Image>,
    key: Key,
    /// "TR001", before the names of hosts.
    prefix: String,
    first: Day,
    last: Day,
    plans: BTreeMap<System, OnceCell<Plan>>,
}

/// A host on a day.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) number: u32,
    /// For further questions about it.
    pub(crate) seed: u64,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) system: System,
    pub(crate) width: Width,
    /// The place of its image; that of servers is the last.
    pub(crate) image: usize,
    pub(crate) installed: Day,
    pub(crate) updates: Vec<Installed>,
    /// The day and the minute of its last start.
    pub(crate) start: (Day, u32),
    pub(crate) smb1_off: bool,
    /// Whether it is in the reports of this day.
    pub(crate) reported: bool,
}

/// What a host is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Pc,
    Server,
    Device,
}

// Questions about one host.
const SMB1: u64 = 11;
const COVER: u64 = 12;
const INSTALLED: u64 = 13;
const ROLLED_OUT: u64 = 15;

const WINDOWS_SERVERS: [(u32, System); 10] = [
    (80, System::Server2003),
    (80, System::Server2008),
    (400, System::Server2008R2),
    (80, System::Server2012),
    (270, System::Server2012R2),
    (30, System::Server2016),
    (15, System::Debian8),
    (20, System::Ubuntu1604),
    (12, System::Centos6),
    (13, System::Centos7),
];

const DEVICES: [(u32, System); 3] =
    [(30, System::DeviceXp), (35, System::DeviceSeven), (35, System::DeviceOther)];

impl<'s> Estate<'s> {
    pub(crate) fn of(
        settings: &Settings,
        root: &Key,
        organisation: &'s Organisation,
        conduct: Conduct,
    ) -> Self {
        let runner = organisation.provider.unwrap_or(organisation.number);
        let all = [
            System::Xp,
            System::Server2003,
            System::Vista,
            System::Seven,
            System::SevenRtm,
            System::EightOne,
            System::Ten1507,
            System::Ten1511,
            System::Ten1607,
            System::Ten1703,
            System::Server2008,
            System::Server2008R2,
            System::Server2012,
            System::Server2012R2,
            System::Server2016,
        ];
        Self {
            organisation,
            conduct,
            images: images(&root.child("runner", u64::from(runner))),
            key: root.child("estate", u64::from(organisation.number)),
            prefix: organisation.code.as_str().replace('-', ""),
            first: Day::from(settings.first),
            last: Day::from(settings.last),
            plans: all.into_iter().map(|system| (system, OnceCell::new())).collect(),
        }
    }

    /// How many hosts there are in the whole history: more than at once, for some come and some go.
    pub(crate) fn hosts(&self) -> u32 {
        let expected = self.organisation.expected_hosts;
        expected + expected / 12
    }

    /// A host on a day; none if it is not there then.
    pub(crate) fn host(&self, number: u32, day: Day) -> Option<Host> {
        let closed = self.organisation.closed.map(Day::from);
        if closed.is_some_and(|closed| day >= closed) {
            return None;
        }
        let key = self.key.child("host", u64::from(number));
        let mut stream = key.stream();
        let seed = key.number();
        let life = life(self.first, self.last, &mut stream);
        if !life.covers(day) {
            return None;
        }
        let (role, image, system) = self.kind(number, &mut stream);
        let (image, system, made, installed_on) =
            self.system_on(day, seed, &life, role, image, system);
        let width = match (self.images.get(image), system) {
            (_, System::Server2003 | System::Server2008) if seed & 3 != 0 => Width::Bits32,
            (_, System::DeviceXp) => Width::Bits32,
            (Some(image), _) => image.width,
            (None, _) => Width::Bits64,
        };
        let ground = Ground { seed, system, installed: installed_on, made };
        let updates = self.plan(system).map_or_else(Vec::new, |plan| installed(&ground, plan, day));
        let serves = if role == Role::Pc { Serves::People } else { Serves::Machines };
        let start = last_start(&ground, serves, &updates, day);
        let smb1_off = self.conduct.smb1_off.is_some_and(|(since, permille)| {
            since <= day
                && system.is_windows()
                && !matches!(system, System::Xp | System::Server2003)
                && mixed_below(seed, SMB1, 1000) < permille
        });
        let renamed = by(life.renamed, day);
        Some(Host {
            number,
            seed,
            name: self.name(number, role, system, renamed),
            role,
            system,
            width,
            image,
            installed: installed_on,
            updates,
            start,
            smb1_off,
            reported: !by(life.silent, day)
                && mixed_below(seed, COVER, 1000) < self.conduct.covered,
        })
    }

    /// What a host is: in trusts of every hundred some are servers and some medical devices; the
    /// first host of others is their server.
    fn kind(&self, number: u32, stream: &mut Stream) -> (Role, usize, System) {
        let servers = self.images.len().saturating_sub(1);
        let (drawn, which) = (stream.below(1000), stream.below(1000));
        let trust = self.organisation.kind == OrganisationKind::Trust;
        let home = self.organisation.kind == OrganisationKind::CareHome;
        let serves = if trust { drawn < 60 } else { !home && number.is_multiple_of(40) };
        if serves {
            let system = crate::keyed::pick(&WINDOWS_SERVERS, which, System::Server2008R2);
            let small = !trust && system.is_linux();
            return (Role::Server, servers, if small { System::Server2008R2 } else { system });
        }
        if trust && drawn < 90 {
            let system = crate::keyed::pick(&DEVICES, which / 10, System::DeviceOther);
            return (Role::Device, servers, system);
        }
        let image = image_of(servers, which);
        let system = self.images.get(image).map_or(System::Seven, |image| image.system);
        // A few of the newest machines run the release of this spring.
        let system = match system {
            System::Ten1607 if stream.below(1000) < 40 => System::Ten1703,
            other => other,
        };
        (Role::Pc, image, system)
    }

    /// What a host runs on a day: its image, its system, the days on which the image was made and
    /// the system was installed.
    fn system_on(
        &self,
        day: Day,
        seed: u64,
        life: &Life,
        role: Role,
        image: usize,
        system: System,
    ) -> (usize, System, Day, Day) {
        // What is made anew becomes what the first image is.
        if let (Some(on), Some(first)) = (life.anew, self.images.first())
            && on <= day
            && first.made < on
            && role == Role::Pc
        {
            let system = if first.system == System::Vista { System::Seven } else { first.system };
            return (0, system, first.made, on);
        }
        let made = self.images.get(image).map_or(Day::of(2014, 1, 14), |image| image.made);
        let made = match system {
            System::Server2016 => made.max(Day::of(2016, 11, 1)),
            System::Ten1703 => made.max(Day::of(2017, 4, 6)),
            _ => made,
        };
        if made.plus(60) <= life.from {
            return (image, system, made, first_installed(seed, life, made));
        }
        // The image came while the host was there: until then it ran what went before.
        let on = made.plus(i32_of(5 + mixed_below(seed, ROLLED_OUT, 60)));
        if on <= day {
            return (image, system, made, on);
        }
        let before = match role {
            Role::Pc => System::Seven,
            _ => System::Server2008R2,
        };
        let made = Day::of(2013, 6, 1);
        (image, before, made, first_installed(seed, life, made))
    }

    fn plan(&self, system: System) -> Option<&Plan> {
        Some(self.plans.get(&system)?.get_or_init(|| Plan::of(&self.conduct, system)))
    }

    fn name(&self, number: u32, role: Role, system: System, renamed: bool) -> String {
        let letter = match role {
            _ if renamed => 'N',
            Role::Pc => 'W',
            Role::Server if system.is_linux() => 'L',
            Role::Server => 'S',
            Role::Device => 'D',
        };
        format!("{}-{letter}{:05}", self.prefix, number + 1)
    }

    /// The tool that looks at a host: agents do not run on the oldest systems.
    pub(crate) fn tool(&self, host: &Host) -> Tool {
        match self.conduct.tool {
            Tool::Osquery if !host.system.takes_agent() => Tool::Systeminfo,
            tool => tool,
        }
    }
}

/// The day on which a host was installed first: after its image was made and before it is there; in
/// the second half of a month, where no list leaves open which number is the month.
fn first_installed(seed: u64, life: &Life, made: Day) -> Day {
    let later = made.plus(i32_of(60 + mixed_below(seed, INSTALLED, 600)));
    let (year, month, _) = later.min(life.from).parts();
    let (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
    Day::of(year, month, 13 + i32_of(mixed_below(seed, INSTALLED + 1, 15)))
}

impl Host {
    /// What is so about MS17-010.
    pub(crate) fn truth(&self) -> Truth {
        truth(self)
    }

    /// Whether anything installed waits for a restart.
    pub(crate) fn awaits_restart(&self) -> bool {
        self.updates.iter().any(|update| update.on > self.start.0)
    }

    /// The revision of the build that runs: what the last start brought into effect.
    pub(crate) fn revision(&self) -> Option<u32> {
        if !self.system.is_ten() {
            return None;
        }
        let running = self
            .updates
            .iter()
            .filter(|update| update.on <= self.start.0)
            .map(|update| update.revision)
            .max()
            .unwrap_or(0);
        // The revision with which each release came out.
        let came_with = match self.system {
            System::Ten1507 => 16_384,
            System::Ten1511 => 11,
            System::Ten1703 => 13,
            _ => 10,
        };
        Some(running.max(came_with))
    }
}
