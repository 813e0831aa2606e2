//! `knowledge update` through the binary, against a server on this machine that misbehaves.

use std::sync::{Arc, Mutex};

use sha2::{Digest as _, Sha256};

use super::evidence;
use super::run::{Bench, Run};
use super::server::{Reply, Request, Server, ok, status, tagged};

/// What the server does with a path.
type Script = Arc<Mutex<Box<dyn FnMut(&Request, usize) -> Reply + Send>>>;

/// A server whose script can be changed between runs, and a settings file that names it.
struct Publisher {
    bench: Bench,
    server: Server,
    script: Script,
}

impl Publisher {
    fn new() -> Self {
        let script: Script = Arc::new(Mutex::new(Box::new(good)));
        let shared = Arc::clone(&script);
        let server =
            Server::start(move |request, before| shared.lock().expect("no panic")(request, before));
        let bench = Bench::new();
        bench.write("feeds.toml", settings(&server.url, "none"));
        bench.write("open.txt", evidence::open("WARD"));
        Self { bench, server, script }
    }

    fn now(&self, script: impl FnMut(&Request, usize) -> Reply + Send + 'static) {
        *self.script.lock().expect("no panic") = Box::new(script);
    }

    fn update(&self, more: &[&str]) -> Run {
        let mut arguments = vec!["knowledge", "update", "--settings", "feeds.toml"];
        arguments.extend(more);
        self.bench.run(&arguments)
    }

    /// Whether the installed knowledge is the updated one.
    fn knows_exploitation(&self) -> bool {
        self.bench.check(&["--fail-on", "kev", "open.txt"]).code == Some(1)
    }
}

fn settings(url: &str, kev_checksum: &str) -> String {
    format!(
        "[network]\nattempts = 2\nbackoff_first_secs = 0\nbackoff_cap_secs = 0\nidle_timeout_secs = 5\n\
         [[feed]]\nname = 'kev'\nkind = 'kev-json'\nurl = '{url}/kev.json'\nmax_bytes = 1_000_000\n\
         checksum = '{kev_checksum}'\n\
         [[feed]]\nname = 'epss'\nkind = 'epss-csv'\nurl = '{url}/epss.csv.gz'\nmax_bytes = 1_000_000\n\
         [[feed]]\nname = 'wes-ng'\nkind = 'wes-ng'\nurl = '{url}/definitions.zip'\nmax_bytes = 1_000_000\n\
         [[feed]]\nname = 'pumps'\nkind = 'csaf-directory'\nurl = '{url}/csaf/index.txt'\nmax_bytes = 1_000_000\n"
    )
}

/// Serves everything as it should be.
fn good(request: &Request, _: usize) -> Reply {
    if request.header("if-none-match").is_some() {
        return Reply::Full(304, vec![], vec![]);
    }
    let zip = || evidence::zip(&[("CVEs.csv", evidence::WES_NG.as_bytes())]);
    match request.path.as_str() {
        "/kev.json" => tagged(evidence::kev(20).as_bytes(), "\"k1\""),
        "/epss.csv.gz" => tagged(&evidence::gzip([evidence::EPSS.as_bytes()]), "\"e1\""),
        "/definitions.zip" => tagged(&zip(), "\"w1\""),
        "/csaf/index.txt" => tagged(b"2017/pump-1.json\n2017/pump-2.json\n", "\"i1\""),
        "/csaf/2017/pump-1.json" => tagged(evidence::csaf("PUMP-1").as_bytes(), "\"p1\""),
        "/csaf/2017/pump-2.json" => tagged(evidence::csaf("PUMP-2").as_bytes(), "\"p2\""),
        _ => status(404),
    }
}

/// Does one thing for one path and everything else as it should be.
fn but(
    path: &'static str,
    mut wrong: impl FnMut() -> Reply + Send + 'static,
) -> impl FnMut(&Request, usize) -> Reply + Send + 'static {
    move |request, before| if request.path == path { wrong() } else { good(request, before) }
}

