//! `wardround demo --story`: the loop of an alert through the API, proved, and told as often as one likes.

use std::io::{BufRead as _, BufReader};

use super::run::Bench;

/// A small sector with a month of history.
const SMALL: [&str; 7] = ["demo", "--folder", "d", "--scale", "0.0003", "--first", "2017-04-20"];

fn lines(out: &str) -> Vec<serde_json::Value> {
    out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn the_story_is_told_by_one_command_and_each_event_of_it_is_proved() {
    let bench = Bench::new();
    let mut command = SMALL.to_vec();
    command.push("--story");
    bench.run(&command).ends(0).says(&[
        "1. National operations officer writes A",
        "asks for a second person, and may not be that",
        "Deputy operations officer approves it",
        "“we have read it”",
        "“we are working on it”",
        "“it is done”. Evidence says to that at once",
        "officer and practice both see the claim disputed",
        "evidence agrees, and A",
        "proved against one signed checkpoint",
    ]);
    // Again, for a program: another alert, and the same steps, whatever was told before.
    command.push("--json");
    let again = bench.run(&command).ends(0);
    let told = lines(&again.out);
    let (end, steps) = told.split_last().expect("a last line");
    assert_eq!(steps.len(), 8, "{}", again.out);
    let numbers: Vec<u64> = steps
        .iter()
        .flat_map(|step| step["events"].as_array().expect("events"))
        .map(|number| number.as_u64().expect("a number"))
        .collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    assert_eq!(end["proved"], numbers.len());
    assert!(end["checkpoint"]["size"].as_u64() > numbers.last().copied());
    let kinds = |step: usize| steps[step]["kinds"].to_string();
    assert!(kinds(2).contains("alert.issued") && kinds(2).contains("answer.addressed"));
    for step in [6, 7] {
        let kinds = kinds(step);
        assert!(kinds.contains("evidence.imported") && kinds.contains("answer.found"), "{kinds}");
    }

    // At a demo that runs, by its address.
    let mut server = SMALL.to_vec();
    server.extend(["--listen", "127.0.0.1:0"]);
    let mut child = Bench::start(&mut bench.command(&server));
    let mut said = String::new();
    let out = child.stdout.take().expect("a pipe");
    BufReader::new(out).read_line(&mut said).expect("a line");
    let at = said.find("http://").unwrap_or_else(|| panic!("no address in {said}"));
    let url = said[at..].split(' ').next().expect("an address");
    let there = bench.run(&["demo", "--story", url, "--json"]).ends(0);
    child.kill().expect("ended");
    child.wait().expect("ended");
    assert_eq!(lines(&there.out).len(), 9, "{}", there.out);
    // Where nobody answers, that is said.
    bench.run(&["demo", "--story", url]).ends(4).complains(&["does not answer"]);
}
