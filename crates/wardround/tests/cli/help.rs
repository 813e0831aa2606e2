//! The help of every command: it must teach, so each that does something has an example.

use super::run::Bench;

/// Every command.
const COMMANDS: [&[&str]; 28] = [
    &[],
    &["check"],
    &["explain"],
    &["explain", "host"],
    &["explain", "version"],
    &["explain", "cvss"],
    &["explain", "cpe"],
    &["knowledge"],
    &["knowledge", "build"],
    &["knowledge", "update"],
    &["knowledge", "show"],
    &["knowledge", "bundle"],
    &["knowledge", "bundle", "keygen"],
    &["knowledge", "bundle", "write"],
    &["knowledge", "bundle", "read"],
    &["csaf"],
    &["csaf", "validate"],
    &["formats"],
    &["exposure"],
    &["estate"],
    &["export"],
    &["host"],
    &["import"],
    &["sector", "generate"],
    &["organisation", "import"],
    &["record", "verify"],
    &["record", "backup"],
    &["record", "restore"],
];

fn help(command: &[&str]) -> String {
    let mut arguments = command.to_vec();
    arguments.push("--help");
    Bench::new().run(&arguments).ends(0).out
}

#[test]
fn every_command_teaches_by_example() {
    for command in COMMANDS {
        let help = help(command);
        let taught = ["Example", "Try:"].iter().any(|word| help.contains(word));
        assert!(taught, "`wardround {} --help` has no example:\n{help}", command.join(" "));
        let wide = help.lines().find(|line| line.chars().count() > 100);
        assert_eq!(wide, None, "`wardround {} --help`", command.join(" "));
    }
}

#[test]
fn help_reads_like_this() {
    for command in COMMANDS {
        let mut name = vec!["help"];
        name.extend(command);
        insta::assert_snapshot!(name.join("_"), help(command));
    }
}