#[test]
fn what_is_fetched_is_what_check_uses() {
    let publisher = Publisher::new();
    assert!(!publisher.knows_exploitation());
    publisher.update(&[]).ends(0).says(&[
        "kev: updated",
        "epss: updated",
        "wes-ng: updated",
        "pumps: updated",
        "Compiled into",
    ]);
    assert!(publisher.knows_exploitation());
    let show = |name| publisher.bench.run(&["knowledge", "show", name]).ends(0);
    show("CVE-2017-0144").says(&["probability: 0.94321", "added: 2017-05-12"]);
    show("CVE-2017-0222").says(&["KB4019264"]);
    show("CVE-2017-0777").says(&["PUMP-1", "PUMP-2"]);
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let publisher = Publisher::new();
    publisher.update(&[]).ends(0);
    let before = publisher.server.requests().len();
    publisher.update(&[]).ends(0).says(&[
        "kev: current",
        "epss: current",
        "wes-ng: current",
        "pumps: current",
    ]);
    let again = publisher.server.requests();
    assert!(again.len() > before);
    assert!(again[before..].iter().all(|r| r.header("if-none-match").is_some()), "{again:?}");
    assert!(publisher.knows_exploitation());
}

#[test]
fn one_feed_that_fails_keeps_its_copy_and_the_others_are_compiled() {
    let publisher = Publisher::new();
    publisher.update(&[]).ends(0);
    publisher.now(but("/epss.csv.gz", || status(500)));
    publisher.update(&[]).ends(1).says(&[
        "epss: failed",
        "500",
        "is kept",
        "kev: current",
        "Compiled into",
    ]);
    publisher
        .bench
        .run(&["knowledge", "show", "CVE-2017-0144"])
        .ends(0)
        .says(&["probability: 0.94321"]);
    let json = publisher.update(&["--json"]).ends(1).json();
    let feeds = json["feeds"].as_array().expect("feeds");
    let current: Vec<_> =
        feeds.iter().map(|f| (f["name"].as_str(), f["current"].as_bool())).collect();
    assert!(current.contains(&(Some("epss"), Some(false))), "{json}");
    assert!(current.contains(&(Some("kev"), Some(true))), "{json}");
}

#[test]
fn a_first_run_without_one_feed_compiles_the_rest() {
    let publisher = Publisher::new();
    publisher.now(but("/epss.csv.gz", || status(404)));
    publisher.update(&[]).ends(1).says(&["epss: failed", "nothing is held of it", "Compiled into"]);
    assert!(publisher.knows_exploitation());
}

#[test]
fn a_cut_download_is_never_taken_for_the_whole() {
    let publisher = Publisher::new();
    publisher.update(&[]).ends(0);
    publisher.now(but("/kev.json", || {
        let body = evidence::kev(30).into_bytes();
        let sent = body.len() / 2;
        Reply::Cut(200, vec![], body, sent)
    }));
    publisher.update(&[]).ends(1).says(&["kev: failed", "is kept"]);
    assert!(publisher.knows_exploitation());
}

