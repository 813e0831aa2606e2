//! Segments from evidence: the hosts of a group of organisations, reduced to what answers need.
//!
//! Where the segment of before is there, hosts of which nothing is new are taken over from it, and only the
//! evidence of the others is read. What comes out is the same, byte for byte.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use exposure::index::{Basis, Earlier, Mark, PieceRef, SegmentBuilder};
use exposure::pack::Pack;
use model::host_id::HostId;
use model::organisation::OrganisationCode;
use store::BlobId;

use crate::context::Context;
use crate::error::Error;
use crate::estate::table::{HostRecord, HostTable};
use crate::quiet::side_by_side;

/// The hosts of an organisation in a segment that is built.
pub(super) enum Hosts {
    /// As the segment of before has them: nothing of this organisation is new.
    AsBefore,
    /// As its table has them.
    Of(Arc<HostTable>),
}

impl Hosts {
    /// How many of them a table has.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::AsBefore => 0,
            Self::Of(table) => table.hosts.len(),
        }
    }
}

/// A segment that is to be built.
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) organisations: Vec<(OrganisationCode, Hosts)>,
    /// The segment of before, built on the same basis.
    pub(super) before: Option<Earlier>,
}

/// Packs of evidence by the blobs that hold them.
pub(crate) type Packs = BTreeMap<String, Pack>;

/// Builds segments, on all cores.
pub(super) async fn build(
    context: &Context,
    basis: &Basis<'_>,
    plans: Vec<Plan>,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let prepared = side_by_side(plans, |plan| {
        let wanted = wanted(&plan);
        (plan, wanted)
    });
    let mut loaded = Vec::with_capacity(prepared.len());
    for (plan, wanted) in prepared {
        loaded.push((plan, open(context, wanted).await?));
    }
    let built = side_by_side(loaded, |(mut plan, packs)| {
        let earlier = plan.before.take();
        one(basis, &plan, earlier, &packs).map(|bytes| (plan.name, bytes))
    });
    built.into_iter().collect()
}

/// The packs that speak of the hosts of an organisation now.
pub(crate) async fn packs(context: &Context, table: &HostTable) -> Result<Packs, Error> {
    open(context, named(table, |_, _| true)).await
}

/// The names of the packs that speak of some hosts of a table.
fn named(table: &HostTable, is_wanted: impl Fn(&str, &HostRecord) -> bool) -> BTreeSet<String> {
    let hosts = table.hosts.iter().filter(|(id, host)| is_wanted(id, host));
    let pieces = hosts.flat_map(|(_, host)| &host.pieces);
    let packs = pieces.filter_map(|piece| table.packs.get(piece.pack as usize));
    packs.map(|pack| pack.blob.clone()).collect()
}

/// The packs of the hosts that cannot be taken over.
fn wanted(plan: &Plan) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    for (code, hosts) in &plan.organisations {
        let Hosts::Of(table) = hosts else { continue };
        let hashes = Hashes::of(table);
        wanted.extend(named(table, |id, host| {
            let Some(earlier) = &plan.before else { return true };
            let id = id.parse::<HostId>();
            id.is_ok_and(|id| !earlier.has(code, id, hashes.mark(host)))
        }));
    }
    wanted
}

async fn open(context: &Context, names: BTreeSet<String>) -> Result<Packs, Error> {
    let mut packs = Packs::new();
    for name in names {
        let blob: BlobId = name
            .parse()
            .map_err(|source| Error::damaged("name of a pack", name.clone(), source))?;
        let bytes = context.store.get(blob).await?;
        let pack =
            Pack::lean(&bytes).map_err(|source| Error::damaged("pack", name.clone(), source))?;
        packs.insert(name, pack);
    }
    Ok(packs)
}

fn one(
    basis: &Basis<'_>,
    plan: &Plan,
    mut earlier: Option<Earlier>,
    packs: &Packs,
) -> Result<Vec<u8>, Error> {
    let mut builder = SegmentBuilder::new(basis);
    for (code, hosts) in &plan.organisations {
        let damaged = |source| Error::damaged("evidence", code.as_str(), source);
        match hosts {
            Hosts::Of(table) => {
                builder.organisation(code.clone());
                add(&mut builder, (code, table), earlier.as_mut(), packs)?;
            }
            Hosts::AsBefore => {
                let taken = earlier.as_mut().map(|own| builder.take_organisation(own, code));
                // An organisation that is left out would be one without hosts.
                if !taken.transpose().map_err(damaged)?.unwrap_or(false) {
                    let fault = "the segment of before does not hold it";
                    return Err(Error::damaged("index", code.as_str(), fault));
                }
            }
        }
    }
    builder.finish().map_err(|source| Error::damaged("segment", plan.name.as_str(), source))
}

/// Adds the hosts of a table to the organisation that was begun last.
fn add(
    builder: &mut SegmentBuilder<'_, '_>,
    (code, table): (&OrganisationCode, &HostTable),
    mut earlier: Option<&mut Earlier>,
    packs: &Packs,
) -> Result<(), Error> {
    let damaged = |source| Error::damaged("evidence", code.as_str(), source);
    let hashes = Hashes::of(table);
    for (id, host) in &table.hosts {
        let id: HostId =
            id.parse().map_err(|source| Error::damaged("table of hosts", code.as_str(), source))?;
        if let Some(earlier) = earlier.as_deref_mut()
            && builder.take(earlier, id, hashes.mark(host)).map_err(damaged)?
        {
            continue;
        }
        let pieces: Vec<PieceRef<'_>> = host
            .pieces
            .iter()
            .filter_map(|piece| {
                let pack = table.packs.get(piece.pack as usize)?;
                Some(PieceRef {
                    pack: packs.get(&pack.blob)?,
                    piece: piece.piece as usize,
                    received: piece.collected,
                })
            })
            .collect();
        builder.host(id, &pieces).map_err(damaged)?;
    }
    Ok(())
}

/// The hashes of a table's packs, by number.
struct Hashes(Vec<Option<[u8; 32]>>);

impl Hashes {
    fn of(table: &HostTable) -> Self {
        let hash = |blob: &str| blob.parse::<BlobId>().ok().map(|id| *id.as_bytes());
        Self(table.packs.iter().map(|pack| hash(&pack.blob)).collect())
    }

    /// The mark of a host's evidence, as a builder makes it of the same pieces.
    fn mark(&self, host: &HostRecord) -> Mark {
        Mark::of(host.pieces.iter().filter_map(|piece| {
            let hash = self.0.get(piece.pack as usize)?.as_ref()?;
            Some((hash, piece.piece as usize, piece.collected))
        }))
    }
}
