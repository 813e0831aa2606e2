//! Hosts made at random from a seed: systems, updates, dates around the last start, cut lists,
//! settings, software of several ecosystems, findings, in one to three files.

use exposure::host::{Host, JoinRule, Piece};
use jiff::civil::Date;
use model::evidence::{
    Completeness, ControlState, DateReading, Ecosystem, Evidence, FindingMethod, FindingOutcome,
    Software, UpdateListKind, control,
};
use model::purl::Purl;

use crate::statements::world;
use crate::support::{Machine, boot, day, either, kb};

/// Numbers from a seed (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }
}

/// Windows systems: name, version, type.
const SYSTEMS: [(&str, &str, &str); 14] = [
    ("Microsoft Windows 7 Enterprise", "6.1.7601 Service Pack 1 Build 7601", "X86-based PC"),
    ("Microsoft Windows 7 Professional", "6.1.7601 Service Pack 1 Build 7601", "x64-based PC"),
    ("Microsoft Windows 7 Enterprise", "", ""),
    ("Microsoft Windows 7 Professional", "6.1.7600 N/A Build 7600", "x64-based PC"),
    ("Microsoft Windows 10 Pro", "10.0.14393 N/A Build 14393", "x64-based PC"),
    ("Microsoft Windows 10 Enterprise", "10.0.14393.693", "x64-based PC"),
    ("Microsoft Windows 10 Enterprise", "10.0.14393.953", ""),
    ("Microsoft Windows 10 Pro", "10.0.18362 N/A Build 18362", "x64-based PC"),
    ("Microsoft Windows 10 Pro", "10.0.18362.175", "X86-based PC"),
    ("Microsoft Windows Server 2019 Standard", "10.0.17763 N/A Build 17763", "x64-based PC"),
    (
        "Microsoft Windows Server 2008 R2 Standard",
        "6.1.7601 Service Pack 1 Build 7601",
        "x64-based PC",
    ),
    ("Microsoft Windows Server 2012 R2 Standard", "6.3.9600 N/A Build 9600", "x64-based PC"),
    ("Microsoft Windows XP Professional", "5.1.2600 Service Pack 3 Build 2600", "X86-based PC"),
    ("Microsoft Windows XP Professional", "5.1.2600 Service Pack 2 Build 2600", "X86-based PC"),
];

const LINUX: [(&str, &str); 7] = [
    ("debian", "12"),
    ("debian", "11"),
    ("ubuntu", "22.04"),
    ("centos", "8.5"),
    ("alpine", "3.18.4"),
    ("debian", ""),
    ("arch", "1"),
];

const TITLES: [&str; 5] = [
    "2019-07 Cumulative Update for Windows 10 Version 1607 for x64-based Systems",
    "2017-05 Cumulative Update for Windows 10 Version 1607 for x64-based Systems",
    "2017-05 Security Monthly Quality Rollup for Windows 7 for x64-based Systems",
    "2019-05 Security Monthly Quality Rollup for Windows 7",
    "Update for Windows",
];

/// Updates of the built-in knowledge, and some that it does not have.
fn pool() -> &'static [u32] {
    use std::sync::OnceLock;
    static POOL: OnceLock<Vec<u32>> = OnceLock::new();
    POOL.get_or_init(|| {
        let mut pool: Vec<u32> = world()
            .view()
            .windows
            .iter()
            .flat_map(|row| row.updates.iter().enumerate())
            .filter(|(at, _)| at % 5 == 0)
            .map(|(_, u)| u.kb.to_native())
            .chain([2_534_111, 976_902, 4_040_957, 9_999_999, 9_999_998, 4_012_212, 4_012_215, 17])
            .collect();
        pool.sort_unstable();
        pool.dedup();
        pool
    })
}

fn on(dice: &mut Dice) -> Option<DateReading> {
    match dice.roll(9) {
        0..3 => None,
        3 => Some(day("2019-01-10")),
        4 => Some(day("2019-06-01")),
        5 => Some(day("2019-06-03")),
        6 => Some(day("2019-12-31")),
        7 => Some(either("2019-03-12", "2019-12-03")),
        _ => Some(either("2019-05-06", "2019-06-05")),
    }
}

