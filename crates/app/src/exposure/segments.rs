//! The segments of the index: kept beside the evidence, built again for what has changed.
//!
//! Everything here follows from the record and can be made again from it. Where the record is only
//! looked at, what is out of date is built for the moment and not kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use exposure::index::{Basis, Earlier, SEGMENT_VERSION, Segment};
use exposure::knowledge::View;
use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use serde::{Deserialize, Serialize};
use store::{BlobId, Change, Filter};

use super::building::{Hosts, Plan, build};
use super::groups::group_of;
use crate::context::Context;
use crate::error::Error;
use crate::estate::kept;
use crate::hex;
use crate::import::body::KIND;
use crate::quiet::quietly;

/// The space of what is kept of the index.
const SPACE: &str = "index";
const PAGE: usize = 2_048;
/// Hosts of which evidence is held at once, so that memory does not grow with the nation.
const HOSTS_AT_ONCE: usize = 40_000;

/// The bytes of a segment, which several views share.
pub(crate) type Bytes = Arc<[u8]>;

/// Segments that were opened last, by their blobs: of a nation only those are read and proved anew
/// that have changed.
struct Opened(BTreeMap<String, Segment<Bytes>>);

#[derive(Clone, Serialize, Deserialize)]
struct OrganisationRow {
    group: String,
    hosts: usize,
    /// The fewest machines that its hosts can be; not in rows of an older program.
    #[serde(default)]
    machines: Option<usize>,
    /// The newest day of any of its evidence.
    latest: Option<Date>,
}

/// What the table of an organisation's hosts says of all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OfHosts {
    /// The fewest machines that they can be.
    pub(crate) machines: u64,
    /// The newest day of any of their evidence.
    pub(crate) latest: Option<Date>,
}

/// For each organisation what the table of its hosts says.
pub(crate) type Machines = BTreeMap<OrganisationCode, OfHosts>;

/// Segments, and the newest day of any evidence in them: from that day on they hold whatever is
/// asked.
pub(super) struct Current {
    pub(super) segments: Vec<Segment<Bytes>>,
    pub(super) machines: Machines,
    pub(super) latest: Option<Date>,
}

#[derive(Clone, Serialize, Deserialize)]
struct GroupRow {
    blob: String,
    basis: String,
    organisations: Vec<String>,
}

/// Whether an organisation is among those that are wanted; of none, all are.
fn is_wanted(wanted: &[OrganisationCode], code: &str) -> bool {
    wanted.is_empty() || wanted.iter().any(|own| own.as_str() == code)
}

/// What is kept of the index, brought up to date, and the segments that this took.
pub(super) struct UpToDate {
    organisations: BTreeMap<String, OrganisationRow>,
    groups: BTreeMap<String, GroupRow>,
    fresh: BTreeMap<String, Bytes>,
}

/// Forgets all that is kept of the index and of what was judged of it: it is made anew from the record.
pub(crate) async fn forget(context: &Context) -> Result<(), Error> {
    for space in [SPACE, super::judged::SPACE] {
        context.store.projection_clear(space).await?;
    }
    Ok(())
}

