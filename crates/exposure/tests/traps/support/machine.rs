//! A host, as a few words of evidence.

use exposure::host::{Host, JoinRule, Piece};
use jiff::civil::{Date, DateTime};
use model::evidence::{
    Completeness, Control, ControlState, DateReading, DateTimeReading, Ecosystem, Evidence,
    Finding, FindingMethod, FindingOutcome, HostIdentity, InstalledUpdate, OperatingSystem,
    Platform, Software, UpdateList, UpdateListKind,
};
use model::kb::Kb;
use model::reading::Place;
use model::windows::WindowsProduct;

/// Evidence of one file, in the making.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) evidence: Evidence,
}

impl Machine {
    /// A file that shows nothing.
    pub(crate) fn silent() -> Self {
        Self {
            evidence: Evidence {
                format: "test",
                host: HostIdentity::named("PC"),
                ..Evidence::default()
            },
        }
    }

    /// A Windows host as `systeminfo` prints it; no list of updates yet.
    pub(crate) fn windows(name: &str, version: &str, system: &str) -> Self {
        let system = (!system.is_empty()).then_some(system);
        let (product, build) =
            WindowsProduct::from_host(name, Some(version), system).expect("a Windows product");
        let mut machine = Self::silent();
        machine.evidence.os = Some(OperatingSystem {
            raw_name: name.to_owned(),
            raw_version: Some(version.to_owned()),
            platform: Platform::Windows { product, build },
            guess_percent: None,
            place: Place::Line(3),
        });
        machine
    }

    /// Windows 7 SP1, 32 bits, with a complete and empty list.
    pub(crate) fn seven() -> Self {
        Self::windows(
            "Microsoft Windows 7 Enterprise",
            "6.1.7601 Service Pack 1 Build 7601",
            "X86-based PC",
        )
        .with(&[])
    }

    /// Windows 10 1607 with a complete and empty list and no revision.
    pub(crate) fn ten_1607() -> Self {
        Self::windows("Microsoft Windows 10 Pro", "10.0.14393 N/A Build 14393", "x64-based PC")
            .with(&[])
    }

    /// Windows XP SP3 with a complete and empty list.
    pub(crate) fn xp() -> Self {
        Self::windows(
            "Microsoft Windows XP Professional",
            "5.1.2600 Service Pack 3 Build 2600",
            "X86-based PC",
        )
        .with(&[])
    }

    /// A Linux host.
    pub(crate) fn linux(distribution: &str, version: &str) -> Self {
        let mut machine = Self::silent();
        machine.evidence.os = Some(OperatingSystem {
            raw_name: format!("{distribution} {version}"),
            raw_version: Some(version.to_owned()),
            platform: Platform::Linux {
                distribution: distribution.to_owned(),
                version: (!version.is_empty()).then(|| version.to_owned()),
            },
            guess_percent: None,
            place: Place::Whole,
        });
        machine
    }

    fn list(&mut self) -> &mut UpdateList {
        if self.evidence.updates.is_empty() {
            self.evidence.updates.push(UpdateList {
                kind: UpdateListKind::Hotfixes,
                completeness: Completeness::Complete,
                entries: Vec::new(),
                place: Place::Line(30),
            });
        }
        self.evidence.updates.first_mut().expect("just made")
    }

    /// Adds undated updates to the list; an empty slice makes an empty list.
    pub(crate) fn with(mut self, kbs: &[u32]) -> Self {
        for number in kbs {
            let list = self.list();
            let line = 31 + u32::try_from(list.entries.len()).expect("few");
            list.entries.push(update(*number, None, line));
        }
        let _ = self.list();
        self
    }

    /// Adds a dated update.
    pub(crate) fn with_on(mut self, number: u32, on: DateReading) -> Self {
        let list = self.list();
        let line = 31 + u32::try_from(list.entries.len()).expect("few");
        list.entries.push(update(number, Some(on), line));
        self
    }

    /// Adds an update with a title.
    pub(crate) fn titled(mut self, number: u32, title: &str) -> Self {
        let list = self.list();
        let mut row = update(number, None, 90);
        row.title = Some(title.to_owned());
        list.entries.push(row);
        self
    }

