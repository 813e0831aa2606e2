//! One question to an invented nation: what building its index and asking it cost.
//!
//! `WARDROUND_BENCH_SCALE` is the share of the nation (1.0: 1.5 million hosts, about 300 million rows
//! of software, 7,740 organisations; 0.02 if not said). Knowledge is what is built in, the Microsoft
//! definitions of the sample data where they are there, and a statement for each advisory on the
//! invented software. A host's 20 to 59 pieces of rare software are of those that its organisation
//! has; with `WARDROUND_BENCH_TAIL=nation` they are of all the nation's, which is the worst case for
//! segments. With `WARDROUND_BENCH_OUT=FOLDER` the same nation, without scanners' findings, is written as
//! Parquet files beside our answers and what they cost (`rows.rs`), for `bench/national.py` to put to
//! other engines. All is made from a seed. Figures are CPU time of the threads that work; the
//! time of one question is the least of five, for the machine may be busy with other things.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "what is measured must be said")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures for a person"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use exposure::freshness::FreshnessPolicy;
use exposure::index::{Asked, Basis, Index, KnownClasses, PieceRef, Segment, SegmentBuilder};
use exposure::knowledge::{Builder, View, encode, open};
use exposure::pack::{self, Pack};
use formats::inventory::Input;
use formats::{advisory, unpack};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use model::evidence::{
    Completeness, DateReading, DateTimeReading, Ecosystem, Evidence, Finding, FindingMethod,
    FindingOutcome, HostIdentity, InstalledUpdate, OperatingSystem, Platform, Software, UpdateList,
    UpdateListKind,
};
use model::fact::{
    AffectedProduct, Bound, Fact, FactSink as _, PackageStatement, ProductTarget, Source,
    SourceKind, StatementStatus, VersionRange,
};
use model::host_id::HostId;
use model::kb::Kb;
use model::reading::Place;
use model::windows::WindowsProduct;
use rayon::prelude::*;
use rkyv::util::AlignedVec;

#[path = "national/rows.rs"]
mod rows;

const AS_AT: Date = date(2017, 5, 12);
const PRODUCTS: usize = 20_000;
const PACKAGES: usize = 3_000;
const SEGMENT: usize = 3_750;

/// Numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below `count`, the lower the more likely: about Zipf with exponent 0.95.
    fn zipf(&mut self, count: usize) -> usize {
        let top = (count as f64).powf(0.05);
        let x = (1.0 + self.share() * (top - 1.0)).powf(20.0);
        (x as usize).min(count) - 1
    }
}

struct Nation {
    /// Hosts of each organisation.
    sizes: Vec<usize>,
    systems: Vec<System>,
    without_findings: bool,
}

/// A system and its updates, the oldest first.
struct System {
    product: WindowsProduct,
    name: &'static str,
    version: &'static str,
    updates: Vec<Kb>,
    weight: usize,
}

const SYSTEMS: [(&str, &str, &str, usize); 10] = [
    ("Microsoft Windows 7 Enterprise", "6.1.7601 Service Pack 1 Build 7601", "X86-based PC", 30),
    ("Microsoft Windows 7 Professional", "6.1.7601 Service Pack 1 Build 7601", "x64-based PC", 32),
    ("Microsoft Windows 10 Enterprise", "10.0.14393 N/A Build 14393", "x64-based PC", 9),
    ("Microsoft Windows 10 Pro", "10.0.10586 N/A Build 10586", "x64-based PC", 5),
    ("Microsoft Windows 8.1 Pro", "6.3.9600 N/A Build 9600", "x64-based PC", 5),
    ("Microsoft Windows XP Professional", "5.1.2600 Service Pack 3 Build 2600", "X86-based PC", 5),
    (
        "Microsoft Windows Server 2008 R2 Standard",
        "6.1.7601 Service Pack 1 Build 7601",
        "x64-based PC",
        4,
    ),
    ("Microsoft Windows Server 2012 R2 Standard", "6.3.9600 N/A Build 9600", "x64-based PC", 3),
    ("Microsoft Windows Server 2016 Standard", "10.0.14393 N/A Build 14393", "x64-based PC", 1),
    (
        "Microsoft Windows Embedded Standard 7",
        "6.1.7601 Service Pack 1 Build 7601",
        "X86-based PC",
        2,
    ),
];