/// Builds the segments of what has changed, and keeps them if the record may be added to.
pub(super) async fn bring_up_to_date(
    context: &Context,
    knowledge: View<'_>,
) -> Result<UpToDate, Error> {
    let own = Basis::new(knowledge);
    let basis = format!("{}/{SEGMENT_VERSION}", hex(&own.fingerprint()));
    let before = context.store.projection_as_of(SPACE).await?;
    let size = context.store.size().await?;
    let mut organisations = rows::<OrganisationRow>(context, "org/").await?;
    let mut groups = rows::<GroupRow>(context, "group/").await?;
    let mut changed = changed(context, before).await?;
    let incomplete = organisations.iter().filter(|(_, row)| row.machines.is_none());
    changed.extend(incomplete.filter_map(|(code, _)| code.parse::<OrganisationCode>().ok()));

    let mut dirty: BTreeSet<String> =
        groups.iter().filter(|(_, row)| row.basis != basis).map(|(name, _)| name.clone()).collect();
    let mut changes = Vec::new();
    for code in &changed {
        let (table, _) = kept::now(context, code).await?;
        let known = organisations.get(code.as_str());
        let group = group_of(code, table.hosts.len(), known.map(|row| row.group.as_str()));
        dirty.extend(known.map(|row| row.group.clone()));
        dirty.insert(group.clone());
        let latest = table.hosts.values().map(|host| host.last_seen).max();
        let row = OrganisationRow {
            group,
            hosts: table.hosts.len(),
            machines: Some(table.machines()),
            latest,
        };
        changes.push(put("org/", code.as_str(), &row)?);
        organisations.insert(code.as_str().to_owned(), row);
    }
    let mut fresh: BTreeMap<String, Bytes> = BTreeMap::new();
    for part in parts(&dirty, &organisations) {
        let mut plans: Vec<Plan> = Vec::new();
        for name in part {
            let before = groups.get(&name).filter(|row| row.basis == basis);
            let group = (name, before);
            plans.push(planned(context, &own, group, (&organisations, &changed)).await?);
        }
        for (name, bytes) in build(context, &own, plans).await? {
            fresh.insert(name, bytes.into());
        }
    }
    keep(context, &basis, &fresh, &organisations, &mut groups, &mut changes).await?;
    if size > before || !changes.is_empty() {
        match context.store.project(SPACE, (before, size), changes).await {
            // Another process did the same; what it kept and what is here answer alike.
            Ok(()) | Err(store::Error::ProjectionMoved { .. } | store::Error::OpenedToRead) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(UpToDate { organisations, groups, fresh })
}

/// What a segment is to be built of: tables of what has changed, and the segment of before for the rest.
async fn planned(
    context: &Context,
    basis: &Basis<'_>,
    (name, row): (String, Option<&GroupRow>),
    (organisations, changed): (&BTreeMap<String, OrganisationRow>, &BTreeSet<OrganisationCode>),
) -> Result<Plan, Error> {
    let before = match row {
        Some(row) => before(context, basis, (&name, row)).await?,
        None => None,
    };
    let mut members = Vec::new();
    for (code, _) in organisations.iter().filter(|(_, row)| row.group == name) {
        let Ok(code) = code.parse::<OrganisationCode>() else { continue };
        let is_held = before.as_ref().is_some_and(|before| before.holds(&code));
        let hosts = if is_held && !changed.contains(&code) {
            Hosts::AsBefore
        } else {
            Hosts::Of(kept::now(context, &code).await?.0)
        };
        members.push((code, hosts));
    }
    Ok(Plan { name, organisations: members, before })
}

/// The segment of a group as it was kept, from memory or as a blob; `None` if it is not there any more or
/// cannot be read: then it is built from all evidence.
async fn before(
    context: &Context,
    basis: &Basis<'_>,
    (name, row): (&str, &GroupRow),
) -> Result<Option<Earlier>, Error> {
    let opened = context.store.recall::<Opened>();
    if let Some(known) = opened.as_ref().and_then(|opened| opened.0.get(&row.blob)) {
        return Ok(quietly(|| Earlier::of(basis, known).ok()));
    }
    let blob: BlobId =
        row.blob.parse().map_err(|source| Error::damaged("name of a segment", name, source))?;
    match context.store.get(blob).await {
        Ok(bytes) => Ok(quietly(|| {
            let segment = Segment::<Bytes>::open(bytes.into()).ok()?;
            Earlier::of(basis, &segment).ok()
        })),
        Err(store::Error::BlobMissing(_) | store::Error::BlobDamaged(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl UpToDate {
    /// Opens the segments that were just built; what is kept of the others stays closed.
    pub(super) fn open_fresh(&mut self) -> Result<Vec<Segment<Bytes>>, Error> {
        std::mem::take(&mut self.fresh).into_values().map(segment).collect()
    }

    /// Opens the segments of `wanted` organisations; of none, all.
    pub(super) async fn open(
        self,
        context: &Context,
        wanted: &[OrganisationCode],
    ) -> Result<Vec<Segment<Bytes>>, Error> {
        let holds = |row: &GroupRow| row.organisations.iter().any(|code| is_wanted(wanted, code));
        let groups: BTreeMap<&String, &GroupRow> =
            self.groups.iter().filter(|(_, row)| holds(row)).collect();
        let opened = open(context, &groups, self.fresh).await?;
        if wanted.is_empty() {
            // Those of before go: nobody asks for them again.
            let named = groups.values().map(|row| row.blob.clone()).zip(opened.iter().cloned());
            context.store.remember(Arc::new(Opened(named.collect())));
        }
        Ok(opened)
    }
}

/// The segments of all evidence that is known now. Of `wanted` organisations only those that hold
/// them are opened; of none, all.
pub(super) async fn now(
    context: &Context,
    knowledge: View<'_>,
    wanted: &[OrganisationCode],
) -> Result<Current, Error> {
    let kept = bring_up_to_date(context, knowledge).await?;
    let machines = kept
        .organisations
        .iter()
        .filter_map(|(code, row)| {
            let of_hosts = OfHosts { machines: row.machines? as u64, latest: row.latest };
            Some((code.parse().ok()?, of_hosts))
        })
        .collect();
    let own = kept.organisations.iter().filter(|(code, _)| is_wanted(wanted, code));
    let latest = own.filter_map(|(_, row)| row.latest).max();
    Ok(Current { segments: kept.open(context, wanted).await?, machines, latest })
}

/// The segments of what was known at an instant, as at a day: of `wanted` organisations, of none all.
/// Nothing of them is kept.
pub(super) async fn at(
    context: &Context,
    knowledge: View<'_>,
    wanted: &[OrganisationCode],
    (as_at, as_known): (Date, Timestamp),
) -> Result<(Vec<Segment<Bytes>>, Machines), Error> {
    let mut groups: BTreeMap<String, Vec<(OrganisationCode, Hosts)>> = BTreeMap::new();
    let mut machines = Machines::new();
    let organisations = organisations_until(context, Some(as_known), 0).await?;
    for code in organisations.into_iter().filter(|code| is_wanted(wanted, code.as_str())) {
        let table = kept::at(context, &code, as_at, as_known).await?;
        let latest = table.hosts.values().map(|host| host.last_seen).max();
        machines.insert(code.clone(), OfHosts { machines: table.machines() as u64, latest });
        let group = group_of(&code, table.hosts.len(), None);
        groups.entry(group).or_default().push((code, Hosts::Of(Arc::new(table))));
    }
    let basis = Basis::new(knowledge);
    let mut segments = Vec::new();
    let mut plans: Vec<Plan> = Vec::new();
    let mut hosts = 0;
    let mut rest = groups.into_iter().peekable();
    while let Some((name, organisations)) = rest.next() {
        hosts += organisations.iter().map(|(_, own)| own.len()).sum::<usize>();
        plans.push(Plan { name, organisations, before: None });
        if hosts >= HOSTS_AT_ONCE || rest.peek().is_none() {
            for (_, bytes) in build(context, &basis, std::mem::take(&mut plans)).await? {
                segments.push(segment(bytes.into())?);
            }
            hosts = 0;
        }
    }
    Ok((segments, machines))
}

/// Organisations with evidence, as known at an instant, of imports from a number on.
async fn organisations_until(
    context: &Context,
    as_known: Option<Timestamp>,
    from_number: u64,
) -> Result<BTreeSet<OrganisationCode>, Error> {
    let mut filter = Filter {
        kinds: vec![KIND.to_owned()],
        known_until: as_known,
        from_number,
        ..Filter::default()
    };
    let mut found = BTreeSet::new();
    loop {
        let events = context.store.events(&filter, PAGE).await?;
        let Some(last) = events.last() else { return Ok(found) };
        filter.from_number = last.number + 1;
        found.extend(events.into_iter().filter_map(|event| event.event.organisation));
    }
}

async fn changed(context: &Context, before: u64) -> Result<BTreeSet<OrganisationCode>, Error> {
    organisations_until(context, None, before).await
}

/// Groups to be built, in parts that fit into memory.
fn parts(
    dirty: &BTreeSet<String>,
    organisations: &BTreeMap<String, OrganisationRow>,
) -> Vec<Vec<String>> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for row in organisations.values() {
        *sizes.entry(row.group.as_str()).or_default() += row.hosts;
    }
    let mut parts: Vec<Vec<String>> = Vec::new();
    let mut hosts = usize::MAX;
    for name in dirty {
        let own = sizes.get(name.as_str()).copied().unwrap_or(0);
        if hosts.saturating_add(own) > HOSTS_AT_ONCE {
            parts.push(Vec::new());
            hosts = 0;
        }
        hosts += own;
        if let Some(part) = parts.last_mut() {
            part.push(name.clone());
        }
    }
    parts
}

/// Stores new segments and says where they are.
async fn keep(
    context: &Context,
    basis: &str,
    fresh: &BTreeMap<String, Bytes>,
    organisations: &BTreeMap<String, OrganisationRow>,
    groups: &mut BTreeMap<String, GroupRow>,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    for (name, bytes) in fresh {
        let of_group: Vec<String> = organisations
            .iter()
            .filter(|(_, row)| row.group == *name)
            .map(|(code, _)| code.clone())
            .collect();
        if of_group.is_empty() {
            groups.remove(name);
            changes.push(Change::Remove(format!("group/{name}")));
            continue;
        }
        let blob = match context.store.put(bytes.to_vec()).await {
            Ok(blob) => blob,
            Err(store::Error::OpenedToRead) => {
                // Named all the same, so that it is opened from memory below.
                BlobId::of(bytes)
            }
            Err(error) => return Err(error.into()),
        };
        let row =
            GroupRow { blob: blob.to_string(), basis: basis.to_owned(), organisations: of_group };
        changes.push(put("group/", name, &row)?);
        groups.insert(name.clone(), row);
    }
    Ok(())
}

/// Opens the segments of groups, those just built and those opened before from memory.
async fn open(
    context: &Context,
    groups: &BTreeMap<&String, &GroupRow>,
    mut fresh: BTreeMap<String, Bytes>,
) -> Result<Vec<Segment<Bytes>>, Error> {
    let before = context.store.recall::<Opened>();
    let mut segments = Vec::with_capacity(groups.len());
    for (name, row) in groups {
        let known = before.as_ref().and_then(|before| before.0.get(&row.blob));
        let opened = if let Some(bytes) = fresh.remove(*name) {
            segment(bytes)?
        } else if let Some(known) = known {
            known.clone()
        } else {
            let blob = row
                .blob
                .parse()
                .map_err(|source| Error::damaged("name of a segment", name.as_str(), source))?;
            segment(context.store.get(blob).await?.into())?
        };
        segments.push(opened);
    }
    Ok(segments)
}

fn segment(bytes: Bytes) -> Result<Segment<Bytes>, Error> {
    Segment::open(bytes).map_err(|source| Error::damaged("segment", "the index", source))
}

fn put<T: Serialize>(prefix: &str, key: &str, row: &T) -> Result<Change, Error> {
    let value = serde_json::to_vec(row)
        .map_err(|source| Error::damaged("row of the index", key, source))?;
    Ok(Change::Put(format!("{prefix}{key}"), value))
}

async fn rows<T: for<'de> Deserialize<'de>>(
    context: &Context,
    prefix: &str,
) -> Result<BTreeMap<String, T>, Error> {
    let mut found = BTreeMap::new();
    let mut after: Option<String> = None;
    loop {
        let page = context.store.projection_scan(SPACE, prefix, after.as_deref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some(last.key.clone());
        for row in &page {
            let key = row.key.strip_prefix(prefix).unwrap_or(&row.key).to_owned();
            let value = serde_json::from_slice(&row.value)
                .map_err(|source| Error::damaged("row of the index", key.clone(), source))?;
            found.insert(key, value);
        }
    }
}
