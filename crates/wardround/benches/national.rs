//! One question to an invented nation: what building its index and asking it cost.
//!
//! `WARDROUND_BENCH_SCALE` is the share of the nation (1.0: 1.5 million hosts, about 240 million rows
//! of software, 7,740 organisations; 0.02 if not said). Knowledge is what is built in, the Microsoft
//! definitions of the sample data where they are there, and a statement for each advisory on the
//! invented software. A host's 20 to 59 pieces of rare software are of those that its organisation
//! has; with `WARDROUND_BENCH_TAIL=nation` they are of all the nation's, which is the worst case for
//! segments. All is made from a seed, host by host. Figures are CPU time of the threads that work; the
//! time of one question is the least of five, for the machine may be busy with other things.
//!
//! With `WARDROUND_BENCH_SEGMENTS=FOLDER` nothing is asked: knowledge and segments are written there.
//! With `WARDROUND_BENCH_OPEN=FOLDER` nothing is built: this process opens what another has written, asks
//! 5,000 advisories and more, and says what memory that took (`apart.rs`). With `WARDROUND_BENCH_COUNT=FOLDER` it asks
//! each kind of question in a function of its own, under a tool that counts instructions.
//! With `WARDROUND_BENCH_OUT=FOLDER` the same nation, without scanners' findings, is written as Parquet
//! files beside our answers and what they cost (`rows.rs`), for `bench/national.py` to put to other
//! engines.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "what is measured must be said")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures for a person"
)]

// For the allocator that the command has.
use wardround as _;

#[path = "sample/definitions.rs"]
mod definitions;
#[path = "sample/thread_clock.rs"]
mod thread_clock;

#[path = "national/apart.rs"]
mod apart;
#[path = "national/asking.rs"]
mod asking;
#[path = "national/building.rs"]
mod building;
#[path = "national/clock.rs"]
mod clock;
#[path = "national/dice.rs"]
mod dice;
#[path = "national/hosts.rs"]
mod hosts;
#[path = "national/knowledge.rs"]
mod knowledge;
#[path = "national/nation.rs"]
mod nation;
#[path = "national/opening.rs"]
mod opening;
#[path = "national/rows.rs"]
mod rows;

use std::path::PathBuf;

use exposure::index::Basis;
use exposure::knowledge::open;
use nation::{Nation, Setting};

fn main() {
    if let Some(folder) = folder("WARDROUND_BENCH_OPEN") {
        return apart::ask(&folder);
    }
    if let Some(folder) = folder("WARDROUND_BENCH_COUNT") {
        return apart::count(&folder);
    }
    let bytes = knowledge::compile();
    let knowledge = open(&bytes).unwrap();
    let rows_to = folder("WARDROUND_BENCH_OUT");
    let scale = std::env::var("WARDROUND_BENCH_SCALE").ok().and_then(|s| s.parse().ok());
    let nation = Nation::new(
        Setting {
            scale: scale.unwrap_or(0.02),
            without_findings: rows_to.is_some(),
            national_tail: std::env::var("WARDROUND_BENCH_TAIL").is_ok_and(|t| t == "nation"),
        },
        knowledge,
    );
    println!(
        "scale {}: {} organisations, {} vulnerabilities, {} statements",
        nation.setting.scale,
        nation.sizes.len(),
        knowledge.vulnerabilities.len(),
        knowledge.statements.len()
    );
    let segments = building::segments(&nation, &Basis::new(knowledge));
    clock::say_memory("after building");
    let opened = opening::check(&segments);
    building::say_sizes(&opened);
    if let Some(folder) = folder("WARDROUND_BENCH_SEGMENTS") {
        return apart::write(&folder, &bytes, &segments);
    }
    let index = opening::index(opened, knowledge);
    let view = opening::view(&index);
    if let Some(folder) = rows_to {
        let index_bytes = segments.iter().map(Vec::len).sum();
        rows::write(&folder, &nation, &view, knowledge, index_bytes);
    } else {
        opening::say_cache(&index);
        let kinds = asking::kinds(knowledge);
        for (name, flaws) in &kinds {
            asking::kind(name, &view, flaws);
        }
        asking::six(&view, knowledge);
        asking::many(&view, &kinds);
    }
    clock::say_memory("at the end");
}

/// A folder that a variable of the environment names.
fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}
