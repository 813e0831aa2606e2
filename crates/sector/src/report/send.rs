//! Which hosts go into which files of a report.

use super::out::Out;
use super::systeminfo::List;
use super::{EvidenceFile, cyclonedx, linux, nessus, nmap, osquery, qfe, systeminfo, table};
use crate::catalogue::{Holdings, Row};
use crate::conduct::{Sweeps, Tool};
use crate::day::Day;
use crate::estate::{Estate, Host, Role};
use crate::keyed::{Key, mixed_below};

/// Whether this report brings what comes a few times a year only: scans, and medical devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sweep {
    Swept,
    Not,
}

/// How far the evidence of a host reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// The host is in no file of this report, or a scanner alone saw it.
    Nothing,
    /// Its operating system, and no list of updates.
    System,
    /// A list of updates that proves what it names and nothing else.
    Part,
    /// All its updates, or a build that shows them.
    Whole,
}

/// What a report has of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) shown: Shown,
    /// Whether a scanner saw it too.
    pub(crate) scanned: bool,
    /// Whether it shows if SMBv1 is on: systeminfo does not.
    pub(crate) shows_smb1: bool,
}

// Questions about one host.
const CUT: u64 = 41;
const QFE: u64 = 42;
const BLIND: u64 = 43;
const MINUTE: u64 = 44;
const TWICE: u64 = 45;
const SCANNED: u64 = 46;
const MISTAKEN: u64 = 47;

/// What a report of this day has of a host.
pub(crate) fn seen(estate: &Estate<'_>, host: &Host, sweep: Sweep) -> Seen {
    let shown = match host.role {
        _ if !host.reported => Shown::Nothing,
        Role::Device if sweep == Sweep::Not => Shown::Nothing,
        Role::Device => Shown::System,
        _ if host.system.is_linux() => Shown::System,
        _ => match estate.tool(host) {
            Tool::Osquery if host.revision().is_some() => Shown::Whole,
            Tool::Osquery if is_blind(host) => Shown::System,
            Tool::Table if host.revision().is_none() => Shown::Part,
            Tool::Systeminfo if list(host) == List::Cut && !has_qfe(host) => Shown::Part,
            _ => Shown::Whole,
        },
    };
    let scanned = is_scanned(estate, host, sweep);
    let asks = matches!(estate.tool(host), Tool::Osquery | Tool::Table) && host.reported;
    let shows_smb1 = asks || (scanned && estate.conduct.sweeps == Sweeps::Nmap);
    Seen { shown, scanned, shows_smb1 }
}

fn is_blind(host: &Host) -> bool {
    mixed_below(host.seed, BLIND, 1000) < 12
}

fn list(host: &Host) -> List {
    let long = host.updates.len() > 20;
    if long && mixed_below(host.seed, CUT, 1000) < 40 { List::Cut } else { List::Whole }
}

/// Whether `wmic qfe` was asked too: for some hosts always, for all where a restart is due.
fn has_qfe(host: &Host) -> bool {
    host.awaits_restart() || mixed_below(host.seed, QFE, 1000) < 150
}

fn is_scanned(estate: &Estate<'_>, host: &Host, sweep: Sweep) -> bool {
    let permille = match estate.conduct.sweeps {
        Sweeps::None => 0,
        Sweeps::Nmap => 800,
        Sweeps::Nessus => 500,
    };
    sweep == Sweep::Swept
        && host.role == Role::Server
        && host.system.is_windows()
        && mixed_below(host.seed, SCANNED, 1000) < permille
}

/// How many hosts share a file.
const IN_TABLE: usize = 2_000;
const IN_SOFTWARE: usize = 500;
const IN_LOG: usize = 250;

