//! From hosts to segments, and what that costs.

use std::ops::Range;

use exposure::index::{Basis, PieceRef, Segment, SegmentBuilder};
use exposure::pack::{Pack, PackBuilder};
use model::host_id::HostId;
use rayon::prelude::*;

use super::clock::timed;
use super::nation::{AS_AT, Nation};

/// A segment, the packs that it is from, and seconds of CPU.
#[derive(Default)]
struct Built {
    segment: Vec<u8>,
    pack_bytes: usize,
    packing: f64,
    opening: f64,
    building: f64,
}

/// Builds all segments of the nation, and says what that took.
pub(super) fn segments(nation: &Nation, basis: &Basis<'_>) -> Vec<Vec<u8>> {
    let groups = nation.groups();
    let built: Vec<Built> = groups.par_iter().map(|group| build(nation, basis, group)).collect();
    let sum = |of: fn(&Built) -> f64| built.iter().map(of).sum::<f64>();
    println!(
        "packs {:.1} MB in {:.1} s CPU; {} segments from packs in {:.1} s CPU (of that opening packs {:.1} s)",
        sum(|b| b.pack_bytes as f64) / 1e6,
        sum(|b| b.packing),
        built.len(),
        sum(|b| b.opening + b.building),
        sum(|b| b.opening)
    );
    built.into_iter().map(|b| b.segment).collect()
}

fn build(nation: &Nation, basis: &Basis<'_>, group: &Range<usize>) -> Built {
    let mut built = Built::default();
    let mut builder = SegmentBuilder::new(basis);
    for organisation in group.clone() {
        let bytes = pack(nation, organisation, &mut built);
        let (pack, cpu) = timed(|| Pack::lean(&bytes).unwrap());
        built.opening += cpu;
        let ((), cpu) = timed(|| {
            builder.organisation(format!("O{organisation}").parse().unwrap());
            for piece in 0..pack.pieces().len() {
                let id = HostId((organisation as u64) << 20 | piece as u64);
                builder.host(id, &[PieceRef { pack: &pack, piece, received: AS_AT }]).unwrap();
            }
        });
        built.building += cpu;
    }
    let (segment, cpu) = timed(|| builder.finish().unwrap());
    built.segment = segment;
    built.building += cpu;
    built
}

/// The pack of an organisation, from one host after the other.
fn pack(nation: &Nation, organisation: usize, built: &mut Built) -> Vec<u8> {
    let mut builder = PackBuilder::default();
    for evidence in nation.hosts(organisation) {
        let ((), cpu) = timed(|| builder.piece("all.csv", &evidence));
        built.packing += cpu;
    }
    let (bytes, cpu) = timed(|| builder.finish());
    built.packing += cpu;
    built.pack_bytes += bytes.len();
    bytes
}

/// Says what the segments take, section by section.
pub(super) fn say_sizes(segments: &[Segment<&[u8]>]) {
    let mut sections: Vec<(&str, usize)> = Vec::new();
    for segment in segments {
        let of_segment = segment.section_bytes();
        sections.resize(of_segment.len(), ("", 0));
        for (sum, (name, bytes)) in sections.iter_mut().zip(of_segment) {
            *sum = (name, sum.1 + bytes);
        }
    }
    let rows: usize = segments.iter().map(Segment::software_rows).sum();
    let items: usize = segments.iter().map(Segment::items).sum();
    let total: usize = sections.iter().map(|(_, bytes)| bytes).sum();
    println!("segments: {:.1} MB, {rows} rows, {items} items", total as f64 / 1e6);
    for (name, bytes) in &sections {
        println!("    {name}: {:.2} MB", *bytes as f64 / 1e6);
    }
    let postings = sections.iter().find(|(name, _)| *name == "postings").unwrap().1 + items * 5;
    let roaring: usize = segments.iter().map(roaring_bytes).sum();
    println!(
        "hosts of items: {:.2} bits a row here, {:.2} as roaring (run-optimised, serialised)",
        postings as f64 * 8.0 / rows as f64,
        roaring as f64 * 8.0 / rows as f64
    );
}

fn roaring_bytes(segment: &Segment<&[u8]>) -> usize {
    let mut bytes = 0;
    segment.each_posting(|hosts| {
        let mut bitmap =
            roaring::RoaringBitmap::from_sorted_iter(hosts.iter().map(|h| u32::from(*h))).unwrap();
        bitmap.optimize();
        bytes += bitmap.serialized_size();
    });
    bytes
}
