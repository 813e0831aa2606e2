//! What an organisation's estate is made of: hosts, coverage, how old the evidence is, end of support.

use std::collections::BTreeMap;

use exposure::freshness::{Aged, EvidenceDays, FreshnessPolicy, age};
use exposure::host::{Host, JoinRule, Piece, Standing};
use exposure::index::HostSystem;
use exposure::judge::Line;
use exposure::knowledge::View;
use exposure::knowledge::build::{day_number, day_of};
use exposure::knowledge::lookup::windows_support;
use exposure::pack::Pack;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::evidence::Platform;
use model::organisation::OrganisationCode;
use model::windows::WindowsProduct;
use store::BlobId;

use super::kept;
use super::table::{HostRecord, HostTable};
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::ask::systems;
use crate::exposure::knowledge::in_use;
use crate::import::archive;
use crate::organisations::kept as registers;

/// The estate of one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estate {
    /// Its code.
    pub code: OrganisationCode,
    /// Its name, or its code.
    pub name: String,
    /// How many hosts it should have, where somebody says so.
    pub expected: Option<u64>,
    /// Its hosts.
    pub table: HostTable,
    /// Hosts by operating system, as their evidence states it; `None` where none does.
    pub systems: BTreeMap<Option<String>, u64>,
    /// Hosts by the day on which the support of their system ends; `None` without knowledge, and in the
    /// estate that a host is looked up in.
    pub support: Option<Support>,
    /// As at which day.
    pub as_at: Date,
}

/// How long the systems of an estate are still supported, by the table of lifecycles of the knowledge
/// in use. Paid extensions do not count: nobody's evidence shows whether they were bought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// The last day of support and what ends then, with how many hosts.
    pub ends: BTreeMap<(Date, String), u64>,
    /// Hosts of which it is not known: the system is not shown, or its lifecycle is not in the table.
    pub unknown: u64,
}

impl Support {
    /// Hosts whose support ended before a day.
    pub fn past(&self, day: Date) -> u64 {
        self.ends.iter().filter(|((end, _), _)| *end < day).map(|(_, hosts)| hosts).sum()
    }
}

/// An estate, as at a day and as known at an instant.
pub async fn estate(
    context: &Context,
    caller: &Caller,
    organisation: &OrganisationCode,
    as_at: Option<Date>,
    as_known: Option<Timestamp>,
) -> Result<Estate, Error> {
    let mut estate = hosts_of(context, caller, organisation, as_at, as_known).await?;
    estate.support = support(context, organisation, (as_at, as_known)).await?;
    Ok(estate)
}

/// An estate without what needs the index.
async fn hosts_of(
    context: &Context,
    caller: &Caller,
    organisation: &OrganisationCode,
    as_at: Option<Date>,
    as_known: Option<Timestamp>,
) -> Result<Estate, Error> {
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let day = as_at
        .or_else(|| as_known.map(|known| known.to_zoned(TimeZone::UTC).date()))
        .unwrap_or(today);
    let register = registers::history(context, as_known).await?.at(day);
    let known =
        register.get(organisation).filter(|_| caller.can(Permission::SeeHosts, Some(organisation)));
    let known = known.ok_or_else(|| Error::NoOrganisation(organisation.clone()))?;
    let table = if as_at.is_none() && as_known.is_none() {
        kept::now(context, organisation).await?.0
    } else {
        kept::at(context, organisation, day, as_known.unwrap_or(context.now)).await?
    };
    let mut systems: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for host in table.hosts.values() {
        let system = host.pieces.iter().rev().find_map(|piece| piece.system.clone());
        *systems.entry(system).or_default() += 1;
    }
    Ok(Estate {
        code: organisation.clone(),
        name: known.label().to_owned(),
        expected: known.expected_hosts.as_ref().map(|expected| expected.count),
        table,
        systems,
        support: None,
        as_at: day,
    })
}

