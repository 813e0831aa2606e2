//! An invented sector told into the record, in the time in which it plays.
//!
//! Every report of every organisation is an import like any other, recorded on the day on which it
//! was sent. Many go into one append, so that eighteen months take seconds; each is still an event
//! of its own, and doing it again records nothing twice.

mod alerts;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use alerts::AlertStory;

use formats::inventory::Input;
use formats::register;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::organisation::OrganisationCode;
use model::reading::{Place, ReadError};
use rayon::prelude::*;
use sector::{EvidenceFile, Sector};

use crate::context::{Caller, Context};
use crate::error::Error;
use crate::estate::fold::apply;
use crate::estate::kept;
use crate::estate::table::HostTable;
use crate::exposure::knowledge;
use crate::import::plan::{Setting, plan};
use crate::import::read::{ReadFile, ReadOptions, read};
use crate::import::run::{Request, Staged, stage};
use crate::organisations::{ImportOptions, Sites, kept as registers};

/// Most bytes of blobs that are held before they are recorded.
const PART_BYTES: usize = 48 << 20;
/// How many organisations' reports are made side by side, on all cores, and of how many hosts: what
/// they send is held as text, as evidence, and packed, until it is recorded.
const ORGANISATIONS_AT_ONCE: usize = 16;
const HOSTS_AT_ONCE: u32 = 4_000;
/// Largest generated file.
const MAX_SIZE: u64 = 1 << 30;

/// What was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Organisations registered.
    pub organisations: usize,
    /// Reports recorded.
    pub reports: u64,
    /// Files in them.
    pub files: u64,
    /// Files that could not be read.
    pub refused: u64,
}

/// Tells a sector's whole history into an empty record. `progress` is told how many of how many
/// reports are recorded.
pub async fn tell(
    context: &Context,
    caller: &Caller,
    sector: &Sector,
    knowledge_bytes: &[u8],
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Told, Error> {
    let mut teller = Teller::begin(context, caller, sector, knowledge_bytes).await?;
    while teller.day(progress).await?.is_some() {}
    Ok(teller.told)
}

impl Teller<'_> {
    /// What was told so far.
    pub const fn told(&self) -> Told {
        self.told
    }
}

/// A sector's history that is told day by day.
pub struct Teller<'a> {
    context: &'a Context,
    caller: &'a Caller,
    sector: &'a Sector,
    /// Days to come, with those who report.
    days: BTreeMap<Date, Vec<&'a sector::Organisation>>,
    /// Tables of those who report again.
    tables: BTreeMap<OrganisationCode, HostTable>,
    /// How many reports are to come of each.
    to_come: BTreeMap<OrganisationCode, usize>,
    total: u64,
    told: Told,
}

impl<'a> Teller<'a> {
    /// The next day on which anybody reports.
    pub fn next_day(&self) -> Option<Date> {
        self.days.keys().next().copied()
    }

    /// Registers the organisations and adopts the knowledge, on the evening before the first day.
    pub async fn begin(
        context: &'a Context,
        caller: &'a Caller,
        sector: &'a Sector,
        knowledge_bytes: &[u8],
    ) -> Result<Self, Error> {
        let first = evening(sector.settings().first.yesterday().unwrap_or(Date::MIN));
        let begin = context.at(first);
        knowledge::adopt(&begin, caller, knowledge_bytes).await?;
        let told =
            Told { organisations: registered(&begin, caller, sector).await?, ..Told::default() };
        let mut days: BTreeMap<Date, Vec<&sector::Organisation>> = BTreeMap::new();
        let mut to_come = BTreeMap::new();
        let mut total = 0;
        for organisation in sector.organisations() {
            let reports = sector.reports(organisation);
            total += reports.len() as u64;
            to_come.insert(organisation.code.clone(), reports.len());
            for day in reports {
                days.entry(day).or_default().push(organisation);
            }
        }
        let tables = BTreeMap::new();
        Ok(Self { context, caller, sector, days, tables, to_come, total, told })
    }