/// A host: its pieces of evidence, each with the day on which it was received.
pub(crate) fn pieces(seed: u64) -> Vec<(Evidence, Date)> {
    let dice = &mut Dice(seed);
    let received = |dice: &mut Dice| -> Date {
        dice.pick(&["2019-05-20", "2019-06-25", "2019-06-30", "2019-06-01"]).parse().unwrap()
    };
    if dice.one_in(30) {
        return Vec::new();
    }
    let kind = dice.roll(10);
    let mut system = match kind {
        0..6 => {
            let (name, version, system) = dice.pick(&SYSTEMS);
            Machine::windows(name, version, system)
        }
        6..9 => {
            let (distribution, version) = dice.pick(&LINUX);
            Machine::linux(distribution, version)
        }
        _ => Machine::silent(),
    };
    if dice.one_in(8)
        && let Some(os) = &mut system.evidence.os
    {
        os.guess_percent = Some(90);
    }
    if dice.one_in(2) {
        system = system.collected(dice.pick(&[
            "2019-05-20T10:00:00",
            "2019-06-01T08:00:00",
            "2019-07-01T00:00:00",
        ]));
    }
    let is_apart = dice.one_in(3);
    let mut other = Machine::silent();
    let updates = if is_apart { &mut other } else { &mut system };
    if kind < 6 && !dice.one_in(8) {
        list_of_updates(dice, updates);
    }
    if dice.one_in(2) {
        let start =
            boot(dice.pick(&["2019-06-01T06:00:00", "2019-06-02T06:00:00", "2019-05-01T06:00:00"]));
        let holder = if dice.one_in(2) { &mut system } else { &mut other };
        *holder = holder.clone().booted(start);
    }
    if dice.one_in(3) {
        other = other.collected(dice.pick(&[
            "2019-05-25T10:00:00",
            "2019-06-01T09:00:00",
            "2019-06-20T00:00:00",
        ]));
    }
    for name in [control::SMB1_SERVER, control::REMOTE_DESKTOP, "of-our-own"] {
        if dice.one_in(5) {
            let state = dice.pick(&[ControlState::Disabled, ControlState::Enabled]);
            let holder = if dice.one_in(2) { &mut system } else { &mut other };
            *holder = holder.clone().setting(name, state);
        }
    }
    if !dice.one_in(4) {
        let holder = if dice.one_in(2) { &mut system } else { &mut other };
        software(dice, kind, holder);
    }
    let mut all = vec![(system.evidence, received(dice)), (other.evidence, received(dice))];
    if dice.one_in(3) {
        all.push((findings(dice).evidence, received(dice)));
    }
    if dice.one_in(2) {
        all.reverse();
    }
    all
}

fn list_of_updates(dice: &mut Dice, machine: &mut Machine) {
    let mut list = machine.clone().with(&[]);
    for _ in 0..dice.roll(7) {
        let number = dice.pick(pool());
        list = match on(dice) {
            Some(on) => list.with_on(number, on),
            None => list.with(&[number]),
        };
    }
    for _ in 0..dice.roll(3) {
        let title = dice.pick(&TITLES);
        list = list.titled(dice.pick(pool()), title);
    }
    *machine = match dice.roll(5) {
        0 => list.cut(300),
        1 => list.list_is(UpdateListKind::History, Completeness::Partial("in part")),
        2 => list.list_is(UpdateListKind::Reported, Completeness::Complete),
        _ => list,
    };
}

