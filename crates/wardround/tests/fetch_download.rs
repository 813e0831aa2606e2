//! One feed of one document against a server that misbehaves.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod support;

use std::io::Write as _;

use support::bench::{Bench, failure, is_updated};
use support::server::{Reply, Server, ok, status, tagged};
use wardround::fetch::{Cause, Counted, FeedStatus, Step};

const BODY: &[u8] = b"{\"vulnerabilities\": [\"a\", \"b\", \"c\"]}";

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    support::hex(&sha2::Sha256::digest(bytes))
}

#[test]
fn a_new_document_is_fetched_and_the_next_run_finds_it_current() {
    let server = Server::start(|request, _| match request.header("if-none-match") {
        Some("\"1\"") => Reply::Full(304, vec![("ETag", "\"1\"".into())], vec![]),
        _ => tagged(BODY, "\"1\""),
    });
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    let outcome = bench.only();
    assert!(is_updated(&outcome), "{outcome:?}");
    assert_eq!(bench.held("kev.json").as_deref(), Some(BODY));
    bench.now = "2026-11-23T08:00:00Z";
    let outcome = bench.only();
    assert!(matches!(outcome.status, FeedStatus::Unchanged), "{outcome:?}");
    assert_eq!(outcome.as_of, "2026-11-23T08:00:00Z".parse().ok());
    let agent = server.requests()[0].header("user-agent").map(str::to_owned);
    assert_eq!(agent.as_deref(), Some(concat!("wardround/", env!("CARGO_PKG_VERSION"))));
    assert!(bench.pauses.0.is_empty());
}

#[test]
fn last_modified_serves_where_there_is_no_tag() {
    let date = "Sat, 21 Nov 2026 00:00:00 GMT";
    let server = Server::start(move |request, _| match request.header("if-modified-since") {
        Some(given) if given == date => Reply::Full(304, vec![], vec![]),
        _ => Reply::Full(200, vec![("Last-Modified", date.into())], BODY.to_vec()),
    });
    let mut bench = Bench::one(&server.url, "");
    assert!(is_updated(&bench.only()));
    assert!(matches!(bench.only().status, FeedStatus::Unchanged));
}

#[test]
fn a_copy_that_went_missing_is_fetched_again_whatever_the_state_says() {
    let server = Server::start(|request, _| match request.header("if-none-match") {
        Some(_) => Reply::Full(304, vec![], vec![]),
        None => tagged(BODY, "\"1\""),
    });
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    bench.only();
    std::fs::remove_file(bench.cache.path().join("feeds/f/kev.json")).expect("removed");
    assert!(is_updated(&bench.only()));
    assert_eq!(bench.held("kev.json").as_deref(), Some(BODY));
}

#[test]
fn a_truncated_body_is_resumed_by_range() {
    let server = Server::start(|request, _| match request.header("range") {
        None => Reply::Cut(200, vec![("ETag", "\"1\"".into())], BODY.to_vec(), 10),
        Some(range) => {
            assert_eq!(range, "bytes=10-");
            assert_eq!(request.header("if-range"), Some("\"1\""));
            let span = format!("bytes 10-{}/{}", BODY.len() - 1, BODY.len());
            let headers = vec![("ETag", "\"1\"".into()), ("Content-Range", span)];
            Reply::Full(206, headers, BODY[10..].to_vec())
        }
    });
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    let outcome = bench.only();
    assert!(is_updated(&outcome), "{outcome:?}");
    assert_eq!(bench.held("kev.json").as_deref(), Some(BODY));
    assert_eq!(bench.pauses.seconds(), [1]);
}

#[test]
fn what_one_run_began_the_next_run_resumes() {
    let server = Server::start(|request, _| {
        if request.header("range").is_none() {
            return Reply::Cut(200, vec![("ETag", "\"1\"".into())], BODY.to_vec(), 10);
        }
        let span = format!("bytes 10-{}/{}", BODY.len() - 1, BODY.len());
        Reply::Full(206, vec![("Content-Range", span)], BODY[10..].to_vec())
    });
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    bench.settings.network.attempts = 1;
    let outcome = bench.only();
    let error = failure(&outcome);
    assert!(matches!(error.cause, Cause::Truncated { received: 10, .. }), "{error:?}");
    assert_eq!(outcome.as_of, None);
    assert!(is_updated(&bench.only()));
    assert_eq!(bench.held("kev.json").as_deref(), Some(BODY));
}