impl Nation {
    fn new(scale: f64, knowledge: View<'_>) -> Self {
        let dice = &mut Dice(1);
        let hosts = 1_500_000.0 * scale;
        let (trusts, practices) =
            ((240.0 * scale).max(1.0) as usize, (7_500.0 * scale).max(1.0) as usize);
        let draw = |dice: &mut Dice| {
            let normal: f64 = (0..12).map(|_| dice.share()).sum::<f64>() - 6.0;
            (normal * 0.7).exp()
        };
        let mut sizes = Vec::new();
        for (count, share) in [(trusts, 5.0 / 6.0), (practices, 1.0 / 6.0)] {
            let weights: Vec<f64> = (0..count).map(|_| draw(dice)).collect();
            let sum: f64 = weights.iter().sum();
            sizes.extend(
                weights.iter().map(|w| ((w / sum * hosts * share) as usize).clamp(1, 60_000)),
            );
        }
        let systems = SYSTEMS
            .iter()
            .filter_map(|(name, version, kind, weight)| {
                let (product, _) = WindowsProduct::from_host(name, Some(version), Some(kind))?;
                let mut updates: Vec<(i32, u32)> =
                    exposure::knowledge::lookup::windows_of(knowledge, &product)
                        .into_iter()
                        .filter_map(|at| knowledge.windows.get(at as usize))
                        .flat_map(|row| row.updates.iter())
                        .map(|u| (u.published.to_native(), u.kb.to_native()))
                        .filter(|(published, _)| *published < 17_298)
                        .collect();
                updates.sort_unstable();
                updates.dedup();
                let updates = updates.iter().filter_map(|(_, kb)| Kb::new(*kb)).collect();
                Some(System { product, name, version, updates, weight: *weight })
            })
            .collect();
        Self { sizes, systems, without_findings: rows::folder().is_some() }
    }

    /// Organisations that together fill a segment.
    fn groups(&self) -> Vec<std::ops::Range<usize>> {
        let mut groups = Vec::new();
        let (mut from, mut hosts) = (0, 0);
        for (at, size) in self.sizes.iter().enumerate() {
            if hosts > 0 && hosts + size > SEGMENT {
                groups.push(from..at);
                (from, hosts) = (at, 0);
            }
            hosts += size;
        }
        groups.push(from..self.sizes.len());
        groups
    }

    /// The evidence of an organisation, as one import of its management tool gives it.
    fn evidence(&self, organisation: usize) -> Vec<Evidence> {
        let dice = &mut Dice(1_000_003 * (organisation as u64 + 1));
        let has_no_lists = dice.share() < 0.07;
        let pool: Vec<(usize, usize)> = (0..500 + self.sizes[organisation])
            .map(|_| {
                let product = dice.roll(PRODUCTS);
                (product, dice.roll(versions_of(product)))
            })
            .collect();
        let images: Vec<Image> = (0..=dice.roll(4)).map(|_| self.image(dice)).collect();
        let lag = dice.roll(12);
        (0..self.sizes[organisation])
            .map(|number| {
                let image = &images[dice.roll(images.len())];
                let name = format!("O{organisation}-{number}");
                let collected = AS_AT.saturating_sub(
                    jiff::Span::new().days(i64::try_from(dice.roll(20)).unwrap_or(0)),
                );
                let mut evidence = if dice.share() < 0.03 {
                    linux(dice, organisation)
                } else {
                    self.windows(dice, image, (lag, has_no_lists), &pool, collected)
                };
                evidence.host = HostIdentity::named(name);
                evidence.collected_at = Some(DateTimeReading::exact("", collected.at(9, 0, 0, 0)));
                if dice.share() < 0.03 {
                    evidence.findings = findings(dice);
                }
                if self.without_findings {
                    evidence.findings.clear();
                }
                evidence
            })
            .collect()
    }

    fn image(&self, dice: &mut Dice) -> Image {
        let total: usize = self.systems.iter().map(|s| s.weight).sum();
        let mut at = dice.roll(total);
        let system = self.systems.iter().position(|s| {
            let is = at < s.weight;
            at = at.saturating_sub(s.weight);
            is
        });
        let products = (0..132)
            .map(|_| {
                let product = dice.zipf(PRODUCTS);
                (product, dice.roll(versions_of(product)))
            })
            .collect();
        Image { system: system.unwrap_or(0), level: dice.roll(14), products }
    }