#[test]
fn a_download_with_the_wrong_checksum_is_refused() {
    let publisher = Publisher::new();
    let right = evidence::kev(20);
    let digest: String =
        Sha256::digest(right.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let checked = settings(&publisher.server.url, &format!("sha256:{digest}"));
    publisher.bench.write("feeds.toml", checked);
    publisher.update(&[]).ends(0);
    assert!(publisher.knows_exploitation());
    publisher.now(but("/kev.json", || tagged(evidence::kev(21).as_bytes(), "\"k2\"")));
    publisher.update(&[]).ends(1).says(&["kev: failed", "is kept"]);
    assert!(publisher.knows_exploitation());
}

#[test]
fn a_feed_that_shrinks_is_refused_until_a_person_accepts_it() {
    let publisher = Publisher::new();
    publisher.update(&[]).ends(0);
    publisher.now(but("/kev.json", || tagged(evidence::kev(3).as_bytes(), "\"k3\"")));
    publisher.update(&[]).ends(1).says(&["kev: failed", "--accept-shrink kev", "is kept"]);
    let rows = |publisher: &Publisher| {
        let held = publisher.bench.path("home/data/feeds/feeds/kev/kev.json");
        std::fs::read_to_string(held).expect("held").matches("cveID").count()
    };
    assert_eq!(rows(&publisher), 20);
    publisher.update(&["--accept-shrink", "kev"]).ends(0).says(&["kev: updated"]);
    assert_eq!(rows(&publisher), 3);
}

#[test]
fn rubbish_with_a_good_status_is_refused() {
    let publisher = Publisher::new();
    publisher.update(&[]).ends(0);
    publisher.now(but("/kev.json", || ok(b"<html>Please sign in to the guest network</html>")));
    publisher.update(&[]).ends(1).says(&["kev: failed", "is kept"]);
    assert!(publisher.knows_exploitation());
}

#[test]
fn killed_in_the_middle_the_old_knowledge_stands() {
    let publisher = Publisher::new();
    publisher.update(&[]).ends(0);
    let old = std::fs::read(publisher.bench.path("home/data/knowledge.wrk")).expect("read");
    let (asked, hears) = std::sync::mpsc::channel();
    publisher.now(but("/epss.csv.gz", move || {
        drop(asked.send(()));
        Reply::Stall(b"\x1f\x8b".to_vec())
    }));
    let mut command = publisher.bench.command(&["knowledge", "update", "--settings", "feeds.toml"]);
    let mut child = publisher.bench.start(&mut command);
    hears.recv_timeout(std::time::Duration::from_secs(60)).expect("the feed is asked for");
    child.kill().expect("killed");
    child.wait().expect("an end");
    assert_eq!(std::fs::read(publisher.bench.path("home/data/knowledge.wrk")).expect("read"), old);
    assert!(publisher.knows_exploitation());
    publisher.now(good);
    publisher.update(&[]).ends(0);
}

#[test]
fn nothing_at_all_to_be_had_ends_with_4() {
    let publisher = Publisher::new();
    publisher.now(|_, _| status(503));
    publisher.update(&[]).ends(4).complains(&["no feed could be fetched"]);
    assert!(!publisher.bench.path("home/data/knowledge.wrk").exists());
    publisher.bench.check(&["open.txt"]).ends(0).says(&["built-in knowledge only"]);
}

#[test]
fn one_feed_may_be_asked_alone_and_forgets_none() {
    let publisher = Publisher::new();
    publisher.update(&[]).ends(0);
    let before = publisher.server.requests().len();
    publisher.update(&["epss"]).ends(0).says(&["epss: current"]);
    let paths: Vec<String> =
        publisher.server.requests()[before..].iter().map(|r| r.path.clone()).collect();
    assert_eq!(paths, ["/epss.csv.gz"]);
    assert!(publisher.knows_exploitation());
    publisher.update(&["nobody"]).ends(4).complains(&["nobody"]);
}

#[test]
fn settings_that_cannot_be_used_say_where() {
    let publisher = Publisher::new();
    publisher.bench.write("feeds.toml", "[[feed]]\nname = 'kev'\nkind = 'kev-jsno'\n");
    publisher.update(&[]).ends(2).complains(&[
        "the settings cannot be used",
        "line 3",
        "--print-settings",
    ]);
    std::fs::remove_file(publisher.bench.path("feeds.toml")).expect("removed");
    publisher.update(&[]).ends(2).complains(&["feeds.toml"]);
    let printed = publisher.bench.run(&["knowledge", "update", "--print-settings"]).ends(0).out;
    publisher.bench.write("printed.toml", printed);
    publisher
        .bench
        .run(&["knowledge", "update", "--settings", "printed.toml", "nobody"])
        .ends(4)
        .complains(&["nobody"]);
}
