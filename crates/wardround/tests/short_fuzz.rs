//! The short fuzz run: every target of `fuzz/targets.rs`, from its seeds through mutations that are
//! the same in every run, for a bounded time (`WARDROUND_FUZZ_MS` a target, 200 ms by default).
//!
//! It finds what breaks at once; `./scripts/fuzz` searches on with libFuzzer, from the seeds that
//! [`seeds_are_written_for_the_long_run`] writes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail the test")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs};

use targets::Target;

#[path = "../../../fuzz/targets.rs"]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    unreachable_pub,
    reason = "shared with the fuzz package; a fault in it fails the test"
)]
mod targets;

/// Longest time one input may take: far more than any of this size needs, even unoptimised.
const LONGEST: Duration = Duration::from_secs(20);

#[test]
fn every_target_survives_its_seeds_and_their_mutations() {
    let budget = env::var("WARDROUND_FUZZ_MS").map_or(200, |ms| ms.parse().unwrap());
    let budget = Duration::from_millis(budget);
    let samples = targets::samples();
    let targets = targets::targets();
    let next = AtomicUsize::new(0);
    let findings = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(target) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let seeds = target.seeds(&samples);
                    match fuzz(target, &seeds, budget) {
                        Ok(runs) => println!("{}: {} seeds, {runs} runs", target.name, seeds.len()),
                        Err(finding) => findings.lock().unwrap().push(finding),
                    }
                }
            });
        }
    });
    let findings = findings.into_inner().unwrap();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn seeds_are_written_for_the_long_run() {
    let Ok(folder) = env::var("WARDROUND_FUZZ_SEEDS") else { return };
    let mut samples = targets::samples();
    let shared = Path::new("../../../shared/data");
    if shared.exists() {
        samples.extend(targets::files(shared));
    }
    for target in targets::targets() {
        let folder = Path::new(&folder).join(&target.name);
        fs::create_dir_all(&folder).unwrap();
        for (number, seed) in target.seeds(&samples).iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:05}")), seed).unwrap();
        }
    }
}

/// Runs one target until its time is over; how many inputs it took, or what broke it.
fn fuzz(target: &Target, seeds: &[Vec<u8>], budget: Duration) -> Result<u64, String> {
    let began = Instant::now();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut runs = 0;
    for seed in seeds {
        run(target, seed)?;
        runs += 1;
    }
    while began.elapsed() < budget && !seeds.is_empty() {
        for seed in seeds {
            let mut input = seed.clone();
            for _ in 0..=random.below(3) {
                mutate(&mut input, seeds, &mut random);
            }
            run(target, &input)?;
            runs += 1;
            if began.elapsed() >= budget {
                break;
            }
        }
    }
    Ok(runs)
}

fn run(target: &Target, input: &[u8]) -> Result<(), String> {
    let began = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    let took = began.elapsed();
    let what = match outcome {
        Err(_) => "panicked".to_owned(),
        Ok(()) if took > LONGEST => format!("took {took:?}"),
        Ok(()) => return Ok(()),
    };
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("finding-{}", target.name));
    fs::write(&path, input).unwrap();
    let kept = path.display();
    Err(format!("{} {what} on {} bytes, kept as {kept}", target.name, input.len()))
}

/// One change, of the kinds that broken tools, cut transfers and attackers make.
fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    const TOKENS: [&[u8]; 16] = [
        b"<",
        b"\"",
        b"]]>",
        b"&lol;",
        b"\xFF\xFE",
        b"\xEF\xBB\xBF",
        b"\0",
        b"\r\n\r\n",
        b"{\"a\":[",
        b"99999999999999999999",
        b"-1",
        b"1e999",
        b"[01]: KB",
        b"\xF0\x9F\x92\xA9",
        b"\\u0000",
        b"%n",
    ];
    let at = random.below(input.len() + 1);
    let span = at..(at + random.below(64)).min(input.len());
    match random.below(8) {
        0 => input.truncate(at),
        1 | 2 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        3 => drop(input.drain(span)),
        4 => {
            let piece = input[span].to_vec();
            let times = 1 + random.below(40);
            input.splice(at..at, piece.repeat(times));
        }
        5 | 6 => {
            let token = TOKENS[random.below(TOKENS.len())];
            input.splice(at..at, token.iter().copied());
        }
        _ => {
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
    }
}

/// Xorshift64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (bound.max(1) as u64)).unwrap()
    }
}
