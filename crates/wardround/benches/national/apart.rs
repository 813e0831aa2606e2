//! Knowledge and segments as files, so that a process of its own opens and asks them, and does nothing else.

use std::fs::{self, File};
use std::path::Path;

use exposure::freshness::FreshnessPolicy;
use exposure::index::{Asked, Index, Segment};
use exposure::knowledge::open;
use rkyv::util::AlignedVec;

use super::clock::{passed, say_memory};
use super::nation::AS_AT;
use super::{asking, opening};

const KNOWLEDGE: &str = "knowledge.wrk";

/// Writes knowledge and segments to a folder.
pub(super) fn write(folder: &Path, knowledge: &[u8], segments: &[Vec<u8>]) {
    fs::create_dir_all(folder).unwrap();
    for path in files(folder) {
        fs::remove_file(path).unwrap();
    }
    fs::write(folder.join(KNOWLEDGE), knowledge).unwrap();
    for (number, segment) in segments.iter().enumerate() {
        fs::write(folder.join(format!("{number:06}.segment")), segment).unwrap();
    }
}

/// How many flaws of a kind are counted, about: such a tool takes fifty times as long.
const COUNTED: usize = 30;

/// Opens what was written, asks some flaws of each kind once, and then once more in `asking::counted`, kind by kind, for
/// a tool that counts what is done there. Nothing is timed.
pub(super) fn count(folder: &Path) {
    let (bytes, segments) = read(folder);
    let knowledge = open(&bytes).unwrap();
    // Without the clock, which such a tool does not let through.
    let opened = segments.iter().map(|bytes| Segment::open(bytes.as_slice()).unwrap());
    let index = Index::open(opened.collect(), knowledge).unwrap();
    let judging = index.judging(AS_AT);
    let judged = [judging.judge(0..judging.len())];
    let view = judging.view(&judged, &FreshnessPolicy::default()).unwrap();
    for (name, flaws) in asking::kinds(knowledge) {
        let step = flaws.len().div_ceil(COUNTED);
        let some: Vec<u32> = flaws.into_iter().step_by(step).collect();
        // What is read once and kept is kept then, as it is when kinds are timed.
        for flaw in &some {
            std::hint::black_box(view.ask(&Asked::vulnerability(*flaw)).unwrap());
        }
        asking::counted(&view, &some);
        println!("{name}: {} counted", some.len());
    }
}

/// Opens what was written, asks, and says what that took.
pub(super) fn ask(folder: &Path) {
    let ((bytes, segments), read_wall, read_cpu) = passed(|| read(folder));
    let total: usize = segments.iter().map(Vec::len).sum();
    println!(
        "apart: knowledge {:.1} MB, {} segments of {:.1} MB; read in {read_wall:.2} s, {read_cpu:.2} s CPU",
        bytes.len() as f64 / 1e6,
        segments.len(),
        total as f64 / 1e6,
    );
    let (knowledge, wall, cpu) = passed(|| open(&bytes).unwrap());
    let (index, index_wall, index_cpu) =
        passed(|| opening::index(opening::check(&segments), knowledge));
    let (view, view_wall, view_cpu) = passed(|| opening::view(&index));
    println!(
        "apart, from files to the first question: {:.2} s, {:.2} s CPU of all threads",
        read_wall + wall + index_wall + view_wall,
        read_cpu + cpu + index_cpu + view_cpu
    );
    say_memory("after opening");
    let kinds = asking::kinds(knowledge);
    asking::many(&view, &kinds);
    say_memory("after 5,000 advisories");
    for (name, flaws) in &kinds {
        asking::kind(name, &view, flaws);
    }
    asking::six(&view, knowledge);
    say_memory("at the end");
    let mut walk = asking::Walk::new();
    for (name, flaws) in &kinds {
        asking::cold(name, &view, flaws, &mut walk);
    }
}

fn read(folder: &Path) -> (AlignedVec, Vec<Vec<u8>>) {
    let mut knowledge = AlignedVec::new();
    knowledge.extend_from_reader(&mut File::open(folder.join(KNOWLEDGE)).unwrap()).unwrap();
    (knowledge, files(folder).iter().map(|path| fs::read(path).unwrap()).collect())
}

/// The files of segments, in their order.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "segment"))
        .collect();
    files.sort();
    files
}
