//! Advisories put to a view: what one costs, and what five thousand cost.

use std::time::Instant;

use exposure::index::{Asked, View};
use exposure::knowledge::View as Knowledge;
use exposure::knowledge::lookup::vulnerability;

use super::clock::timed;

/// How many advisories are asked one after the other.
const MANY: usize = 5_000;

/// Some hundred flaws of each kind, each a position in knowledge.
pub(super) fn kinds(knowledge: Knowledge<'_>) -> Vec<(&'static str, Vec<u32>)> {
    let software = |from: usize, to: usize, step: usize| -> Vec<u32> {
        (from..to)
            .step_by(step)
            .filter_map(|n| vulnerability(knowledge, &format!("CVE-2016-{}", 100_000 + n)))
            .collect()
    };
    let mut listed: Vec<u32> = (0..knowledge.windows.len())
        .flat_map(|at| knowledge.windows[at].groups.iter())
        .flat_map(|group| group.flaws.iter().map(|f| f.vulnerability.to_native()))
        .collect();
    listed.sort_unstable();
    listed.dedup();
    let windows = listed.iter().step_by((listed.len() / 300).max(1)).copied().collect();
    let kinds = [
        ("MS17-010", bulletin(knowledge)),
        ("Windows", windows),
        ("top-100 program", software(0, 100, 1)),
        ("mid program", software(100, 1_000, 3)),
        ("tail program", software(1_000, 4_000, 10)),
        ("Debian package", software(10_000, 10_600, 2)),
    ];
    kinds.into_iter().filter(|(_, flaws)| !flaws.is_empty()).collect()
}

fn bulletin(knowledge: Knowledge<'_>) -> Vec<u32> {
    (143..149).filter_map(|n| vulnerability(knowledge, &format!("CVE-2017-0{n}"))).collect()
}

/// Asks five thousand advisories of all kinds, one after the other, each over all organisations.
///
/// Nothing is repeated to find the least: what the caches do not hold is waited for, as in life.
pub(super) fn many(view: &View<'_, '_, &[u8]>, kinds: &[(&str, Vec<u32>)]) {
    let all: Vec<u32> = kinds.iter().flat_map(|(_, flaws)| flaws.iter().copied()).collect();
    let mut times: Vec<f64> = Vec::with_capacity(MANY);
    for flaw in all.iter().cycle().take(MANY) {
        let asked = Asked::vulnerability(*flaw);
        let (answer, cpu) = timed(|| view.ask(&asked).unwrap());
        std::hint::black_box(answer);
        times.push(cpu * 1e3);
    }
    let first = all.len().min(MANY);
    println!("5,000 advisories of all kinds: {:.2} s CPU", times.iter().sum::<f64>() / 1e3);
    say_spread(&format!("  the first {first}, each new"), &times[..first]);
    say_spread("  all 5,000", &times);
}

/// Milliseconds of CPU: mean and percentiles.
fn say_spread(name: &str, times: &[f64]) {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    println!(
        "{name}: mean {:.3} ms; p50 {:.3}, p95 {:.3}, most {:.3} ms",
        sorted.iter().sum::<f64>() / sorted.len() as f64,
        percentile(&sorted, 0.5),
        percentile(&sorted, 0.95),
        percentile(&sorted, 1.0)
    );
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share) as usize]
}

/// Asks each flaw of a kind, five times.
pub(super) fn kind(name: &str, view: &View<'_, '_, &[u8]>, flaws: &[u32]) {
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
    println!(
        "{name}: {} asked; CPU mean {:.3} ms; p50 {:.3}, p95 {:.3}, most {:.3} ms; first time {:.3} ms wall",
        flaws.len(),
        cpu / flaws.len() as f64 * 1e3,
        percentile(&times, 0.5),
        percentile(&times, 0.95),
        percentile(&times, 1.0),
        first / flaws.len() as f64
    );
}

/// Asks each flaw of a kind when nothing that it needs is in the processor's caches: before each a walk goes through more
/// memory than they hold, and only the question is timed. A kind of few flaws is asked again until there are a hundred.
pub(super) fn cold(name: &str, view: &View<'_, '_, &[u8]>, flaws: &[u32], walk: &mut Walk) {
    let turns = (100 / flaws.len()).max(1);
    let mut times: Vec<f64> = Vec::new();
    for flaw in flaws.iter().cycle().take(flaws.len() * turns) {
        let asked = Asked::vulnerability(*flaw);
        walk.through();
        let (answer, cpu) = timed(|| view.ask(&asked).unwrap());
        std::hint::black_box(answer);
        times.push(cpu * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "{name}, cold: {} asked; CPU mean {:.3} ms; p50 {:.3}, p95 {:.3}, most {:.3} ms",
        times.len(),
        times.iter().sum::<f64>() / times.len() as f64,
        percentile(&times, 0.5),
        percentile(&times, 0.95),
        percentile(&times, 1.0),
    );
}

/// Memory to walk through, and nothing else.
pub(super) struct Walk(Vec<u64>);

/// Words of a line of a cache, 64 bytes.
const LINE: usize = 8;

impl Walk {
    /// 128 MiB: four times what the last cache holds on the machine of the published figures (32 MiB).
    pub(super) fn new() -> Self {
        Self(vec![1; (128 << 20) / 8])
    }

    /// Changes a word in every line, so that what was in the caches has gone.
    fn through(&mut self) {
        for word in self.0.iter_mut().step_by(LINE) {
            *word = word.wrapping_add(1);
        }
        std::hint::black_box(&self.0);
    }
}

/// Asks each flaw of a kind once: what a tool counts between entering and leaving (`bench/growth.py`).
#[inline(never)]
pub(super) fn counted(view: &View<'_, '_, &[u8]>, flaws: &[u32]) {
    for flaw in flaws {
        std::hint::black_box(view.ask(&Asked::vulnerability(*flaw)).unwrap());
    }
}

/// Asks the six flaws of a bulletin at once, and says what is so.
pub(super) fn six(view: &View<'_, '_, &[u8]>, knowledge: Knowledge<'_>) {
    let asked = Asked { vulnerabilities: bulletin(knowledge), ..Asked::default() };
    let (answer, cpu) = timed(|| (0..50).map(|_| view.ask(&asked).unwrap()).next_back().unwrap());
    println!("the bulletin of six flaws: {:.3} ms CPU", cpu / 50.0 * 1e3);
    for (code, hosts) in answer.totals() {
        println!("    {} ({}): {hosts}", code.verdict, code.reason.name());
    }
}
