//! From the bytes of segments to a view that can be asked, step by step.

use exposure::freshness::FreshnessPolicy;
use exposure::index::{Index, KnownClasses, Segment, View};
use exposure::knowledge::View as Knowledge;

use super::clock::timed;
use super::nation::AS_AT;

/// Segments as they are opened from bytes that somebody else holds.
pub(super) type Opened<'b> = Vec<Segment<&'b [u8]>>;

/// Opens segments: everything in them is checked.
pub(super) fn check(segments: &[Vec<u8>]) -> Opened<'_> {
    let (opened, cpu) =
        timed(|| segments.iter().map(|s| Segment::open(s.as_slice()).unwrap()).collect());
    println!("segments checked in {cpu:.2} s CPU");
    opened
}

/// Puts segments under knowledge.
pub(super) fn index<'b, 'k>(segments: Opened<'b>, knowledge: Knowledge<'k>) -> Index<'k, &'b [u8]> {
    let (index, cpu) = timed(|| Index::open(segments, knowledge).unwrap());
    println!(
        "index opened in {cpu:.2} s CPU: {} hosts, {} classes",
        index.hosts(),
        index.classes()
    );
    index
}

/// Judges the classes and makes the view of a day.
pub(super) fn view<'i, 'k, 'b>(index: &'i Index<'k, &'b [u8]>) -> View<'i, 'k, &'b [u8]> {
    let judging = index.judging(AS_AT);
    let (judged, cpu) = timed(|| {
        let ranges = (0..judging.len()).step_by(512).map(|at| at..(at + 512).min(judging.len()));
        ranges.map(|range| judging.judge(range)).collect::<Vec<_>>()
    });
    println!("classes judged in {cpu:.2} s CPU");
    let (view, cpu) = timed(|| judging.view(&judged, &FreshnessPolicy::default()).unwrap());
    println!("view made in {cpu:.2} s CPU: {} signatures", view.signatures());
    view
}

/// Says what it takes to keep what was judged, so that it need not be judged again.
pub(super) fn say_cache(index: &Index<'_, &[u8]>) {
    let judging = index.judging(AS_AT);
    let judged = [judging.judge(0..judging.len())];
    let (kept, cpu) = timed(|| {
        let mut known = KnownClasses::default();
        known.add(&judging, &judged);
        judging.save(&known, b"")
    });
    println!("judged classes: {:.2} MB, written in {cpu:.2} s CPU", kept.len() as f64 / 1e6);
    let (_, cpu) = timed(|| judging.load(&kept, b"").unwrap());
    println!("judged classes read in {cpu:.2} s CPU");
}