fn software(dice: &mut Dice, kind: usize, machine: &mut Machine) {
    let mut with = machine.clone();
    for _ in 0..dice.roll(7) {
        let row = match (kind, dice.roll(6)) {
            (_, 0) => Software {
                ecosystem: Ecosystem::Purl,
                name: "Django".to_owned(),
                version: Some("3.1".to_owned()),
                purl: Purl::parse(dice.pick(&["pkg:pypi/django@3.1", "pkg:pypi/django@4.2"])).ok(),
                ..Software::default()
            },
            (0..6 | 9, _) => Software {
                ecosystem: Ecosystem::WindowsProgram,
                name: dice.pick(&["Mirth Connect", "7-Zip", "mirth  connect", "Other"]).to_owned(),
                version: dice
                    .pick(&[None, Some("1.0"), Some("1.5"), Some("2.0"), Some("x")])
                    .map(ToOwned::to_owned),
                vendor: dice
                    .pick(&[None, Some("NextGen Healthcare"), Some("Igor Pavlov")])
                    .map(ToOwned::to_owned),
                ..Software::default()
            },
            _ => {
                let ecosystem =
                    dice.pick(&[Ecosystem::Dpkg, Ecosystem::Dpkg, Ecosystem::Rpm, Ecosystem::Apk]);
                let version = dice.pick(&[
                    "1.0-1",
                    "1.1-2",
                    "2.0-1",
                    "1.1-1.el8",
                    "1.1-3.el8",
                    "1.1-3.el9",
                    "1.0-r1",
                    "1.1-r2",
                ]);
                let source = dice
                    .one_in(2)
                    .then(|| ("openssl".to_owned(), dice.one_in(2).then(|| "1.0-1".to_owned())));
                Software {
                    ecosystem,
                    name: dice.pick(&["openssl", "curl", "zlib", "libssl3"]).to_owned(),
                    version: (!dice.one_in(9)).then(|| version.to_owned()),
                    source,
                    architecture: dice.pick(&[None, Some("amd64".to_owned())]),
                    ..Software::default()
                }
            }
        };
        with = with.software(row);
    }
    with.evidence.software_completeness = dice.pick(&[
        None,
        Some(Completeness::Complete),
        Some(Completeness::Complete),
        Some(Completeness::Partial("in part")),
    ]);
    *machine = with;
}

fn findings(dice: &mut Dice) -> Machine {
    let mut machine = Machine::silent();
    for _ in 0..=dice.roll(3) {
        let cve = dice.pick(&[
            "CVE-2017-0144",
            "CVE-2017-0143",
            "CVE-2019-0708",
            "CVE-2024-90001",
            "CVE-2024-90004",
            "CVE-2099-0001",
        ]);
        let outcome = dice.pick(&[
            FindingOutcome::Vulnerable,
            FindingOutcome::Vulnerable,
            FindingOutcome::LikelyVulnerable,
            FindingOutcome::NotVulnerable,
            FindingOutcome::Inconclusive,
        ]);
        let method = dice.pick(&[
            FindingMethod::Remote,
            FindingMethod::Authenticated,
            FindingMethod::Inferred,
            FindingMethod::NotStated,
        ]);
        machine = machine.finding(cve, outcome, method);
        let found = machine.evidence.findings.last_mut().unwrap();
        if dice.one_in(3) {
            found.check = String::from("smb-vuln-ms17-010");
        }
        if dice.one_in(4) {
            found.missing_kbs.push(kb(dice.pick(&[4_012_212, 4_012_215, 4_499_175])));
        }
        if dice.one_in(2) {
            found.observed_at = Some(boot(dice.pick(&[
                "2019-01-01T00:00:00",
                "2019-06-10T00:00:00",
                "2020-01-01T00:00:00",
            ])));
        }
    }
    if dice.one_in(2) {
        machine = machine.collected(dice.pick(&["2018-01-01T00:00:00", "2019-06-20T00:00:00"]));
    }
    machine
}

/// The host of pieces of evidence.
pub(crate) fn host(pieces: &[(Evidence, Date)]) -> Host {
    Host {
        label: "PC".to_owned(),
        pieces: pieces
            .iter()
            .map(|(evidence, _)| Piece {
                path: "pc.txt".to_owned(),
                joined_by: JoinRule::Name,
                evidence: evidence.clone(),
            })
            .collect(),
        notes: Vec::new(),
    }
}