/// Writes a report.
pub(crate) fn send(
    estate: &Estate<'_>,
    software: Option<(&Holdings<'_>, &Key)>,
    day: Day,
    sweep: Sweep,
    sink: &mut dyn FnMut(EvidenceFile),
) {
    let mut parts = Parts::new(sink);
    let mut scanned = Vec::new();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for number in 0..estate.hosts() {
        let Some(host) = estate.host(number, day) else { continue };
        let seen = seen(estate, &host, sweep);
        if seen.shown != Shown::Nothing {
            one(estate, &host, day, software, &mut rows, &mut parts);
        }
        if seen.scanned {
            let mistaken = mixed_below(host.seed, MISTAKEN, 1000) < 15;
            let claim = if mistaken { nmap::Claim::Mistaken } else { nmap::Claim::Right };
            scanned.push((host, claim));
        }
    }
    parts.finish();
    if !scanned.is_empty() {
        let (path, bytes) = match estate.conduct.sweeps {
            Sweeps::Nessus => {
                ("scans/servers.nessus", nessus::scan(estate.organisation, &scanned, day))
            }
            _ => ("scans/servers_nmap.xml", nmap::scan(estate.organisation, &scanned, day)),
        };
        parts.whole(path.to_owned(), bytes);
    }
}

fn one(
    estate: &Estate<'_>,
    host: &Host,
    day: Day,
    software: Option<(&Holdings<'_>, &Key)>,
    rows: &mut Vec<Row<'_>>,
    parts: &mut Parts<'_>,
) {
    let organisation = estate.organisation;
    let minute = 600 + mixed_below(host.seed, MINUTE, 400);
    if host.role == Role::Device {
        if estate.conduct.seed & 1 == 0 {
            let path = format!("devices/{}.cdx.json", host.name);
            parts.whole(path, cyclonedx::device(host, day));
        } else {
            let file = parts.open(File::Devices);
            table::device(file, organisation.number, host, day);
        }
        return;
    }
    if host.system.is_linux() {
        let name = host.name.to_ascii_lowercase();
        parts.whole(format!("linux/{name}_os-release"), linux::os_release(host));
        if software.is_some() {
            let (ending, bytes) = linux::packages(host);
            parts.whole(format!("linux/{name}_{ending}"), bytes);
        }
        return;
    }
    let tool = estate.tool(host);
    if let Some((holdings, key)) = software {
        rows.clear();
        let mut held = Vec::new();
        holdings.rows(host, key, &mut held);
        if tool == Tool::Osquery {
            osquery::programs(parts.open(File::Log), host, day, minute, &held);
        } else {
            table::software(parts.open(File::Software), host, &held);
        }
    }
    match tool {
        Tool::Table => {
            table::host(parts.open(File::Hosts), organisation.number, host, day, minute);
        }
        Tool::Osquery => {
            let updates: &[_] = if is_blind(host) { &[] } else { &host.updates };
            osquery::host(parts.open(File::Log), host, day, minute, updates);
        }
        Tool::Systeminfo => by_script(estate, host, day, minute, list(host), parts),
        Tool::SysteminfoCsv => {
            let file = parts.open(File::Systeminfo);
            systeminfo::csv_row(file, organisation, host, day, minute);
            if has_qfe(host) {
                qfe::csv(parts.open(File::Qfe), host);
            }
        }
    }
    // Some servers were looked at with a second tool some days before.
    let twice = matches!(tool, Tool::Table | Tool::Osquery) && host.role == Role::Server;
    if twice && mixed_below(host.seed, TWICE, 1000) < 60 {
        let before = day.plus(-6);
        let earlier = estate
            .host(host.number, before)
            .filter(|old| old.name == host.name && old.installed == host.installed);
        if let Some(old) = earlier {
            by_script(estate, &old, before, minute, List::Whole, parts);
        }
    }
}

fn by_script(
    estate: &Estate<'_>,
    host: &Host,
    day: Day,
    minute: u32,
    list: List,
    parts: &mut Parts<'_>,
) {
    let text = systeminfo::text(estate.organisation, host, day, minute, list);
    parts.whole(format!("hosts/{}_systeminfo.txt", host.name), text);
    if has_qfe(host) {
        parts.whole(format!("hosts/{}_qfe.txt", host.name), qfe::table(host));
    }
}

/// Files that many hosts share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    Hosts,
    Software,
    Devices,
    Log,
    Systeminfo,
    Qfe,
}

impl File {
    const ALL: [Self; 6] =
        [Self::Hosts, Self::Software, Self::Devices, Self::Log, Self::Systeminfo, Self::Qfe];

    /// Its name before and behind its number, and how many hosts share one.
    const fn shape(self) -> (&'static str, &'static str, usize) {
        match self {
            Self::Hosts => ("hosts/estate", "csv", IN_TABLE),
            Self::Software => ("software/programs", "csv", IN_SOFTWARE),
            Self::Devices => ("devices/register", "csv", IN_TABLE),
            Self::Log => ("osquery/results", "jsonl", IN_LOG),
            Self::Systeminfo => ("hosts/systeminfo", "csv", IN_TABLE),
            Self::Qfe => ("hosts/qfe", "csv", IN_TABLE),
        }
    }

    fn begin(self, out: &mut Out) {
        match self {
            Self::Hosts => out.text(table::HOSTS),
            Self::Software => out.text(table::SOFTWARE),
            Self::Devices => out.text(table::DEVICES),
            Self::Qfe => out.text(qfe::CSV_HEAD),
            Self::Systeminfo => {
                systeminfo::csv_head(out);
                out
            }
            Self::Log => out,
        };
    }
}

/// The open files of a report.
struct Parts<'f> {
    sink: &'f mut dyn FnMut(EvidenceFile),
    open: [(Out, usize, u32); 6],
}

impl<'f> Parts<'f> {
    fn new(sink: &'f mut dyn FnMut(EvidenceFile)) -> Self {
        Self { sink, open: Default::default() }
    }

    /// The file that takes a host's rows; a full one is handed on and a new one begun.
    fn open(&mut self, file: File) -> &mut Out {
        let (_, _, most) = file.shape();
        if self.entry(file).1 >= most {
            self.close(file);
        }
        let entry = self.entry(file);
        if entry.0.0.is_empty() {
            file.begin(&mut entry.0);
        }
        entry.1 += 1;
        &mut entry.0
    }

    #[expect(clippy::indexing_slicing, reason = "one entry for each of the six kinds of file")]
    fn entry(&mut self, file: File) -> &mut (Out, usize, u32) {
        &mut self.open[file as usize]
    }

    fn close(&mut self, file: File) {
        let (front, ending, _) = file.shape();
        let entry = self.entry(file);
        if entry.0.0.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut entry.0.0);
        entry.1 = 0;
        entry.2 += 1;
        let path = format!("{front}-{:04}.{ending}", entry.2);
        (self.sink)(EvidenceFile { path, bytes });
    }

    fn whole(&mut self, path: String, bytes: Vec<u8>) {
        (self.sink)(EvidenceFile { path, bytes });
    }

    fn finish(&mut self) {
        for file in File::ALL {
            self.close(file);
        }
    }
}