#[test]
fn a_server_that_ignores_range_is_taken_from_the_beginning() {
    let server = Server::queue(vec![
        Reply::Cut(200, vec![("ETag", "\"1\"".into())], BODY.to_vec(), 10),
        tagged(BODY, "\"1\""),
    ]);
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    assert!(is_updated(&bench.only()));
    assert_eq!(bench.held("kev.json").as_deref(), Some(BODY));
    assert_eq!(server.requests()[1].header("range"), Some("bytes=10-"));
}

#[test]
fn a_rest_of_another_document_is_never_glued_on() {
    let new = b"ANOTHER DOCUMENT THAT IS LONGER THAN THE FIRST ONE".as_slice();
    let span = format!("bytes 10-{}/{}", new.len() - 1, new.len());
    let server = Server::queue(vec![
        Reply::Cut(200, vec![("ETag", "\"1\"".into())], BODY.to_vec(), 10),
        // Ignores If-Range and sends the rest of the changed document.
        Reply::Full(
            206,
            vec![("ETag", "\"2\"".into()), ("Content-Range", span)],
            new[10..].to_vec(),
        ),
        tagged(new, "\"2\""),
    ]);
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    let outcome = bench.only();
    assert!(is_updated(&outcome), "{outcome:?}");
    assert_eq!(bench.held("kev.json").as_deref(), Some(new));
    assert_eq!(server.requests()[2].header("range"), None);
}

#[test]
fn a_rest_that_begins_elsewhere_is_thrown_away() {
    let span = format!("bytes 5-{}/{}", BODY.len() - 1, BODY.len());
    let server = Server::queue(vec![
        Reply::Cut(200, vec![("ETag", "\"1\"".into())], BODY.to_vec(), 10),
        Reply::Full(206, vec![("Content-Range", span)], BODY[5..].to_vec()),
        tagged(BODY, "\"1\""),
    ]);
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    assert!(is_updated(&bench.only()));
    assert_eq!(bench.held("kev.json").as_deref(), Some(BODY));
}

#[test]
fn a_range_beyond_the_end_begins_anew() {
    let server = Server::queue(vec![
        Reply::Cut(200, vec![("ETag", "\"1\"".into())], BODY.to_vec(), 10),
        status(416),
        tagged(BODY, "\"2\""),
    ]);
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    assert!(is_updated(&bench.only()));
    assert_eq!(server.requests()[2].header("range"), None);
}

#[test]
fn without_a_strong_validator_nothing_is_resumed() {
    let server = Server::queue(vec![
        Reply::Cut(200, vec![("ETag", "W/\"1\"".into())], BODY.to_vec(), 10),
        ok(BODY),
    ]);
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    assert!(is_updated(&bench.only()));
    assert_eq!(server.requests()[1].header("range"), None);
}

#[test]
fn a_wrong_checksum_keeps_the_old_copy_and_says_both_values() {
    let server = Server::start(|request, before| match (request.path.as_str(), before) {
        ("/kev.json", 0) => tagged(BODY, "\"1\""),
        ("/kev.json", _) => tagged(b"tampered with, and of much the same length", "\"2\""),
        _ => ok(format!("{}  kev.json\n", sha256(BODY)).as_bytes()),
    });
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "checksum = 'sha256-beside'");
    assert!(is_updated(&bench.only()));
    bench.now = "2026-11-23T08:00:00Z";
    let outcome = bench.only();
    let error = failure(&outcome);
    assert_eq!(error.step, Step::Verify);
    let Cause::Checksum { expected, .. } = &error.cause else { panic!("{error:?}") };
    assert_eq!(*expected, sha256(BODY));
    assert_eq!(outcome.as_of, "2026-11-22T08:00:00Z".parse().ok());
    assert_eq!(bench.held("kev.json").as_deref(), Some(BODY));
    assert_eq!(bench.pauses.0.len(), 4, "it was asked for five times");
}