async fn support(
    context: &Context,
    organisation: &OrganisationCode,
    when: (Option<Date>, Option<Timestamp>),
) -> Result<Option<Support>, Error> {
    let mut support = Support::default();
    let counted = systems(context, organisation, when, |knowledge, systems| {
        for (system, hosts) in systems {
            let end = match system {
                HostSystem::Windows(product) => support_end(knowledge, product),
                _ => None,
            };
            match end {
                Some(end) => *support.ends.entry((end, system.to_string())).or_default() += hosts,
                None => support.unknown += hosts,
            }
        }
    });
    match counted.await {
        Ok(()) => Ok(Some(support)),
        Err(Error::NoKnowledge) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Estate {
    /// Hosts that were expected and never seen, at least: those that may be one machine count once.
    /// `None` where nobody has said how many there should be.
    pub fn never_seen(&self) -> Option<u64> {
        self.expected.map(|expected| expected.saturating_sub(self.table.machines() as u64))
    }

    /// Hosts of which there is evidence from at most so many days before.
    pub fn fresh(&self, days: i32) -> u64 {
        let is_fresh = |host: &&HostRecord| (self.as_at - host.last_seen).get_days() <= days;
        self.table.hosts.values().filter(is_fresh).count() as u64
    }
}

/// A host with its evidence read again from the files as they came.
pub struct KnownHost {
    /// Its identity, as it is shown.
    pub id: String,
    /// What the record knows of it.
    pub record: HostRecord,
    /// Its evidence, ready to be judged and explained down to the row.
    pub host: Host,
    /// The last day of support of its system, if it is Windows and that is known.
    pub support_ends: Option<Date>,
}

impl KnownHost {
    /// The verdict of a line as at a day: what rests on evidence that is too old is unknown, as it is
    /// in every sum.
    pub fn aged(&self, line: &Line<'_>, as_at: Date, policy: &FreshnessPolicy) -> Option<Aged> {
        let received = self.record.pieces.iter().map(|piece| piece.collected);
        let pieces = self.host.pieces.iter().map(|piece| &piece.evidence);
        let days = EvidenceDays::of(pieces.zip(received));
        let reason = line.reasons.first()?.kind();
        Some(age(line.verdict, reason, &days, as_at, policy))
    }
}

/// A host by its identity or its name, with everything that is known of it and from where.
pub async fn host(
    context: &Context,
    caller: &Caller,
    organisation: &OrganisationCode,
    name: &str,
) -> Result<Vec<KnownHost>, Error> {
    let estate = hosts_of(context, caller, organisation, None, None).await?;
    let folded = name.trim().to_lowercase();
    let adopted = in_use(context, None).await?;
    let mut found = Vec::new();
    for (id, record) in &estate.table.hosts {
        if *id != folded && !record.names.contains(&folded) {
            continue;
        }
        let pieces = pieces(context, &estate.table, record).await?;
        let host = Host { label: record.label.clone(), pieces, notes: Vec::new() };
        let support_ends = match &adopted {
            Some(adopted) => support_of(adopted.view()?, &host),
            None => None,
        };
        found.push(KnownHost { id: id.clone(), record: record.clone(), host, support_ends });
    }
    Ok(found)
}

fn support_of(knowledge: View<'_>, host: &Host) -> Option<Date> {
    support_end(knowledge, Standing::of(host).windows?)
}

fn support_end(knowledge: View<'_>, product: &WindowsProduct) -> Option<Date> {
    let support = windows_support(knowledge, product)?;
    let never = day_number(Date::MIN);
    day_of(support.support_end).filter(|day| day_number(*day) != never)
}

/// The evidence of a host: read again from its file where that can be done, else from the pack.
async fn pieces(
    context: &Context,
    table: &HostTable,
    record: &HostRecord,
) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    for piece in &record.pieces {
        let Some(pack_ref) = table.packs.get(piece.pack as usize) else { continue };
        let blob = |name: &str| -> Result<BlobId, Error> {
            name.parse().map_err(|source| Error::damaged("name of a blob", name, source))
        };
        let bytes = context.store.get(blob(&pack_ref.blob)?).await?;
        let pack = Pack::open(&bytes)
            .map_err(|source| Error::damaged("pack", pack_ref.blob.clone(), source))?;
        let Some(packed) = pack.pieces().get(piece.piece as usize) else { continue };
        let path = packed.path().to_owned();
        let mut evidence = pack.evidence(packed);
        let files = context.store.get(blob(&pack_ref.archive)?).await?;
        let member = archive::member(&files, &path)
            .map_err(|source| Error::damaged("archive", pack_ref.archive.clone(), source))?;
        // The pack decides what counts; the file has the rows as they were printed.
        if let Some(own) = member.and_then(|bytes| read_again(&path, bytes, &evidence)) {
            evidence = own;
        }
        pieces.push(Piece { path, joined_by: JoinRule::Name, evidence });
    }
    Ok(pieces)
}

/// The piece of a file that is of the same host in the same format.
fn read_again(
    path: &str,
    bytes: Vec<u8>,
    packed: &model::evidence::Evidence,
) -> Option<model::evidence::Evidence> {
    let options = crate::import::read::ReadOptions {
        max_size: u64::MAX / 8,
        ..crate::import::read::ReadOptions::default()
    };
    let is_same = |evidence: &model::evidence::Evidence| {
        evidence.format == packed.format
            && evidence.host.names == packed.host.names
            && evidence.host.serial == packed.host.serial
            && evidence.host.tool_id == packed.host.tool_id
    };
    let mut own = crate::import::read::read(path, bytes, &options)
        .into_iter()
        .filter_map(|file| file.reading.ok())
        .flat_map(|reading| reading.evidence)
        .filter(is_same);
    let first = own.next()?;
    // Two that look alike cannot be told apart here: the pack's stands.
    own.next().is_none().then_some(first)
}

/// The operating system of a host, for a person.
pub fn system_words(host: &Host) -> Option<String> {
    let standing = Standing::of(host);
    let (_, os) = standing.os?;
    Some(match &os.platform {
        Platform::Windows { product, .. } => product.to_string(),
        Platform::Linux { distribution, version } => {
            format!("{distribution} {}", version.as_deref().unwrap_or("")).trim().to_owned()
        }
        Platform::Other => os.raw_name.trim().to_owned(),
    })
}
