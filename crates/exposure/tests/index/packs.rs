//! What comes out of a pack is judged as what went in.

use std::collections::{BTreeMap, BTreeSet};

use exposure::host::Host;
use exposure::judge::{Question, ReasonKind, VulnerabilityRef, judge};
use exposure::pack::{Pack, encode};
use model::evidence::Evidence;
use model::verdict::Verdict;
use proptest::prelude::*;

use crate::hosts::{host, pieces};
use crate::statements::world;

fn verdicts(
    question: &Question<'_>,
    host: &Host,
) -> BTreeMap<VulnerabilityRef, (Verdict, ReasonKind)> {
    judge(question, host)
        .lines
        .iter()
        .flat_map(|line| {
            let said = (line.verdict, line.reasons.first().expect("a reason").kind());
            line.vulnerabilities.iter().map(move |v| (*v, said)).collect::<Vec<_>>()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_unpacked_is_judged_as_before(seed: u64) {
        let given = pieces(seed);
        let named: Vec<(&str, &Evidence)> = given.iter().map(|(e, _)| ("a/pc.txt", e)).collect();
        let bytes = encode(&named);
        let pack = Pack::open(&bytes).unwrap();
        prop_assert_eq!(pack.pieces().len(), given.len());
        let taken: Vec<_> = pack
            .pieces()
            .iter()
            .zip(&given)
            .map(|(piece, (evidence, received))| {
                assert_eq!(piece.path(), "a/pc.txt");
                assert_eq!(piece.identity(), &evidence.host);
                assert_eq!(piece.format(), evidence.format);
                assert_eq!(piece.software_rows(), evidence.software.len());
                (pack.evidence(piece), *received)
            })
            .collect();
        let question = world().at("2019-06-30");
        let expected = verdicts(&question, &host(&given));
        prop_assert_eq!(&expected, &verdicts(&question, &host(&taken)));
        // Without printed forms nothing else is decided.
        let lean = Pack::lean(&bytes).unwrap();
        let lean: Vec<_> = lean.pieces().iter().map(|piece| lean.evidence(piece)).zip(&given)
            .map(|(evidence, (_, received))| (evidence, *received)).collect();
        prop_assert_eq!(&expected, &verdicts(&question, &host(&lean)));
        // Each piece can be had alone.
        for (number, (evidence, _)) in taken.iter().enumerate() {
            let wanted = BTreeSet::from([u32::try_from(number).unwrap()]);
            let own = Pack::some(&bytes, &wanted).unwrap();
            prop_assert_eq!(own.pieces().len(), given.len());
            prop_assert_eq!(&own.evidence(&own.pieces()[number]), evidence);
            let others = own.pieces().iter().enumerate().filter(|(at, _)| *at != number);
            prop_assert!(others.map(|(_, piece)| piece.path()).all(str::is_empty));
        }
        // Packed again, nothing changes any more.
        let again: Vec<(&str, &Evidence)> = taken.iter().map(|(e, _)| ("a/pc.txt", e)).collect();
        let second = encode(&again);
        let pack = Pack::open(&second).unwrap();
        for (piece, (evidence, _)) in pack.pieces().iter().zip(&taken) {
            prop_assert_eq!(&pack.evidence(piece), evidence);
        }
    }
}
