//! The index over real evidence: samples, and the published inventories of the shared data. What it
//! answers is what `judge` says of each host, and what is packed is judged as what was read.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use exposure::freshness::{EvidenceDays, FreshnessPolicy, age};
use exposure::host::{Host, SourceFile, join};
use exposure::index::{
    Advisory, AnswerCode, Asked, Basis, Index, PieceRef, Segment, SegmentBuilder,
};
use exposure::judge::{Question, ReasonKind, Selection, VulnerabilityRef, judge};
use exposure::knowledge::{Builder, View, encode, open};
use exposure::pack::{self, Pack};
use formats::inventory::{self, Input};
use jiff::civil::{Date, date};
use model::evidence::Evidence;
use model::host_id::HostId;
use model::verdict::Verdict;
use rkyv::util::AlignedVec;

const RECEIVED: Date = date(2026, 11, 20);

fn root() -> PathBuf {
    fs::canonicalize("../..").unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The hosts in every file below a folder that is evidence.
fn hosts(folder: &Path) -> Vec<Host> {
    let sources = files(folder)
        .into_iter()
        .filter_map(|path| {
            let bytes = fs::read(&path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let input = Input { bytes: &bytes, file_name: Some(&name) };
            let reading = (inventory::detect(&input)?.read)(&input).ok()?;
            Some(SourceFile { path: path.display().to_string(), evidence: reading.evidence })
        })
        .collect();
    join(sources, None)
}

fn knowledge() -> AlignedVec {
    let builder = Builder::new().with_builtin().unwrap();
    encode(&builder.finish(jiff::Timestamp::UNIX_EPOCH).unwrap()).unwrap()
}

type Said = BTreeMap<VulnerabilityRef, (Verdict, ReasonKind)>;

fn said(question: &Question<'_>, host: &Host) -> Said {
    let mut said = Said::new();
    for line in &judge(question, host).lines {
        for vulnerability in line.vulnerabilities.iter() {
            said.insert(*vulnerability, (line.verdict, line.reasons[0].kind()));
        }
    }
    said
}

fn packed(host: &Host) -> Pack {
    let pieces: Vec<(&str, &Evidence)> =
        host.pieces.iter().map(|piece| (piece.path.as_str(), &piece.evidence)).collect();
    Pack::open(&pack::encode(&pieces)).unwrap()
}

fn segment(knowledge: View<'_>, packs: &[Pack]) -> Vec<u8> {
    let basis = Basis::new(knowledge);
    let mut builder = SegmentBuilder::new(&basis);
    builder.organisation("ALL".parse().unwrap());
    for (number, pack) in packs.iter().enumerate() {
        let pieces: Vec<PieceRef<'_>> = (0..pack.pieces().len())
            .map(|piece| PieceRef { pack, piece, received: RECEIVED })
            .collect();
        builder.host(HostId(number as u64), &pieces).unwrap();
    }
    builder.finish().unwrap()
}

/// Compares pack and index with `judge` for every host below a folder; gives how many there were.
fn compare(folder: &Path) -> usize {
    let hosts = hosts(folder);
    let bytes = knowledge();
    let knowledge = open(&bytes).unwrap();
    let packs: Vec<Pack> = hosts.iter().map(packed).collect();
    let as_at = date(2017, 5, 12);
    let question = Question::new(knowledge, as_at, &[]);
    for (host, pack) in hosts.iter().zip(&packs) {
        let mut again = host.clone();
        for (piece, packed) in again.pieces.iter_mut().zip(pack.pieces()) {
            piece.evidence = pack.evidence(packed);
        }
        assert_eq!(said(&question, host), said(&question, &again), "{}", host.label);
    }

    let segment = segment(knowledge, &packs);
    let index = Index::open(vec![Segment::open(segment).unwrap()], knowledge).unwrap();
    let policy = FreshnessPolicy::default();
    for as_at in [as_at, date(2026, 11, 22)] {
        let judging = index.judging(as_at);
        let judged = [judging.judge(0..judging.len())];
        let view = judging.view(&judged, &policy).unwrap();
        let advisories = knowledge.vulnerabilities.iter().step_by(3).map(|row| row.id.as_str());
        for name in advisories.chain(["CVE-2017-0144", "CVE-2099-0001"]) {
            let selection = Selection { text: name.to_owned() };
            let question = Question::new(knowledge, as_at, &[selection]);
            let asked = index.resolve(&Advisory(name.to_owned()));
            let mut expected: BTreeMap<AnswerCode, u32> = BTreeMap::new();
            for host in &hosts {
                let all = said(&question, host);
                let wanted = wanted(&asked);
                let Some((verdict, reason)) = all.get(&wanted).copied() else { continue };
                let pieces = host.pieces.iter().map(|piece| (&piece.evidence, RECEIVED));
                let aged = age(verdict, reason, &EvidenceDays::of(pieces), as_at, &policy);
                let code = AnswerCode {
                    verdict: aged.verdict,
                    reason: aged.reason,
                    last_known: aged.last_known,
                };
                *expected.entry(code).or_default() += 1;
            }
            let answer: BTreeMap<AnswerCode, u32> = view.ask(&asked).unwrap().of(0).collect();
            assert_eq!(answer, expected, "{name} as at {as_at}");
        }
    }
    hosts.len()
}

fn wanted(asked: &Asked) -> VulnerabilityRef {
    match (asked.vulnerabilities.first(), asked.unlisted.first()) {
        (Some(position), _) => VulnerabilityRef::Known(*position),
        (None, Some(cve)) => VulnerabilityRef::Unlisted(*cve),
        (None, None) => panic!("nothing is asked"),
    }
}

#[test]
fn the_samples_are_answered_as_judge_does() {
    assert!(compare(&root().join("samples")) > 3);
}

#[test]
fn published_inventories_are_answered_as_judge_does() {
    let mut found = 0;
    for name in
        ["inventories-windows", "inventories-linux", "inventories-sbom", "inventories-scans"]
    {
        let folder = root().join("../shared/data").join(name);
        if folder.exists() {
            found += compare(&folder);
        } else {
            eprintln!("SKIPPED: {name} needs ../shared/data");
        }
    }
    eprintln!("{found} published hosts compared");
}