    fn windows(
        &self,
        dice: &mut Dice,
        image: &Image,
        (lag, has_no_lists): (usize, bool),
        pool: &[(usize, usize)],
        collected: Date,
    ) -> Evidence {
        let system = &self.systems[image.system];
        let behind =
            image.level.min(6) + if dice.share() < 0.2 { dice.roll(6) } else { lag.min(3) };
        let known = system.updates.len().saturating_sub(behind * 4);
        let from = known.saturating_sub(40);
        let entries = system.updates[from..known]
            .iter()
            .filter(|_| !dice.0.is_multiple_of(25) || dice.share() > 0.04)
            .map(|kb| InstalledUpdate {
                raw: kb.to_string(),
                kb: Some(*kb),
                title: None,
                installed_on: Some(DateReading::exact(
                    "",
                    collected
                        .saturating_sub(jiff::Span::new().days(60 + i64::from(kb.number() % 300))),
                )),
                place: Place::Whole,
            })
            .collect();
        let mut software: Vec<Software> = Vec::new();
        for (product, version) in &image.products {
            if dice.share() < 0.93 {
                let drifted = dice.share() < 0.25;
                let version = if drifted { dice.roll(versions_of(*product)) } else { *version };
                software.push(program(*product, version));
            }
        }
        let is_national = std::env::var("WARDROUND_BENCH_TAIL").is_ok_and(|tail| tail == "nation");
        for _ in 0..20 + dice.roll(40) {
            let (product, version) = if is_national {
                let product = dice.roll(PRODUCTS);
                (product, dice.roll(versions_of(product)))
            } else {
                pool[dice.roll(pool.len())]
            };
            software.push(program(product, version));
        }
        let lists = if has_no_lists || dice.share() < 0.01 {
            Vec::new()
        } else {
            vec![UpdateList {
                kind: UpdateListKind::Hotfixes,
                completeness: Completeness::Complete,
                entries,
                place: Place::Whole,
            }]
        };
        Evidence {
            format: "bench",
            os: Some(OperatingSystem {
                raw_name: system.name.to_owned(),
                raw_version: Some(system.version.to_owned()),
                platform: Platform::Windows {
                    product: system.product.clone(),
                    build: system.version.split(' ').next().and_then(|v| v.parse().ok()),
                },
                guess_percent: None,
                place: Place::Whole,
            }),
            last_boot: Some(DateTimeReading::exact("", collected.at(6, 0, 0, 0))),
            updates: lists,
            software,
            software_completeness: Some(Completeness::Complete),
            ..Evidence::default()
        }
    }
}

struct Image {
    system: usize,
    level: usize,
    products: Vec<(usize, usize)>,
}

const fn versions_of(product: usize) -> usize {
    8 + product * 7919 % 30
}

fn program(product: usize, version: usize) -> Software {
    Software {
        ecosystem: Ecosystem::WindowsProgram,
        name: format!("Ward Program {product}"),
        version: Some(format!("{}.{version}", 1 + product % 9)),
        vendor: Some(format!("Vendor {}", product % 700)),
        ..Software::default()
    }
}

fn linux(dice: &mut Dice, organisation: usize) -> Evidence {
    let software = (0..400)
        .map(|_| {
            let package = dice.zipf(PACKAGES);
            let version = (organisation * 31 + package) % 6 + dice.roll(2);
            Software {
                ecosystem: Ecosystem::Dpkg,
                name: format!("package{package}"),
                version: Some(format!("1.{version}-1")),
                architecture: Some("amd64".to_owned()),
                ..Software::default()
            }
        })
        .collect();
    Evidence {
        format: "bench",
        os: Some(OperatingSystem {
            raw_name: "Debian GNU/Linux 8".to_owned(),
            raw_version: None,
            platform: Platform::Linux {
                distribution: "debian".to_owned(),
                version: Some("8".to_owned()),
            },
            guess_percent: None,
            place: Place::Whole,
        }),
        software,
        software_completeness: Some(Completeness::Complete),
        ..Evidence::default()
    }
}

