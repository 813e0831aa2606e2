//! Where a publisher may lead the fetcher: to no machine inside the operator's network that the settings do not
//! name. Here the settings name `localhost`, and the machine that must not be asked is `127.0.0.1`.
//! Each of these fails without its defence.

mod support;

use std::io::{BufRead as _, BufReader, Write as _};

use support::bench::{Bench, failure, is_updated};
use support::server::{Reply, Server, ok, status};
use wardround::fetch::{Cause, FeedStatus, Proxy};

const BODY: &[u8] = br#"{"vulnerabilities":[]}"#;

/// A machine inside, which must not be asked.
fn inside() -> Server {
    Server::start(|_, _| ok(BODY))
}

/// The address of a server under the name that the settings give it.
fn named(server: &Server) -> String {
    server.url.replace("127.0.0.1", "localhost")
}

fn feed(more: &str) -> Bench {
    Bench::new(&format!("[[feed]]\nname='f'\nmax_bytes=1_000_000\n{more}\n"))
}

#[test]
fn a_redirect_to_a_machine_inside_is_not_followed() {
    let inside = inside();
    let to = format!("{}/secrets", inside.url);
    let server =
        Server::start(move |_, _| Reply::Full(302, vec![("Location", to.clone())], vec![]));
    let outcome = Bench::one(&named(&server), "").only();
    assert!(inside.requests().is_empty(), "{:?}", inside.requests());
    let error = failure(&outcome);
    assert!(matches!(&error.cause, Cause::Inside(url) if url.contains("/secrets")), "{error:?}");
    assert!(error.remedy().contains("ask the publisher"), "{}", error.remedy());
    assert_eq!(server.requests().len(), 1, "it is not tried again");
}

#[test]
fn a_document_that_a_list_names_inside_is_not_asked_for() {
    let inside = inside();
    let to = format!("{}/secrets.json", inside.url);
    let server = Server::start(move |request, _| match request.path.as_str() {
        "/changes.csv" => ok(format!("a.json,1\n{to},1\n").as_bytes()),
        "/a.json" => ok(BODY),
        _ => status(404),
    });
    let more = format!("kind='csaf-directory'\nurl='{}/changes.csv'", named(&server));
    let mut bench = feed(&more);
    let outcome = bench.only();
    assert!(inside.requests().is_empty(), "{:?}", inside.requests());
    let FeedStatus::Partial { failed, .. } = &outcome.status else { panic!("{outcome:?}") };
    assert!(matches!(failed.first().expect("one").cause, Cause::Inside(_)), "{outcome:?}");
    assert!(bench.held("a.json").is_some(), "the rest is fetched");
}

#[test]
fn a_list_that_metadata_names_inside_is_not_asked_for() {
    let inside = inside();
    let to = inside.url.clone();
    let server = Server::start(move |_, _| {
        ok(format!(r#"{{"distributions":[{{"directory_url":"{to}/white"}}]}}"#).as_bytes())
    });
    let url = format!("{}/provider-metadata.json", named(&server));
    let outcome = feed(&format!("kind='csaf-provider-metadata'\nurl='{url}'")).only();
    assert!(inside.requests().is_empty(), "{:?}", inside.requests());
    assert!(matches!(failure(&outcome).cause, Cause::Inside(_)), "{outcome:?}");
}

#[test]
fn a_copy_inside_that_the_settings_name_is_asked() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/old" => Reply::Full(302, vec![("Location", "/new".into())], vec![]),
        _ => ok(BODY),
    });
    for url in [named(&server), server.url.clone()] {
        assert!(is_updated(&Bench::one(&format!("{url}/old"), "").only()), "{url}");
    }
}

#[test]
fn the_operators_proxy_is_asked_wherever_it_stands() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let proxy = std::thread::spawn(move || {
        let (mut wire, _) = listener.accept().expect("somebody");
        let head = BufReader::new(&wire).lines().next().expect("a line").expect("a request");
        wire.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").expect("an answer");
        head
    });
    let mut bench = Bench::one("https://feeds.example/list.json", "");
    bench.proxy = Proxy::at(&format!("http://{address}")).expect("a proxy");
    let outcome = bench.only();
    let error = failure(&outcome);
    assert!(!matches!(error.cause, Cause::Inside(_)), "{error:?}");
    let asked = proxy.join().expect("the proxy");
    assert!(asked.starts_with("CONNECT feeds.example:443"), "{asked}");
}
