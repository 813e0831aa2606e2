//! A sector: its organisations, their reports, and the truth.

use std::sync::OnceLock;

use jiff::civil::Date;
use model::organisation::{OrganisationCode, OrganisationKind};

use crate::catalogue::{Catalogue, Holdings};
use crate::conduct::{Conduct, conduct};
use crate::day::Day;
use crate::estate::Estate;
use crate::facts::{HostFact, facts};
use crate::keyed::Key;
use crate::organisation::{Organisation, register_csv, roster};
use crate::report::{EvidenceFile, Sweep, send};
use crate::settings::{Detail, Settings};

/// An invented health service.
pub struct Sector {
    settings: Settings,
    root: Key,
    organisations: Vec<Organisation>,
    catalogue: OnceLock<Catalogue>,
}

impl Sector {
    /// The sector of these settings.
    pub fn new(settings: Settings) -> Self {
        let root = Key::root(settings.seed);
        let organisations = roster(&settings, &root);
        Self { settings, root, organisations, catalogue: OnceLock::new() }
    }

    /// What it was made from.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// All organisations, those that have closed last.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// The organisation of a code.
    pub fn organisation(&self, code: &OrganisationCode) -> Option<&Organisation> {
        self.organisations.iter().find(|organisation| organisation.code == *code)
    }

    /// The register of organisations as CSV.
    pub fn register(&self) -> Vec<u8> {
        register_csv(&self.organisations)
    }

    /// The days on which an organisation sends evidence, the earliest first; none for those that
    /// have no estate or never report.
    pub fn reports(&self, organisation: &Organisation) -> Vec<Date> {
        self.days(organisation).into_iter().map(Date::from).collect()
    }

    /// How much a report carries by custom: the last one of an organisation everything, those before
    /// it patch state.
    pub fn detail(&self, organisation: &Organisation, day: Date) -> Detail {
        match self.days(organisation).last() {
            Some(last) if Date::from(*last) == day => Detail::Full,
            _ => Detail::Light,
        }
    }

    /// The files of a report; none on a day on which the organisation sends nothing.
    pub fn report(
        &self,
        organisation: &Organisation,
        day: Date,
        detail: Detail,
    ) -> Vec<EvidenceFile> {
        let mut files = Vec::new();
        self.each_file(organisation, day, detail, &mut |file| files.push(file));
        files
    }

    /// Hands on the files of a report one by one: that of a large trust is large.
    pub fn each_file(
        &self,
        organisation: &Organisation,
        day: Date,
        detail: Detail,
        sink: &mut dyn FnMut(EvidenceFile),
    ) {
        let day = Day::from(day);
        let days = self.days(organisation);
        let Some((_, sweep)) = swept(&days).into_iter().find(|(at, _)| *at == day) else {
            return;
        };
        let estate = self.estate(organisation);
        let key = self.root.child("holdings", u64::from(organisation.number));
        let holdings = match detail {
            Detail::Light => None,
            Detail::Full => {
                let catalogue = self.catalogue.get_or_init(|| Catalogue::new(&self.root));
                Some(Holdings::of(catalogue, &estate.images))
            }
        };
        send(&estate, holdings.as_ref().map(|holdings| (holdings, &key)), day, sweep, sink);
    }

    /// What is true of every host of an organisation on a day, and what evidence of it has been sent
    /// by the end of that day.
    pub fn facts(&self, organisation: &Organisation, day: Date) -> Vec<HostFact> {
        let day = Day::from(day);
        let mut reports = swept(&self.days(organisation));
        reports.retain(|(at, _)| *at <= day);
        facts(&self.estate(organisation), day, &reports)
    }

    fn conduct(&self, organisation: &Organisation) -> Conduct {
        conduct(&self.settings, &self.root, &self.organisations, organisation)
    }

    fn estate<'s>(&'s self, organisation: &'s Organisation) -> Estate<'s> {
        Estate::of(&self.settings, &self.root, organisation, self.conduct(organisation))
    }

    fn days(&self, organisation: &Organisation) -> Vec<Day> {
        let has_estate = organisation.expected_hosts > 0
            && !matches!(organisation.kind, OrganisationKind::Supplier);
        if !has_estate {
            return Vec::new();
        }
        let last = Day::from(self.settings.last);
        let last = organisation.closed.map_or(last, |closed| last.min(Day::from(closed).plus(-1)));
        self.conduct(organisation).days(Day::from(self.settings.first), last)
    }
}

/// Which reports bring scans and medical devices: every sixth, and the last.
fn swept(days: &[Day]) -> Vec<(Day, Sweep)> {
    let last = days.len().saturating_sub(1);
    days.iter()
        .enumerate()
        .map(|(at, day)| {
            let sweeps = at == last || at % 6 == 2;
            (*day, if sweeps { Sweep::Swept } else { Sweep::Not })
        })
        .collect()
}