#[test]
fn a_checksum_that_is_not_there_is_named() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/kev.json" => ok(BODY),
        _ => status(404),
    });
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "checksum = 'sha512-beside'");
    let outcome = bench.only();
    let error = failure(&outcome);
    assert!(matches!(error.cause, Cause::NoChecksum(_)), "{error:?}");
    assert!(error.remedy().contains("checksum"), "{}", error.remedy());
    assert_eq!(bench.held("kev.json"), None);
}

#[test]
fn a_fixed_checksum_is_compared() {
    let server = Server::start(|_, _| ok(BODY));
    let right = format!("checksum = 'sha256:{}'", sha256(BODY));
    assert!(is_updated(&Bench::one(&server.url, &right).only()));
    let wrong = format!("checksum = 'sha256:{}'", sha256(b""));
    let outcome = Bench::one(&server.url, &wrong).only();
    assert!(matches!(failure(&outcome).cause, Cause::Checksum { .. }));
}

#[test]
fn too_many_requests_waits_as_long_as_asked() {
    let server = Server::queue(vec![
        Reply::Full(429, vec![("Retry-After", "7".into())], vec![]),
        Reply::Full(503, vec![("Retry-After", "Sun, 22 Nov 2026 08:00:20 GMT".into())], vec![]),
        ok(BODY),
    ]);
    let mut bench = Bench::one(&server.url, "");
    assert!(is_updated(&bench.only()));
    // The second wish is a time of day; seven of its twenty seconds are over already.
    assert_eq!(bench.pauses.seconds(), [7, 13]);
}

#[test]
fn a_wish_to_wait_for_hours_is_left_for_the_next_run() {
    let server =
        Server::queue(vec![Reply::Full(429, vec![("Retry-After", "7200".into())], vec![])]);
    let mut bench = Bench::one(&server.url, "");
    let outcome = bench.only();
    let error = failure(&outcome);
    assert!(matches!(error.cause, Cause::RetryAfter(wait) if wait.as_secs() == 7200), "{error:?}");
    assert!(bench.pauses.0.is_empty());
}

#[test]
fn a_server_error_is_tried_again_with_growing_pauses() {
    let server = Server::queue(vec![status(500), status(502), status(504), ok(BODY)]);
    let mut bench = Bench::one(&server.url, "");
    assert!(is_updated(&bench.only()));
    assert_eq!(bench.pauses.seconds(), [1, 2, 4]);
}

#[test]
fn attempts_end() {
    let server = Server::start(|_, _| status(500));
    let mut bench = Bench::one(&server.url, "");
    let outcome = bench.only();
    assert!(matches!(failure(&outcome).cause, Cause::Status(500)));
    assert_eq!(server.requests().len(), 5);
}

#[test]
fn what_is_not_there_is_not_asked_for_again() {
    let server = Server::start(|_, _| status(404));
    let url = format!("{}/gone.json", server.url);
    let outcome = Bench::one(&url, "").only();
    let error = failure(&outcome);
    assert_eq!(server.requests().len(), 1);
    let text = format!("{error}: {}; {}", error.cause, error.remedy());
    for part in ["feed f", &url, "404", "settings file"] {
        assert!(text.contains(part), "`{part}` is not in `{text}`");
    }
}

#[test]
fn an_endless_body_stops_at_the_cap_and_leaves_nothing() {
    let server = Server::start(|_, _| Reply::Endless);
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "max_bytes = 100_000");
    let outcome = bench.only();
    assert!(matches!(failure(&outcome).cause, Cause::TooLarge { limit: 100_000 }));
    assert_eq!(server.requests().len(), 1);
    let parts = std::fs::read_dir(bench.cache.path().join("parts/f")).expect("a folder").count();
    assert_eq!(parts, 0);
}

#[test]
fn an_announced_size_beyond_the_cap_is_not_even_read() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec();
    let server = Server::queue(vec![Reply::Raw(head)]);
    let outcome = Bench::one(&server.url, "").only();
    assert!(matches!(failure(&outcome).cause, Cause::TooLarge { .. }));
}

