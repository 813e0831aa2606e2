//! Feeds of many documents: the MSRC index, CSAF directories, ROLIE feeds, provider metadata,
//! months and ecosystems.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::bench::{Bench, failure, is_updated};
use support::server::{Request, Server, ok, status};
use wardround::fetch::{Cause, Counted, FeedStatus, FetchError};

fn sha512(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    support::hex(&sha2::Sha512::digest(bytes))
}

fn feed(more: &str) -> Bench {
    Bench::new(&format!("[[feed]]\nname='f'\nmax_bytes=1_000_000\n{more}\n"))
}

fn list_of(documents: usize) -> String {
    let lines: Vec<_> = (0..documents).map(|number| format!("{number}.json,1")).collect();
    lines.join("\n")
}

fn failed(status: &FeedStatus) -> &[FetchError] {
    match status {
        FeedStatus::Partial { failed, .. } => failed,
        other => panic!("not partial: {other:?}"),
    }
}

/// Where the server says it is: the address it was asked at.
fn host(request: &Request) -> String {
    format!("http://{}", request.header("host").expect("a host"))
}

#[test]
fn only_revised_months_are_fetched_again() {
    let run = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&run);
    let server = Server::start(move |request, _| match request.path.as_str() {
        "/updates" => {
            let day = if seen.load(Ordering::SeqCst) == 0 { "14" } else { "15" };
            ok(format!(
                r#"{{"value":[{{"ID":"2017-Mar","CurrentReleaseDate":"2017-03-14"}},
                             {{"ID":"2017-May","CurrentReleaseDate":"2017-05-{day}"}}]}}"#
            )
            .as_bytes())
        }
        path => {
            assert_eq!(request.header("accept"), Some("application/xml"));
            ok(path.as_bytes())
        }
    });
    let url = &server.url;
    let mut bench =
        feed(&format!("kind='msrc-cvrf'\nindex='{url}/updates'\nurl='{url}/cvrf/{{id}}'"));
    let outcome = bench.only();
    assert!(matches!(outcome.status, FeedStatus::Updated { changed: 2, .. }), "{outcome:?}");
    assert_eq!(bench.held("2017-Mar.xml").as_deref(), Some(b"/cvrf/2017-Mar".as_slice()));
    run.store(1, Ordering::SeqCst);
    let before = server.requests().len();
    bench.only();
    let asked: Vec<_> = server.requests()[before..].iter().map(|r| r.path.clone()).collect();
    assert_eq!(asked, ["/updates", "/cvrf/2017-May"]);
}

#[test]
fn a_csaf_directory_is_fetched_with_its_checksums() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/white/changes.csv" => {
            ok(b"2024/a.json,2024-01-01T00:00:00Z\n2024/b.json,2024-01-02T00:00:00Z\n")
        }
        path => match path.strip_suffix(".sha512") {
            Some(document) => ok(format!("{} x", sha512(document.as_bytes())).as_bytes()),
            None => ok(path.as_bytes()),
        },
    });
    let mut bench = feed(&format!(
        "kind='csaf-directory'\nurl='{}/white/'\nchecksum='sha512-beside'",
        server.url
    ));
    let outcome = bench.only();
    assert!(is_updated(&outcome), "{outcome:?}");
    assert_eq!(bench.held("2024/b.json").as_deref(), Some(b"/white/2024/b.json".as_slice()));
    let before = server.requests().len();
    assert!(matches!(bench.only().status, FeedStatus::Unchanged));
    assert_eq!(server.requests().len(), before + 1, "the list alone is asked for");
}

#[test]
fn one_bad_document_costs_that_document_and_is_asked_for_again() {
    let server = Server::start(|request, before| match (request.path.as_str(), before) {
        ("/changes.csv", _) => ok(b"a.json,1\nb.json,1\n"),
        ("/a.json", 0) => status(404),
        (path, _) => ok(path.as_bytes()),
    });
    let mut bench = feed(&format!("kind='csaf-directory'\nurl='{}/changes.csv'", server.url));
    let outcome = bench.only();
    let errors = failed(&outcome.status);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].url.ends_with("/a.json"));
    assert_eq!(outcome.as_of, None, "not everything was confirmed");
    assert!(bench.held("b.json").is_some());
    assert!(is_updated(&bench.only()));
    assert!(bench.held("a.json").is_some());
}

#[test]
fn a_server_that_fails_all_along_is_left_alone() {
    let server = Server::start(move |request, _| match request.path.as_str() {
        "/changes.csv" => ok(list_of(100).as_bytes()),
        _ => status(403),
    });
    let mut bench = feed(&format!("kind='csaf-directory'\nurl='{}/changes.csv'", server.url));
    let outcome = bench.only();
    assert!(matches!(failure(&outcome).cause, Cause::Status(403)));
    assert_eq!(server.requests().len(), 6);
    assert!(outcome.warnings[0].contains("95 more were not asked for"), "{:?}", outcome.warnings);
}