fn findings(dice: &mut Dice) -> Vec<Finding> {
    (0..=dice.roll(20))
        .map(|_| {
            let n = dice.roll(400);
            let cve = if n < 8 {
                format!("CVE-2017-{:04}", 143 + n)
            } else {
                format!("CVE-2016-{}", 90_000 + n)
            };
            Finding {
                scanner: "bench",
                check: format!("check-{n}"),
                title: format!("Flaw {n}"),
                cves: vec![cve.parse().unwrap()],
                missing_kbs: Vec::new(),
                outcome: if dice.share() < 0.8 {
                    FindingOutcome::Vulnerable
                } else {
                    FindingOutcome::NotVulnerable
                },
                method: FindingMethod::Authenticated,
                severity: None,
                observed_at: None,
                place: Place::Whole,
            }
        })
        .collect()
}

/// An advisory on an invented piece of software: flaw, and the product or package.
fn statements(builder: &mut Builder) {
    builder.source(Source {
        kind: SourceKind::Osv,
        id: "bench".to_owned(),
        title: None,
        publisher: None,
        url: None,
        published: None,
        as_of: None,
    });
    let programs = (0..4_000).map(|n| {
        let product = program_of(n);
        let target = ProductTarget {
            name: Some(format!("Ward Program {product}")),
            ..ProductTarget::default()
        };
        (n, target, format!("{}.{}", 1 + product % 9, versions_of(product) / 2))
    });
    let packages = (0..600).map(|n| {
        let target = ProductTarget {
            ecosystem: Some("Debian:8".to_owned()),
            name: Some(format!("package{}", n * 5)),
            ..ProductTarget::default()
        };
        (10_000 + n, target, "1.4-1".to_owned())
    });
    for (n, target, before) in programs.chain(packages) {
        builder.fact(Fact::Package(PackageStatement {
            advisory: format!("BENCH-{n}"),
            vulnerabilities: vec![format!("CVE-2016-{}", 100_000 + n)],
            status: StatementStatus::Affected,
            product: AffectedProduct {
                target,
                ranges: vec![VersionRange {
                    scheme: None,
                    lower: Bound::Open,
                    upper: Bound::Excluded(before),
                    raw: String::new(),
                }],
                versions: Vec::new(),
                free_text: None,
                unnamed: model::fact::Unnamed::default(),
            },
            remediations: Vec::new(),
            published: Some(date(2017, 1, 1)),
            justification: None,
        }));
    }
}

/// Advisories are on all products alike, so that the most used are among them.
const fn program_of(number: usize) -> usize {
    if number < 100 { number } else { number * 5 }
}

