//! Estates of generated hosts: what `judge` says of each, and the index of all.

use exposure::freshness::{EvidenceDays, FreshnessPolicy, age};
use exposure::index::{AnswerCode, Basis, Mark, PieceRef, Segment, SegmentBuilder};
use exposure::judge::{Question, ReasonKind, Selection, VulnerabilityRef, judge};
use exposure::knowledge::View;
use exposure::pack::{Pack, encode};
use jiff::civil::Date;
use model::evidence::Evidence;
use model::host_id::HostId;
use model::verdict::Verdict;
use sha2::{Digest as _, Sha256};

use crate::hosts::{host, pieces};

/// Organisations of hosts.
pub(crate) struct Estate {
    pub(crate) organisations: Vec<Vec<Member>>,
}

/// A host and its evidence.
pub(crate) struct Member {
    pub(crate) id: HostId,
    pub(crate) pieces: Vec<(Evidence, Date)>,
}

impl Estate {
    /// An estate with organisations of so many hosts.
    pub(crate) fn new(seed: u64, sizes: &[usize]) -> Self {
        let mut number = 0;
        let organisations = sizes
            .iter()
            .map(|size| {
                (0..*size)
                    .map(|_| {
                        number += 1;
                        let own = seed.wrapping_mul(1_000_003).wrapping_add(number);
                        Member { id: HostId(number), pieces: pieces(own) }
                    })
                    .collect()
            })
            .collect();
        Self { organisations }
    }

    /// Segments, each of so many organisations; `turn` turns the order of hosts and pieces.
    pub(crate) fn segments(&self, knowledge: View<'_>, each: usize, turn: usize) -> Vec<Vec<u8>> {
        let basis = Basis::new(knowledge);
        let numbered: Vec<(usize, &Vec<Member>)> = self.organisations.iter().enumerate().collect();
        numbered
            .chunks(each)
            .map(|group| {
                let mut builder = SegmentBuilder::new(&basis);
                for (number, members) in group {
                    builder.organisation(format!("ORG{number}").parse().unwrap());
                    let mut members: Vec<&Member> = members.iter().collect();
                    if !members.is_empty() {
                        let by = turn % members.len();
                        members.rotate_left(by);
                    }
                    for member in members {
                        add(&mut builder, member, turn);
                    }
                }
                builder.finish().unwrap()
            })
            .collect()
    }
}

pub(crate) fn add(builder: &mut SegmentBuilder<'_, '_>, member: &Member, turn: usize) {
    let mut order: Vec<&(Evidence, Date)> = member.pieces.iter().collect();
    if !order.is_empty() {
        let by = turn % order.len();
        order.rotate_left(by);
    }
    // What only a person looks at changes nothing.
    let open = if turn.is_multiple_of(2) { Pack::open } else { Pack::lean };
    let pack = open(&packed(&order)).unwrap();
    let refs: Vec<PieceRef<'_>> = order
        .iter()
        .enumerate()
        .map(|(piece, (_, received))| PieceRef { pack: &pack, piece, received: *received })
        .collect();
    builder.host(member.id, &refs).unwrap();
}

fn packed(pieces: &[&(Evidence, Date)]) -> Vec<u8> {
    let named: Vec<(&str, &Evidence)> = pieces.iter().map(|(e, _)| ("pc.txt", e)).collect();
    encode(&named)
}

/// The mark of a host's evidence, as [`add`] brings it.
pub(crate) fn mark(member: &Member) -> Mark {
    let pieces: Vec<&(Evidence, Date)> = member.pieces.iter().collect();
    let hash: [u8; 32] = Sha256::digest(packed(&pieces)).into();
    Mark::of(pieces.iter().enumerate().map(|(at, (_, received))| (&hash, at, *received)))
}

pub(crate) fn open(segments: &[Vec<u8>]) -> Vec<Segment<&[u8]>> {
    segments.iter().map(|bytes| Segment::open(bytes.as_slice()).unwrap()).collect()
}

/// What `judge` says of a host, asked for one vulnerability by name; `None` if it was not public.
pub(crate) fn judged(
    question: &Question<'_>,
    member: &Member,
    wanted: VulnerabilityRef,
) -> Option<(Verdict, ReasonKind)> {
    let verdicts = judge(question, &host(&member.pieces));
    let line = verdicts.lines.iter().find(|l| l.vulnerabilities.contains(&wanted))?;
    Some((line.verdict, line.reasons.first().expect("a reason").kind()))
}

/// As it is counted.
pub(crate) fn aged(
    (verdict, reason): (Verdict, ReasonKind),
    member: &Member,
    as_at: Date,
    policy: &FreshnessPolicy,
) -> AnswerCode {
    let days = EvidenceDays::of(member.pieces.iter().map(|(e, received)| (e, *received)));
    let aged = age(verdict, reason, &days, as_at, policy);
    AnswerCode { verdict: aged.verdict, reason: aged.reason, last_known: aged.last_known }
}

pub(crate) fn by_name<'k>(knowledge: View<'k>, as_at: Date, name: &str) -> Question<'k> {
    Question::new(knowledge, as_at, &[Selection { text: name.to_owned() }])
}