#[test]
fn a_redirect_is_followed_and_a_circle_is_not() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/old" => Reply::Full(302, vec![("Location", "/new".into())], vec![]),
        "/new" => ok(BODY),
        _ => Reply::Full(302, vec![("Location", "/circle".into())], vec![]),
    });
    let mut bench = Bench::one(&format!("{}/old", server.url), "");
    assert!(is_updated(&bench.only()));
    let outcome = Bench::one(&format!("{}/circle", server.url), "").only();
    assert!(matches!(failure(&outcome).cause, Cause::Redirects), "{outcome:?}");
}

#[test]
fn a_silent_server_is_given_up() {
    let server = Server::start(|_, _| Reply::Stall(b"{".to_vec()));
    let mut bench = Bench::one(&server.url, "");
    bench.settings.network.idle_timeout_secs = 1;
    bench.settings.network.attempts = 1;
    let outcome = bench.only();
    assert!(matches!(failure(&outcome).cause, Cause::Timeout(_)), "{outcome:?}");
}

#[test]
fn a_server_that_drips_is_given_up_after_the_total_time() {
    let server = Server::start(|_, _| Reply::Drip);
    let mut bench = Bench::one(&server.url, "timeout_secs = 1");
    bench.settings.network.attempts = 1;
    let outcome = bench.only();
    assert!(matches!(failure(&outcome).cause, Cause::Timeout(_)), "{outcome:?}");
}

#[test]
fn a_refused_connection_names_address_and_remedy() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let mut bench = Bench::one(&url, "");
    let outcome = bench.only();
    let error = failure(&outcome);
    assert!(matches!(error.cause, Cause::Connection(_)), "{error:?}");
    assert!(error.to_string().contains(&url));
    assert!(error.remedy().contains("proxy"));
    assert_eq!(bench.pauses.0.len(), 4);
}

#[test]
fn an_answer_that_is_not_http_is_an_error() {
    let server = Server::start(|_, _| Reply::Raw(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()));
    let mut bench = Bench::one(&server.url, "");
    failure(&bench.only());
}

#[test]
fn a_secure_address_of_a_server_without_tls_is_an_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("written");
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let mut bench = Bench::one(&url, "");
    bench.settings.network.attempts = 1;
    let outcome = bench.only();
    let error = failure(&outcome);
    assert!(matches!(error.cause, Cause::Tls(_)), "{error:?}");
    assert!(error.remedy().contains("ca_file"));
    server.join().expect("no panic");
}

#[test]
fn certificates_that_do_not_read_stop_the_update() {
    let mut bench = Bench::one("https://127.0.0.1:1", "");
    let path = bench.cache.path().join("ca.pem");
    std::fs::write(&path, "no certificate").expect("written");
    bench.settings.network.ca_file = Some(path);
    let error = bench.try_run().expect_err("no certificate");
    assert!(error.to_string().contains("ca.pem"), "{error}");
}

