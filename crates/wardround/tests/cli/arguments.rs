//! Arguments that cannot be used: exit code 2, what is wrong with which, and what would be right.

use super::evidence;
use super::run::Bench;

#[test]
fn wrong_use_ends_with_2() {
    let bench = Bench::new();
    bench.run::<&str>(&[]).ends(2).complains(&["Usage: wardround"]);
    bench.run(&["chekc"]).ends(2).complains(&["check"]);
    bench.run(&["check"]).ends(2).complains(&["<PATH>"]);
    bench.run(&["check", "--json", "--csv", "x"]).ends(2).complains(&["--json", "--csv"]);
    bench
        .run(&["check", "--fail-on", "anything", "x"])
        .ends(2)
        .complains(&["affected, kev, unknown"]);
}

#[test]
fn a_day_is_a_day_of_the_calendar() {
    let bench = Bench::new();
    for wrong in ["yesterday", "12/05/2017", "2017-02-30", "2017-13-01", ""] {
        bench
            .run(&["check", "--as-at", wrong, "x"])
            .ends(2)
            .complains(&["--as-at", "YYYY-MM-DD, like 2017-05-12"]);
    }
}

#[test]
fn a_policy_is_a_name_or_a_file() {
    let bench = Bench::new();
    bench.write("open.txt", evidence::open("WARD"));
    bench.check(&["--policy", "bod-26-04", "open.txt"]).ends(0).says(&["policy bod-26-04"]);
    bench
        .check(&["--policy", "ours", "open.txt"])
        .ends(2)
        .complains(&["no built-in policy `ours`", "built-in policies: nhs-14-day, bod-26-04"]);
    bench.write(
        "ours.toml",
        "name = 'ours'\ntitle = 'Ours'\nstarts = 'publication'\n\
        [[rules]]\nwhen = { kev = true }\ndays = 3\nbecause = 'it is exploited'\n",
    );
    bench
        .check(&["--policy", "ours.toml", "open.txt"])
        .ends(2)
        .complains(&["the policy ours.toml cannot be used", "end it with a rule without `when`"]);
    bench.write(
        "ours.toml",
        "name = 'ours'\ntitle = 'Ours'\nstarts = 'publication'\n\
        [[rules]]\ndays = 3\nbecause = 'three days for everything'\n",
    );
    bench
        .check(&["--policy", "ours.toml", "open.txt"])
        .ends(0)
        .says(&["policy ours", "2017-03-17 !"]);
    bench.write("broken.toml", "name = 'ours'\nrules = [\n");
    bench.check(&["--policy", "broken.toml", "open.txt"]).ends(2).complains(&["line 2"]);
}

#[test]
fn a_format_that_is_none_is_answered_with_those_there_are() {
    let bench = Bench::new();
    bench.write("open.txt", evidence::open("WARD"));
    bench
        .check(&["--format", "sysinfo", "open.txt"])
        .ends(2)
        .complains(&["there is no format `sysinfo`", "systeminfo"]);
    bench
        .check(&["--format", "kev", "open.txt"])
        .ends(2)
        .complains(&["`wardround knowledge build`"]);
    bench.check(&["--format", "systeminfo", "open.txt"]).ends(0);
    bench.check(&["--format", "nmap", "open.txt"]).ends(3).complains(&["open.txt", "nmaprun"]);
}

#[test]
fn a_mapping_says_file_place_and_remedy() {
    let bench = Bench::new();
    bench.write("table.csv", "pc;os\nWARD-1;Microsoft Windows 7 Enterprise\n");
    bench
        .check(&["--mapping", "none.toml", "table.csv"])
        .ends(2)
        .complains(&["the mapping none.toml cannot be read"]);
    bench.write("broken.toml", "[columns]\nhost = \n");
    bench.check(&["--mapping", "broken.toml", "table.csv"]).ends(2).complains(&[
        "the mapping broken.toml cannot be used",
        "line 2",
        "samples/mappings/",
    ]);
    bench.write("nohost.toml", "[columns]\nos_name = 'os'\n");
    bench
        .check(&["--mapping", "nohost.toml", "table.csv"])
        .ends(2)
        .complains(&["no column for `host`"]);
    bench.write("good.toml", "delimiter = ';'\n[columns]\nhost = 'pc'\nos_name = 'os'\n");
    bench.check(&["--mapping", "good.toml", "table.csv"]).ends(0).says(&["WARD-1"]);
    bench.write("other.toml", "[columns]\nhost = 'computer'\n");
    bench
        .check(&["--mapping", "other.toml", "table.csv"])
        .ends(3)
        .complains(&["table.csv", "computer"]);
    bench.check(&["--mapping", "good.toml", "--format", "qfe", "table.csv"]).ends(2);
}
