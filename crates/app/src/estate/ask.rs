//! What an organisation's estate is made of: hosts, coverage, how old the evidence is, end of support.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
use model::evidence::Platform;
use model::organisation::OrganisationCode;
use model::organisation::register::Register;
use model::windows::WindowsProduct;
use store::{BlobId, BlobReader};

use super::kept;
use super::table::{HostRecord, HostTable, PackRef};
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::ask::systems;
use crate::exposure::desk::Moment;
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
    pub table: Arc<HostTable>,
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
    let moment = Moment { as_at, as_known };
    let register = registers::history(context, as_known).await?.at(moment.day(context.now));
    let mut estate = hosts_of(context, caller, organisation, &register, moment).await?;
    estate.support = support(context, organisation, (as_at, as_known)).await?;
    Ok(estate)
}

/// An estate without what needs the index, under the register as at the same moment.
pub(crate) async fn hosts_of(
    context: &Context,
    caller: &Caller,
    organisation: &OrganisationCode,
    register: &Register,
    moment: Moment,
) -> Result<Estate, Error> {
    let day = moment.day(context.now);
    let known =
        register.get(organisation).filter(|_| caller.can(Permission::SeeHosts, Some(organisation)));
    let known = known.ok_or_else(|| Error::NoOrganisation(organisation.clone()))?;
    let table = if moment.is_now() {
        kept::now(context, organisation).await?.0
    } else {
        let as_known = moment.as_known.unwrap_or(context.now);
        Arc::new(kept::at(context, organisation, day, as_known).await?)
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

/// A host with its evidence.
pub struct KnownHost {
    /// Its identity, as it is shown.
    pub id: String,
    /// What the record knows of it.
    pub record: HostRecord,
    /// Its evidence, ready to be judged and explained down to the row.
    pub host: Host,
    /// Whether rows stand in it as they were printed, wherever the files have them; else as they are kept.
    pub is_as_printed: bool,
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

    /// The last day of support of its system, if it is Windows and that is known.
    pub fn support_ends(&self, knowledge: View<'_>) -> Option<Date> {
        support_end(knowledge, Standing::of(&self.host).windows?)
    }
}

/// A host by its identity or its name, with everything that is known of it and from where.
pub async fn host(
    context: &Context,
    caller: &Caller,
    organisation: &OrganisationCode,
    name: &str,
) -> Result<Vec<KnownHost>, Error> {
    let moment = Moment::default();
    let register = registers::history(context, None).await?.at(moment.day(context.now));
    let at = (&register, moment);
    host_of(context, caller, (organisation, name), at, Rows::AsPrinted).await
}

/// A host as at a moment, under the register as at the same. Where one goes by the name, its evidence
/// is read again from the files as they came, if that is wanted; of several only what judgement needs is
/// looked at.
pub(crate) async fn host_of(
    context: &Context,
    caller: &Caller,
    (organisation, name): (&OrganisationCode, &str),
    (register, moment): (&Register, Moment),
    rows: Rows,
) -> Result<Vec<KnownHost>, Error> {
    let estate = hosts_of(context, caller, organisation, register, moment).await?;
    let folded = name.trim().to_lowercase();
    let HostTable { hosts, packs } = &*estate.table;
    let named: Vec<(String, HostRecord)> = match hosts.get_key_value(&folded) {
        // An identity is of one host, whatever others are called.
        Some((id, record)) => vec![(id.clone(), record.clone())],
        None => hosts
            .iter()
            .filter(|(_, record)| record.names.contains(&folded))
            .map(|(id, record)| (id.clone(), record.clone()))
            .collect(),
    };
    let rows = if named.len() == 1 { rows } else { Rows::AsKept };
    let mut found = Vec::with_capacity(named.len());
    for (id, record) in named {
        let (pieces, is_as_printed) = pieces(context, packs, &record, rows).await?;
        let host = Host { label: record.label.clone(), pieces, notes: Vec::new() };
        found.push(KnownHost { id, record, host, is_as_printed });
    }
    Ok(found)
}

pub(crate) fn support_end(knowledge: View<'_>, product: &WindowsProduct) -> Option<Date> {
    let support = windows_support(knowledge, product)?;
    let never = day_number(Date::MIN);
    day_of(support.support_end).filter(|day| day_number(*day) != never)
}

/// What the evidence of a host is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// The files as they came, with their rows as they were printed.
    AsPrinted,
    /// As [`Self::AsPrinted`] where the files that were imported together are few; of a whole trust's, which
    /// take a second to read, as [`Self::AsKept`].
    AsQuick,
    /// The packs: what counts, and no more.
    AsKept,
}

/// Most bytes of an archive as it is kept that are read for one host while somebody waits for a page: about
/// twenty times as many unpacked, a twentieth of a second.
const QUICK_BYTES: u64 = 1 << 20;

/// The evidence of a host: read again from its file where that can be done, else from the pack; and whether
/// every file was read.
async fn pieces(
    context: &Context,
    packs: &[PackRef],
    record: &HostRecord,
    rows: Rows,
) -> Result<(Vec<Piece>, bool), Error> {
    let blob = |name: &str| -> Result<BlobId, Error> {
        name.parse().map_err(|source| Error::damaged("name of a blob", name, source))
    };
    // Each pack and each archive once, whatever number of pieces is in it.
    let mut of_pack: BTreeMap<u32, Vec<(usize, u32)>> = BTreeMap::new();
    for (at, piece) in record.pieces.iter().enumerate() {
        of_pack.entry(piece.pack).or_default().push((at, piece.piece));
    }
    let mut found: Vec<Option<Piece>> = record.pieces.iter().map(|_| None).collect();
    let mut is_as_printed = true;
    for (pack, wanted) in of_pack {
        let Some(pack_ref) = packs.get(pack as usize).cloned() else { continue };
        let bytes = context.store.get(blob(&pack_ref.blob)?).await?;
        let archive = match rows {
            Rows::AsKept => None,
            Rows::AsPrinted | Rows::AsQuick => {
                let archive = context.store.reader(blob(&pack_ref.archive)?).await?;
                let is_read = rows == Rows::AsPrinted || archive.packed_bytes() <= QUICK_BYTES;
                is_read.then_some(archive)
            }
        };
        is_as_printed &= archive.is_some();
        let work = move || in_pack(&bytes, archive, &pack_ref, &wanted);
        let done = tokio::task::spawn_blocking(work).await;
        let lost = |source| Error::damaged("pack", record.label.clone(), source);
        for (at, piece) in done.map_err(lost)?? {
            if let Some(slot) = found.get_mut(at) {
                *slot = Some(piece);
            }
        }
    }
    Ok((found.into_iter().flatten().collect(), is_as_printed))
}

/// Pieces of one pack with their places, beside the files that they were taken from.
fn in_pack(
    bytes: &[u8],
    files: Option<BlobReader>,
    pack_ref: &PackRef,
    wanted: &[(usize, u32)],
) -> Result<Vec<(usize, Piece)>, Error> {
    let pack = Pack::some(bytes, &wanted.iter().map(|(_, number)| *number).collect())
        .map_err(|source| Error::damaged("pack", pack_ref.blob.clone(), source))?;
    let kept: Vec<_> = wanted
        .iter()
        .filter_map(|(at, number)| Some((*at, pack.pieces().get(*number as usize)?)))
        .collect();
    let paths: BTreeSet<&str> = kept.iter().map(|(_, piece)| piece.path()).collect();
    let members = match files {
        Some(files) => archive::members(files, &paths)
            .map_err(|source| Error::damaged("archive", pack_ref.archive.clone(), source))?,
        None => BTreeMap::new(),
    };
    let piece = |(at, packed): (usize, &exposure::pack::PackedPiece)| {
        let path = packed.path().to_owned();
        let mut evidence = pack.evidence(packed);
        // The pack decides what counts; the file has the rows as they were printed.
        let member = members.get(&path).cloned();
        if let Some(own) = member.and_then(|bytes| read_again(&path, bytes, &evidence)) {
            evidence = own;
        }
        (at, Piece { path, joined_by: JoinRule::Name, evidence })
    };
    Ok(kept.into_iter().map(piece).collect())
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