#[test]
fn an_unknown_name_is_told_with_the_known_ones() {
    let mut bench = Bench::one("https://127.0.0.1:1", "");
    bench.accept_shrink.push("kevv".into());
    let error = bench.try_run().expect_err("unknown");
    assert!(error.to_string().contains("kevv") && error.to_string().contains('f'), "{error}");
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

#[test]
fn a_body_compressed_for_the_journey_is_unpacked() {
    let server = Server::start(|request, _| {
        assert_eq!(request.header("accept-encoding"), Some("gzip"));
        Reply::Full(200, vec![("Content-Encoding", "gzip".into())], gzipped(BODY))
    });
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    let outcome = bench.only();
    assert!(is_updated(&outcome), "{outcome:?}");
    assert_eq!(bench.held("kev.json").as_deref(), Some(BODY));
}

#[test]
fn a_compressed_body_cut_short_begins_anew() {
    let packed = gzipped(BODY);
    let headers = || vec![("Content-Encoding", "gzip".to_owned()), ("ETag", "\"1\"".to_owned())];
    let cut = packed.len() / 2;
    let server = Server::queue(vec![
        Reply::Cut(200, headers(), packed.clone(), cut),
        Reply::Full(200, headers(), packed),
    ]);
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    let outcome = bench.only();
    assert!(is_updated(&outcome), "{outcome:?}");
    assert_eq!(server.requests()[1].header("range"), None);
}

#[test]
fn a_compressed_bomb_stops_at_the_cap() {
    let packed = gzipped(&vec![0; 50_000_000]);
    let server = Server::start(move |_, _| {
        Reply::Full(200, vec![("Content-Encoding", "gzip".into())], packed.clone())
    });
    let mut bench = Bench::one(&server.url, "max_bytes = 1_000_000");
    assert!(matches!(failure(&bench.only()).cause, Cause::TooLarge { .. }));
}

#[test]
fn a_packed_file_is_kept_as_published() {
    let packed = gzipped(BODY);
    let sent = packed.clone();
    let server = Server::start(move |request, _| {
        assert_eq!(request.header("accept-encoding"), Some("identity"));
        ok(&sent)
    });
    let mut bench = Bench::one(&format!("{}/epss.csv.gz", server.url), "kind = 'epss-csv'");
    bench.only();
    assert_eq!(bench.held("epss.csv.gz"), Some(packed));
}

#[test]
fn a_collection_that_loses_records_is_refused_until_accepted() {
    let server = Server::start(|_, before| ok(if before == 0 { b"100" } else { b"97" }));
    let count = |_: wardround::fetch::FeedKind, file: &std::path::Path| {
        let text = std::fs::read_to_string(file).expect("a file");
        Counted::Records(text.parse().expect("a number"))
    };
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    assert!(is_updated(&bench.run_counting(&count)[0]));
    let outcomes = bench.run_counting(&count);
    let error = failure(&outcomes[0]);
    assert!(
        matches!(error.cause, Cause::Shrunk { of: "records", before: 100, now: 97 }),
        "{error:?}"
    );
    assert!(error.remedy().contains("--accept-shrink f"));
    assert_eq!(bench.held("kev.json").as_deref(), Some(b"100".as_slice()));
    bench.accept_shrink.push("f".into());
    assert!(is_updated(&bench.run_counting(&count)[0]));
    assert_eq!(bench.held("kev.json").as_deref(), Some(b"97".as_slice()));
}

#[test]
fn without_a_counter_a_sudden_loss_of_size_is_refused() {
    let server = Server::start(|_, before| ok(&vec![b'x'; if before == 0 { 1000 } else { 800 }]));
    let mut bench = Bench::one(&server.url, "");
    bench.only();
    let outcome = bench.only();
    assert!(matches!(failure(&outcome).cause, Cause::Shrunk { of: "bytes", .. }), "{outcome:?}");
}

#[test]
fn what_does_not_read_never_replaces_what_did() {
    let server = Server::start(|_, before| ok(if before == 0 { BODY } else { b"<html>" }));
    let mut bench = Bench::one(&format!("{}/kev.json", server.url), "");
    bench.only();
    let outcomes = bench.run_counting(&|_, _| Counted::Unreadable("it is a web page".into()));
    assert!(matches!(failure(&outcomes[0]).cause, Cause::Unreadable { .. }));
    assert_eq!(bench.held("kev.json").as_deref(), Some(BODY));
}

#[test]
fn one_feed_s_failure_does_not_stop_the_others() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/a" => status(404),
        _ => ok(BODY),
    });
    let feed = |name: &str| {
        format!(
            "[[feed]]\nname='{name}'\nkind='kev-json'\nurl='{}/{name}'\nmax_bytes=999\n",
            server.url
        )
    };
    let mut bench = Bench::new(&(feed("a") + &feed("b")));
    let outcomes = bench.run();
    failure(&outcomes[0]);
    assert!(is_updated(&outcomes[1]));
}

#[test]
fn two_updates_of_one_cache_do_not_meet() {
    let server = Server::start(|_, _| ok(BODY));
    let mut bench = Bench::one(&server.url, "");
    bench.only();
    let lock = std::fs::File::open(bench.cache.path().join("lock")).expect("a lock");
    lock.lock().expect("locked");
    let result = bench.try_run();
    assert!(matches!(result, Err(wardround::fetch::UpdateError::Busy(_))));
}