fn main() {
    let scale: f64 =
        std::env::var("WARDROUND_BENCH_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(0.02);
    let bytes = knowledge();
    let knowledge = open(&bytes).unwrap();
    let nation = Nation::new(scale, knowledge);
    println!(
        "scale {scale}: {} organisations, {} vulnerabilities, {} statements",
        nation.sizes.len(),
        knowledge.vulnerabilities.len(),
        knowledge.statements.len()
    );
    let basis = Basis::new(knowledge);
    let groups = nation.groups();
    let built: Vec<Built> = groups.par_iter().map(|group| build(&nation, &basis, group)).collect();
    let sum = |of: fn(&Built) -> f64| built.iter().map(of).sum::<f64>();
    println!(
        "packs {:.1} MB in {:.1} s CPU; {} segments from packs in {:.1} s CPU (of that opening packs {:.1} s)",
        sum(|b| b.pack_bytes as f64) / 1e6,
        sum(|b| b.packing),
        built.len(),
        sum(|b| b.opening + b.building),
        sum(|b| b.opening)
    );
    let segments: Vec<Vec<u8>> = built.into_iter().map(|b| b.segment).collect();
    let total: usize = segments.iter().map(Vec::len).sum();
    let (opened, cpu) =
        timed(|| segments.iter().map(|s| Segment::open(s.as_slice()).unwrap()).collect::<Vec<_>>());
    let rows: usize = opened.iter().map(Segment::software_rows).sum();
    let items: usize = opened.iter().map(Segment::items).sum();
    println!(
        "segments: {:.1} MB, {rows} rows, {items} items; checked in {cpu:.2} s CPU",
        total as f64 / 1e6
    );
    let mut sections: Vec<(&str, usize)> =
        opened[0].section_bytes().iter().map(|(n, _)| (*n, 0)).collect();
    for segment in &opened {
        for (sum, (_, bytes)) in sections.iter_mut().zip(segment.section_bytes()) {
            sum.1 += bytes;
        }
    }
    for (name, bytes) in &sections {
        println!("    {name}: {:.2} MB", *bytes as f64 / 1e6);
    }
    let postings = sections.iter().find(|(name, _)| *name == "postings").unwrap().1 + items * 5;
    let roaring: usize = opened.iter().map(roaring_bytes).sum();
    println!(
        "hosts of items: {:.2} bits a row here, {:.2} as roaring (run-optimised, serialised)",
        postings as f64 * 8.0 / rows as f64,
        roaring as f64 * 8.0 / rows as f64
    );

    let (index, cpu) = timed(|| Index::open(opened, knowledge).unwrap());
    println!(
        "index opened in {cpu:.2} s CPU: {} hosts, {} classes",
        index.hosts(),
        index.classes()
    );
    let judging = index.judging(AS_AT);
    let (judged, cpu) = timed(|| {
        let ranges = (0..judging.len()).step_by(512).map(|at| at..(at + 512).min(judging.len()));
        ranges.map(|range| judging.judge(range)).collect::<Vec<_>>()
    });
    println!("classes judged in {cpu:.2} s CPU");
    let (kept, cpu) = timed(|| {
        let mut known = KnownClasses::default();
        known.add(&judging, &judged);
        judging.save(&known, b"")
    });
    println!("judged classes: {:.2} MB, written in {cpu:.2} s CPU", kept.len() as f64 / 1e6);
    let (judged, cpu) = timed(|| {
        let known = judging.load(&kept, b"").unwrap();
        [judging.judge_beside(&known, 0..judging.len())]
    });
    println!("read in {cpu:.2} s CPU");
    let (view, cpu) = timed(|| judging.view(&judged, &FreshnessPolicy::default()).unwrap());
    println!("view made in {cpu:.2} s CPU: {} signatures", view.signatures());
    drop(judged);
    if let Some(folder) = rows::folder() {
        rows::write(&folder, &nation, &view, knowledge, total);
        return;
    }

    let position = |id: &str| exposure::knowledge::lookup::vulnerability(knowledge, id);
    let listed: Vec<u32> = (0..knowledge.windows.len())
        .flat_map(|at| knowledge.windows[at].groups.iter())
        .flat_map(|group| group.flaws.iter().map(|f| f.vulnerability.to_native()))
        .collect();
    let mut listed = listed;
    listed.sort_unstable();
    listed.dedup();
    let software = |from: usize, to: usize, step: usize| -> Vec<u32> {
        (from..to)
            .step_by(step)
            .filter_map(|n| position(&format!("CVE-2016-{}", 100_000 + n)))
            .collect()
    };
    let mut all = Vec::new();
    let take =
        |of: &[u32]| -> Vec<u32> { of.iter().step_by((of.len() / 300).max(1)).copied().collect() };
    for (name, flaws) in [
        ("MS17-010", (143..149).filter_map(|n| position(&format!("CVE-2017-0{n}"))).collect()),
        ("Windows", take(&listed)),
        ("top-100 program", software(0, 100, 1)),
        ("mid program", software(100, 1_000, 3)),
        ("tail program", software(1_000, 4_000, 10)),
        ("Debian package", software(10_000, 10_600, 2)),
    ] {
        measure(name, &view, &flaws);
        all.extend(flaws);
    }
    let bulletin: Vec<u32> =
        (143..149).filter_map(|n| position(&format!("CVE-2017-0{n}"))).collect();
    let asked = Asked { vulnerabilities: bulletin, ..Asked::default() };
    let (answer, cpu) = timed(|| (0..50).map(|_| view.ask(&asked).unwrap()).next_back().unwrap());
    println!("the bulletin of six flaws: {:.3} ms CPU", cpu / 50.0 * 1e3);
    for (code, hosts) in answer.totals() {
        println!("    {} ({}): {hosts}", code.verdict, code.reason.name());
    }
    let ((), cpu) = timed(|| {
        for position in all.iter().cycle().take(5_000) {
            view.ask(&Asked::vulnerability(*position)).unwrap();
        }
    });
    println!("5,000 advisories of all kinds: {cpu:.2} s CPU");
    for line in fs::read_to_string("/proc/self/status").unwrap_or_default().lines() {
        if line.starts_with("VmHWM") || line.starts_with("VmRSS") {
            println!("{line}");
        }
    }
}

fn measure(name: &str, view: &exposure::index::View<'_, '_, &[u8]>, flaws: &[u32]) {
    if flaws.is_empty() {
        return;
    }
    let mut times: Vec<f64> = Vec::new();
    let mut first = 0.0;
    for flaw in flaws {
        let asked = Asked::vulnerability(*flaw);
        let mut least = f64::MAX;
        for turn in 0..5 {
            let begun = Instant::now();
            std::hint::black_box(view.ask(&asked).unwrap());
            let passed = begun.elapsed().as_secs_f64() * 1e3;
            if turn == 0 {
                first += passed;
            }
            least = least.min(passed);
        }
        times.push(least);
    }
    let ((), cpu) = timed(|| {
        for flaw in flaws {
            std::hint::black_box(view.ask(&Asked::vulnerability(*flaw)).unwrap());
        }
    });
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{name}: {} asked; CPU mean {:.3} ms; p50 {:.3}, p95 {:.3}, most {:.3} ms; first time {:.3} ms wall",
        flaws.len(),
        cpu / flaws.len() as f64 * 1e3,
        at(0.5),
        at(0.95),
        at(1.0),
        first / flaws.len() as f64
    );
}