#[test]
fn a_rolie_feed_leads_to_documents_and_their_own_checksums() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/feed.json" => {
            let host = host(request);
            ok(format!(
                r#"{{"feed":{{"entry":[{{"link":[
                    {{"rel":"self","href":"{host}/x/a.json"}},
                    {{"rel":"hash","href":"{host}/sums/a.json.sha512"}}],
                  "updated":"2024-10-24T06:00:00Z"}}]}}}}"#
            )
            .as_bytes())
        }
        "/sums/a.json.sha512" => ok(sha512(b"/x/a.json").as_bytes()),
        path => ok(path.as_bytes()),
    });
    let mut bench = feed(&format!("kind='csaf-rolie'\nurl='{}/feed.json'", server.url));
    let outcome = bench.only();
    assert!(is_updated(&outcome), "{outcome:?}");
    assert!(bench.held("x/a.json").is_some());
}

#[test]
fn provider_metadata_is_followed_to_its_directory() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/provider-metadata.json" => {
            let host = host(request);
            ok(format!(r#"{{"distributions":[{{"directory_url":"{host}/white"}}]}}"#).as_bytes())
        }
        "/white/changes.csv" => ok(b"2024/a.json,1\n"),
        path => ok(path.as_bytes()),
    });
    let url = format!("{}/provider-metadata.json", server.url);
    let mut bench = feed(&format!("kind='csaf-provider-metadata'\nurl='{url}'"));
    let outcome = bench.only();
    assert!(is_updated(&outcome), "{outcome:?}");
    assert!(bench.held("2024/a.json").is_some());
}

#[test]
fn a_list_that_shrinks_is_refused_and_a_document_withdrawn_is_removed() {
    let lengths = Arc::new(AtomicUsize::new(100));
    let length = Arc::clone(&lengths);
    let server = Server::start(move |request, _| match request.path.as_str() {
        "/changes.csv" => {
            let n = length.load(Ordering::SeqCst);
            ok(list_of(n).as_bytes())
        }
        path => ok(path.as_bytes()),
    });
    let mut bench = feed(&format!("kind='csaf-directory'\nurl='{}/changes.csv'", server.url));
    assert!(is_updated(&bench.only()));
    lengths.store(60, Ordering::SeqCst);
    let outcome = bench.only();
    let cause = &failure(&outcome).cause;
    assert!(matches!(cause, Cause::Shrunk { of: "documents", before: 100, now: 60 }), "{cause:?}");
    assert!(bench.held("80.json").is_some());
    lengths.store(99, Ordering::SeqCst);
    let outcome = bench.only();
    assert!(matches!(outcome.status, FeedStatus::Updated { removed: 1, .. }), "{outcome:?}");
    assert!(bench.held("99.json").is_none());
    assert!(bench.held("98.json").is_some());
}

#[test]
fn a_list_that_is_a_web_page_is_an_error_and_keeps_what_is_held() {
    let server = Server::start(|request, before| match (request.path.as_str(), before) {
        ("/updates", 0) => ok(br#"{"value":[{"ID":"2017-Mar","CurrentReleaseDate":"1"}]}"#),
        ("/updates", _) => ok(b"<html>Please log in</html>"),
        (path, _) => ok(path.as_bytes()),
    });
    let url = &server.url;
    let mut bench =
        feed(&format!("kind='msrc-cvrf'\nindex='{url}/updates'\nurl='{url}/cvrf/{{id}}'"));
    bench.only();
    let outcome = bench.only();
    assert!(matches!(failure(&outcome).cause, Cause::List(_)), "{outcome:?}");
    assert!(outcome.as_of.is_some());
    assert!(bench.held("2017-Mar.xml").is_some());
}

#[test]
fn a_list_that_names_no_document_is_an_error() {
    let server = Server::start(|_, _| ok(b"readme.txt\n"));
    let mut bench = feed(&format!("kind='csaf-directory'\nurl='{}/index.txt'", server.url));
    assert!(matches!(failure(&bench.only()).cause, Cause::List(_)));
}

#[test]
fn a_month_not_published_yet_is_no_failure() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/2026-Nov" => status(404),
        path => ok(path.as_bytes()),
    });
    let mut bench =
        feed(&format!("kind='msrc-cvrf'\nurl='{}/{{year}}-{{mon}}'\nsince='2026-09'", server.url));
    let outcome = bench.only();
    assert!(matches!(outcome.status, FeedStatus::Updated { changed: 2, .. }), "{outcome:?}");
}

#[test]
fn ecosystems_are_fetched_one_by_one() {
    let server = Server::start(|request, _| ok(request.path.as_bytes()));
    let mut bench = feed(&format!(
        "kind='osv-archive'\nurl='{}/{{ecosystem}}/all.zip'\necosystems=['PyPI','Red Hat']",
        server.url
    ));
    let outcomes = bench.run_counting(&|_, _| Counted::Records(1));
    assert!(is_updated(&outcomes[0]), "{outcomes:?}");
    assert_eq!(bench.held("Red_Hat/all.zip").as_deref(), Some(b"/Red%20Hat/all.zip".as_slice()));
}
