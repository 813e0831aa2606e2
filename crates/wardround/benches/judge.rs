//! What one more host costs once everything is loaded: opening knowledge, judging Windows hosts,
//! judging the packages of one machine.
//!
//! Hosts are those of the sample data. Knowledge is the file that `WARDROUND_BENCH_KNOWLEDGE`
//! names, else compiled here from the Microsoft definitions of the sample data. The packages are
//! this machine's, against `osv.jsonl` in the folder that `WARDROUND_BENCH_PACKAGES` names
//! (`bench/packages_content.py` writes it). What is absent is skipped, aloud.

#![expect(clippy::unwrap_used, reason = "a benchmark without its input has nothing to measure")]
#![expect(clippy::print_stderr, reason = "what is skipped must be said")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use exposure::host::{Host, SourceFile, join};
use exposure::judge::{Question, judge};
use exposure::knowledge::{View, encode, open};
use formats::inventory::{Input, detect};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use rkyv::util::AlignedVec;
// For the allocator that the command has.
use wardround as _;

#[path = "sample/definitions.rs"]
mod definitions;
#[path = "sample/thread_clock.rs"]
mod thread_clock;

/// A day after everything in the sample data.
const AS_AT: Date = date(2026, 11, 22);

fn opening(criterion: &mut Criterion<CpuTime>) {
    let Some(bytes) = knowledge() else { return };
    let mut group = criterion.benchmark_group("knowledge");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("open", |bencher| {
        bencher.iter(|| black_box(open(&bytes).unwrap().built_at_us));
    });
    let view = open(&bytes).unwrap();
    group.bench_function("question", |bencher| {
        bencher.iter(|| black_box(Question::new(view, AS_AT, &[]).as_at));
    });
    group.finish();
}

fn windows_hosts(criterion: &mut Criterion<CpuTime>) {
    let (Some(bytes), Some(folder)) =
        (knowledge(), definitions::shared_data("inventories-windows/hosts"))
    else {
        return;
    };
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("systeminfo"))
        .collect();
    files.sort();
    let contents: Vec<(String, Vec<u8>)> =
        files.iter().map(|path| (name(path), fs::read(path).unwrap())).collect();
    // Each file is a host of its own, as for the peer: nothing is joined.
    let hosts: Vec<Host> = contents.iter().flat_map(|(name, bytes)| read(name, bytes)).collect();

    let mut group = criterion.benchmark_group("judge");
    group.throughput(Throughput::Elements(hosts.len() as u64));
    group.bench_function("read_windows_hosts", |bencher| {
        bencher
            .iter(|| contents.iter().map(|(name, bytes)| read(name, bytes).len()).sum::<usize>());
    });
    bench_judge(&mut group, "windows_hosts", open(&bytes).unwrap(), &hosts);
    group.finish();
}

fn packages(criterion: &mut Criterion<CpuTime>) {
    let status = Path::new("/var/lib/dpkg/status");
    let Some(folder) = std::env::var_os("WARDROUND_BENCH_PACKAGES").map(PathBuf::from) else {
        eprintln!("SKIPPED: judge/packages needs WARDROUND_BENCH_PACKAGES");
        return;
    };
    if !status.exists() {
        eprintln!("SKIPPED: judge/packages needs a machine with dpkg");
        return;
    }
    let bytes = compile(&[("osv.jsonl".to_owned(), fs::read(folder.join("osv.jsonl")).unwrap())]);
    let hosts = read("status", &fs::read(status).unwrap());
    let mut group = criterion.benchmark_group("judge");
    bench_judge(&mut group, "packages", open(&bytes).unwrap(), &hosts);
    group.finish();
}

fn bench_judge(
    group: &mut BenchmarkGroup<'_, CpuTime>,
    name: &str,
    knowledge: View<'_>,
    hosts: &[Host],
) {
    let question = Question::new(knowledge, AS_AT, &[]);
    group.bench_function(name, |bencher| {
        bencher.iter(|| hosts.iter().map(|host| judge(&question, host).lines.len()).sum::<usize>());
    });
}

/// The hosts in one file.
fn read(name: &str, bytes: &[u8]) -> Vec<Host> {
    let input = Input { bytes, file_name: Some(name) };
    let Some(Ok(reading)) = detect(&input).map(|format| (format.read)(&input)) else {
        eprintln!("SKIPPED: {name} was not read");
        return Vec::new();
    };
    join(vec![SourceFile { path: name.to_owned(), evidence: reading.evidence }], None)
}

/// Compiled knowledge.
fn knowledge() -> Option<AlignedVec> {
    if let Some(path) = std::env::var_os("WARDROUND_BENCH_KNOWLEDGE") {
        let file = fs::read(path).unwrap();
        let mut bytes = AlignedVec::with_capacity(file.len());
        bytes.extend_from_slice(&file);
        return Some(bytes);
    }
    definitions::tables().map(|tables| compile(&tables))
}

fn compile(documents: &[(String, Vec<u8>)]) -> AlignedVec {
    let knowledge = definitions::builder(documents).finish(Timestamp::UNIX_EPOCH).unwrap();
    encode(&knowledge).unwrap()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// CPU time of this thread, so that what else the machine does is not counted.
struct CpuTime(WallTime);

impl Measurement for CpuTime {
    type Intermediate = u64;
    type Value = u64;

    fn start(&self) -> u64 {
        thread_clock::nanos()
    }

    fn end(&self, begun: u64) -> u64 {
        thread_clock::nanos().saturating_sub(begun)
    }

    fn add(&self, one: &u64, other: &u64) -> u64 {
        one + other
    }

    fn zero(&self) -> u64 {
        0
    }

    // Zero would be no measurement: the kernel counts in steps of a few milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "2^53 nanoseconds are a hundred days")]
    fn to_f64(&self, value: &u64) -> f64 {
        (*value).max(1) as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self.0.formatter()
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime(WallTime));
    targets = opening, windows_hosts, packages
}
criterion_main!(benches);