struct Built {
    segment: Vec<u8>,
    pack_bytes: usize,
    packing: f64,
    opening: f64,
    building: f64,
}

fn build(nation: &Nation, basis: &Basis<'_>, group: &std::ops::Range<usize>) -> Built {
    let mut built =
        Built { segment: Vec::new(), pack_bytes: 0, packing: 0.0, opening: 0.0, building: 0.0 };
    let mut builder = SegmentBuilder::new(basis);
    for organisation in group.clone() {
        let evidence = nation.evidence(organisation);
        let named: Vec<(&str, &Evidence)> = evidence.iter().map(|e| ("all.csv", e)).collect();
        let (bytes, cpu) = timed(|| pack::encode(&named));
        built.packing += cpu;
        built.pack_bytes += bytes.len();
        let (pack, cpu) = timed(|| Pack::open(&bytes).unwrap());
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
    let (segment, cpu) = timed(|| builder.finish());
    built.segment = segment;
    built.building += cpu;
    built
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

fn knowledge() -> AlignedVec {
    let mut builder = Builder::new().with_builtin().unwrap();
    if let Some(folder) = shared_data("ms-kb") {
        let mut tables = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.to_lowercase().ends_with(".gz") || name.starts_with("Custom") {
                let bytes = fs::read(&path).unwrap();
                if unpack::is_archive(&bytes) {
                    let limits = unpack::Limits::default();
                    let members = unpack::unpack(&bytes, Some(&name), &limits).unwrap().members;
                    tables.extend(members.into_iter().map(|member| (member.path, member.bytes)));
                } else {
                    tables.push((name, bytes));
                }
            }
        }
        tables.sort();
        for (name, bytes) in &tables {
            let input = Input { bytes, file_name: Some(name) };
            let format = advisory::detect(&input).unwrap();
            (format.read)(&input, &mut builder).unwrap();
        }
    }
    statements(&mut builder);
    encode(&builder.finish(Timestamp::UNIX_EPOCH).unwrap()).unwrap()
}

fn shared_data(relative: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(relative);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {relative} needs ../shared/data");
    None
}

/// What a thing gives, and the seconds of CPU that this thread took for it.
fn timed<T>(of: impl FnOnce() -> T) -> (T, f64) {
    let begun = cpu_seconds();
    let result = of();
    (result, cpu_seconds() - begun)
}

/// Seconds that this thread has run (POSIX, `CLOCK_THREAD_CPUTIME_ID`). What the kernel says of its
/// scheduling moves in steps of milliseconds on some machines, which is longer than a question.
#[cfg(unix)]
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Seconds that have passed, where no clock of the thread is known.
#[cfg(not(unix))]
fn cpu_seconds() -> f64 {
    static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    BEGUN.get_or_init(Instant::now).elapsed().as_secs_f64()
}