    /// The list is of another kind and completeness.
    pub(crate) fn list_is(mut self, kind: UpdateListKind, completeness: Completeness) -> Self {
        let list = self.list();
        list.kind = kind;
        list.completeness = completeness;
        self
    }

    /// The list is cut.
    pub(crate) fn cut(self, declared: u32) -> Self {
        let listed = self
            .evidence
            .updates
            .first()
            .map_or(0, |l| u32::try_from(l.entries.len()).expect("few"));
        self.list_is(
            UpdateListKind::Hotfixes,
            Completeness::Truncated { declared: Some(declared), listed },
        )
    }

    /// No list at all.
    pub(crate) fn unlisted(mut self) -> Self {
        self.evidence.updates.clear();
        self
    }

    pub(crate) fn booted(mut self, boot: DateTimeReading) -> Self {
        self.evidence.last_boot = Some(boot);
        self
    }

    pub(crate) fn collected(mut self, at: &str) -> Self {
        self.evidence.collected_at = Some(boot(at));
        self
    }

    pub(crate) fn setting(mut self, name: &str, state: ControlState) -> Self {
        self.evidence.controls.push(Control {
            name: name.to_owned(),
            state,
            raw: format!("{name} {state:?}"),
            place: Place::Line(5),
        });
        self
    }

    pub(crate) fn finding(
        mut self,
        cve: &str,
        outcome: FindingOutcome,
        method: FindingMethod,
    ) -> Self {
        self.evidence.findings.push(Finding {
            scanner: "scanner",
            check: "check-1".to_owned(),
            title: format!("{cve} {outcome:?}"),
            cves: vec![cve.parse().expect("a CVE")],
            missing_kbs: Vec::new(),
            outcome,
            method,
            severity: None,
            observed_at: None,
            place: Place::Record(1),
        });
        self
    }

    pub(crate) fn software(mut self, software: Software) -> Self {
        let record = u32::try_from(self.evidence.software.len() + 1).expect("few");
        self.evidence.software.push(Software { place: Place::Record(record), ..software });
        self
    }

    pub(crate) fn package(
        self,
        ecosystem: Ecosystem,
        name: &str,
        version: &str,
        source: Option<(&str, Option<&str>)>,
    ) -> Self {
        self.software(Software {
            ecosystem,
            name: name.to_owned(),
            version: (!version.is_empty()).then(|| version.to_owned()),
            source: source.map(|(n, v)| (n.to_owned(), v.map(ToOwned::to_owned))),
            ..Software::default()
        })
    }

    /// The host of this file alone.
    pub(crate) fn host(self) -> Host {
        from_piece(vec![("pc.txt", self)])
    }
}

/// A host of several files.
pub(crate) fn from_piece(files: Vec<(&str, Machine)>) -> Host {
    Host {
        label: "PC".to_owned(),
        pieces: files
            .into_iter()
            .map(|(path, machine)| Piece {
                path: path.to_owned(),
                joined_by: JoinRule::Name,
                evidence: machine.evidence,
            })
            .collect(),
        notes: Vec::new(),
    }
}

/// One row of a list.
fn update(number: u32, on: Option<DateReading>, line: u32) -> InstalledUpdate {
    InstalledUpdate {
        raw: format!("KB{number}"),
        kb: Kb::new(number),
        title: None,
        installed_on: on,
        place: Place::Line(line),
    }
}

/// A day.
pub(crate) fn day(text: &str) -> DateReading {
    DateReading::exact(text, text.parse::<Date>().expect("a day"))
}

/// A day that can be read two ways.
pub(crate) fn either(one: &str, other: &str) -> DateReading {
    DateReading::either(
        format!("{one}|{other}"),
        one.parse().expect("a day"),
        other.parse().expect("a day"),
    )
}

/// An instant of the host's clock.
pub(crate) fn boot(text: &str) -> DateTimeReading {
    DateTimeReading::exact(text, text.parse::<DateTime>().expect("an instant"))
}