    /// Tells the next day on which anybody reports, and says which instant it ended at.
    pub async fn day(
        &mut self,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<Option<Timestamp>, Error> {
        let Some((day, organisations)) = self.days.pop_first() else { return Ok(None) };
        let now = self.context.at(evening(day));
        let mut staged: Vec<Staged> = Vec::new();
        for some in parts(&organisations) {
            staged.extend(self.reports(&now, day, some).await?);
            let bytes: usize = staged.iter().flat_map(|one| &one.blobs).map(Vec::len).sum();
            if bytes >= PART_BYTES {
                record(&now, std::mem::take(&mut staged)).await?;
                progress(self.told.reports, self.total);
            }
        }
        record(&now, staged).await?;
        progress(self.told.reports, self.total);
        Ok(Some(now.now))
    }

    /// Makes and plans the reports of some organisations, on all cores.
    async fn reports(
        &mut self,
        now: &Context,
        day: Date,
        organisations: &[&'a sector::Organisation],
    ) -> Result<Vec<Staged>, Error> {
        let mut work = Vec::with_capacity(organisations.len());
        for organisation in organisations {
            let table = match self.tables.remove(&organisation.code) {
                Some(table) => table,
                None => Arc::unwrap_or_clone(kept::now(now, &organisation.code).await?.0),
            };
            work.push((*organisation, table));
        }
        let (sector, caller) = (self.sector, self.caller);
        let done: Vec<(HostTable, Result<Staged, Error>)> = work
            .into_par_iter()
            .map(|(organisation, mut table)| {
                let files = sector.report(organisation, day, sector.detail(organisation, day));
                let one = prepared(now, caller, &organisation.code, &mut table, files);
                (table, one)
            })
            .collect();
        let mut staged = Vec::with_capacity(done.len());
        for (organisation, (table, one)) in organisations.iter().zip(done) {
            let one = one?;
            let to_come = self.to_come.entry(organisation.code.clone()).or_default();
            *to_come = to_come.saturating_sub(1);
            if *to_come > 0 {
                self.tables.insert(organisation.code.clone(), table);
            }
            self.told.files += one.summary.files;
            self.told.refused += one.summary.refused;
            self.told.reports += 1;
            staged.push(one);
        }
        Ok(staged)
    }
}

/// Organisations in parts whose reports fit into memory together; one that is larger is alone.
fn parts<'s, 'a>(
    mut rest: &'s [&'a sector::Organisation],
) -> impl Iterator<Item = &'s [&'a sector::Organisation]> {
    std::iter::from_fn(move || {
        let mut hosts = 0_u32;
        let fits = |own: &&&sector::Organisation| {
            hosts = hosts.saturating_add(own.expected_hosts);
            hosts <= HOSTS_AT_ONCE
        };
        let count = rest.iter().take(ORGANISATIONS_AT_ONCE).take_while(fits).count();
        let (part, after) = rest.split_at_checked(count.max(1))?;
        rest = after;
        Some(part)
    })
}

/// Plans one report and folds it into the organisation's table. It is the same import that the
/// command makes of the same files.
fn prepared(
    now: &Context,
    caller: &Caller,
    code: &OrganisationCode,
    table: &mut HostTable,
    files: Vec<EvidenceFile>,
) -> Result<Staged, Error> {
    let options = ReadOptions { max_size: MAX_SIZE, ..ReadOptions::default() };
    let mut read_files: Vec<ReadFile> =
        files.into_iter().flat_map(|file| read(&file.path, file.bytes, &options)).collect();
    let today = now.now.to_zoned(TimeZone::UTC).date();
    let setting = Setting { organisation: code, undated: None, today };
    let planned = plan(table, &setting, &mut read_files);
    let request =
        Request { organisation: code.clone(), source: "report".to_owned(), undated: None };
    let staged = stage(now, caller, &request, &read_files, planned)?;
    apply(table, staged.pack.clone(), &staged.recognition, Date::MAX);
    Ok(staged)
}

/// Records imports of one day: all their blobs, then all their events in one append.
async fn record(now: &Context, staged: Vec<Staged>) -> Result<(), Error> {
    let Some(first) = staged.first() else { return Ok(()) };
    let key = format!("{} and {} more", first.key, staged.len() - 1);
    let mut blobs = Vec::new();
    let mut events = Vec::new();
    for one in staged {
        blobs.extend(one.blobs);
        events.push(one.event);
    }
    now.store.put_all(blobs).await?;
    now.store.append_once(&key, events, now.now).await?;
    Ok(())
}

/// Imports the sector's register.
async fn registered(begin: &Context, caller: &Caller, sector: &Sector) -> Result<usize, Error> {
    let csv = sector.register();
    let input = Input { bytes: &csv, file_name: Some("register.csv") };
    let reading = register::detect(&input)
        .ok_or_else(|| ReadError::new(Place::Whole, "not recognised", "tell the maintainers"))
        .and_then(|format| (format.read)(&input))
        .map_err(|source| Error::damaged("register", "the invented sector", source))?;
    let options = ImportOptions {
        as_at: sector.settings().first,
        sites: Sites::LeaveOut,
        source: "the invented sector's register".to_owned(),
    };
    let plan = registers::import(begin, caller, &reading.listings, &options).await?;
    Ok(plan.summary.registered)
}

/// Six in the evening, when reports are sent.
fn evening(day: Date) -> Timestamp {
    day.at(18, 0, 0, 0)
        .to_zoned(TimeZone::UTC)
        .map_or(Timestamp::MIN, |evening| evening.timestamp())
}
