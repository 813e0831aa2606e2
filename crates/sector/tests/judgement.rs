//! What Wardround says of the generated evidence, against the truth: never safe where it was open,
//! unknown where nothing came, and right where the evidence shows everything.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/files.rs"]
mod files;
mod support;

use std::collections::BTreeMap;

use exposure::host::{SourceFile, join};
use exposure::judge::{Question, Selection, judge};
use exposure::knowledge::{Builder, encode, open};
use files::read;
use jiff::civil::{Date, date};
use model::verdict::Verdict;
use sector::{Detail, Organisation, Sector, Truth};
use support::sector;

/// The verdict on MS17-010 of each host in a report, by upper-case name: the worst of its flaws.
fn verdicts(
    question: &Question<'_>,
    sector: &Sector,
    organisation: &Organisation,
    day: Date,
) -> BTreeMap<String, Verdict> {
    let files = sector.report(organisation, day, Detail::Light).into_iter().map(|file| {
        let (_, reading) = read(&file);
        SourceFile { path: file.path, evidence: reading.evidence }
    });
    join(files.collect(), None)
        .iter()
        .map(|host| {
            let name = host.label.split('.').next().unwrap().to_ascii_uppercase();
            let lines = judge(question, host).lines;
            let worst = lines.iter().map(|line| line.verdict).min();
            (name, worst.unwrap_or(Verdict::Unknown))
        })
        .collect()
}

#[test]
fn no_verdict_contradicts_the_truth_and_most_reach_it() {
    let builder = Builder::new().with_builtin().unwrap();
    let knowledge = builder.finish(jiff::Timestamp::UNIX_EPOCH).unwrap();
    let bytes = encode(&knowledge).unwrap();
    let view = open(&bytes).unwrap();
    let mut seen: BTreeMap<(Truth, Verdict), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let (mut clear, mut met) = (0_usize, 0_usize);
    for seed in [1, 2] {
        let sector = sector(seed, 0.001);
        for organisation in sector.organisations() {
            let days = sector.reports(organisation);
            // Before the bulletin came out there is no question to ask.
            let asked = days.iter().rev().filter(|day| **day >= date(2017, 3, 14));
            for day in asked.step_by(3).take(3) {
                let asked = [Selection { text: "MS17-010".to_owned() }];
                let question = Question::new(view, *day, &asked);
                let verdicts = verdicts(&question, &sector, organisation, *day);
                for fact in sector.facts(organisation, *day) {
                    let Some(sent) = fact.evidence.filter(|sent| sent.day == *day) else {
                        continue;
                    };
                    let Some(verdict) = verdicts.get(&sent.name.to_ascii_uppercase()) else {
                        wrong.push(format!("{}: no verdict", sent.name));
                        continue;
                    };
                    *seen.entry((sent.truth, *verdict)).or_default() += 1;
                    if !sent.allows(*verdict) {
                        let system = fact.system;
                        wrong.push(format!("{day} {system:?} {verdict:?} of {sent:?}"));
                    }
                    if let Some(expected) = sent.expected() {
                        clear += 1;
                        met += usize::from(expected == *verdict);
                    }
                }
            }
        }
    }
    println!("{seen:?}\n{met} of {clear}");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(30)].join("\n")
    );
    // What differs is a start on the day of an installation, or a scanner that is mistaken.
    assert!(met * 100 > clear * 97, "{met} of {clear}");
    for (truth, verdict) in [
        (Truth::Patched, Verdict::Fixed),
        (Truth::Open, Verdict::Affected),
        (Truth::Open, Verdict::Unknown),
        (Truth::PendingRestart, Verdict::Affected),
        (Truth::Mitigated, Verdict::Mitigated),
        (Truth::NotAffected, Verdict::NotAffected),
    ] {
        assert!(seen.contains_key(&(truth, verdict)), "{truth:?} seen as {verdict:?}");
    }
}
