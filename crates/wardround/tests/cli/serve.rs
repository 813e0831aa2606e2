//! `wardround serve`: TLS from files, numbers and traces elsewhere, and an end in good order.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::run::Bench;

/// A certificate for this machine and its key, PEM.
fn made(until: i32) -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])
        .expect("names");
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    (params.self_signed(&key).expect("signed").pem(), key.serialize_pem())
}

/// A server that runs, and what it says, line by line.
struct Serving {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Serving {
    fn begin(bench: &Bench, more: &[&str]) -> Self {
        let mut arguments = vec!["serve", "--store", "s", "--listen", "127.0.0.1:0"];
        arguments.extend(more);
        let mut child = Bench::start(&mut bench.command(&arguments));
        let said = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, said }
    }

    /// The address in the next line.
    fn address(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("a line");
        let from = line.find("://").unwrap_or_else(|| panic!("no address in {line:?}"));
        let begin = line[..from].rfind(' ').map_or(0, |at| at + 1);
        line[begin..].split(' ').next().expect("an address").trim().to_owned()
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = std::process::Command::new("kill").args([name, &pid]).status();
        assert!(sent.expect("sent").success());
    }

    /// Tells it to end; what it wrote to its log.
    fn end(mut self) -> String {
        self.signal("-TERM");
        let mut log = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut log).expect("UTF-8");
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).expect("UTF-8");
        assert!(rest.contains("Ended in good order."), "{rest}\n{log}");
        assert_eq!(self.child.wait().expect("an end").code(), Some(0), "{log}");
        log
    }
}

fn client(trusted: &str) -> ureq::Agent {
    let certificate = Certificate::from_pem(trusted.as_bytes()).expect("PEM");
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[certificate])).build();
    let config = ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false);
    config.max_idle_connections(0).build().into()
}

fn read(agent: &ureq::Agent, url: &str) -> Result<String, ureq::Error> {
    agent.get(url).call()?.into_body().read_to_string()
}

#[cfg(unix)]
#[test]
fn a_certificate_in_files_is_served_and_read_again_when_told() {
    let bench = Bench::new();
    let (chain, key) = made(2090);
    bench.write("server.pem", &chain);
    bench.write("server.key", &key);
    let files = ["--tls-cert", "server.pem", "--tls-key", "server.key"];
    let mut serving = Serving::begin(&bench, &files);
    let url = serving.address();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let live = format!("{url}healthz");
    assert_eq!(read(&client(&chain), &live).expect("trusted"), "alive\n");
    // What cannot be used is complained of, and the one before shown on.
    bench.write("server.pem", "nothing of use");
    serving.signal("-HUP");
    let (other, key) = made(2091);
    assert_eq!(read(&client(&chain), &live).expect("still there"), "alive\n");
    bench.write("server.key", &key);
    bench.write("server.pem", &other);
    let replaced = || {
        serving.signal("-HUP");
        read(&client(&other), &live).is_ok()
    };
    assert!((0..200).any(|_| replaced()), "the new one is never shown");
    assert!(read(&client(&chain), &live).is_err());
    let log = serving.end();
    assert!(log.contains("the certificate was read again"), "{log}");
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_before_anything_is_served() {
    let bench = Bench::new();
    let ((chain, key), (expired, its_key), (_, other)) = (made(2090), made(2021), made(2090));
    for (name, content) in [
        ("chain.pem", &chain),
        ("chain.key", &key),
        ("expired.pem", &expired),
        ("expired.key", &its_key),
        ("other.key", &other),
    ] {
        bench.write(name, content);
    }
    let run = |chain: &str, key: &str| {
        bench.run(&[
            "serve",
            "--store",
            "s",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            chain,
            "--tls-key",
            key,
        ])
    };
    run("none.pem", "chain.key").ends(4).complains(&["none.pem cannot be read"]);
    run("chain.pem", "other.key")
        .ends(4)
        .complains(&["other.key cannot be used for TLS", "does not belong to the certificate"]);
    run("expired.pem", "expired.key")
        .ends(4)
        .complains(&["expired at 2021-01-01", "hint: get a new"]);
    run("chain.key", "chain.key").ends(4).complains(&["chain.key", "no certificate in it"]);
    run("chain.pem", "chain.pem").ends(4).complains(&["no private key in it"]);
    bench
        .run(&["serve", "--store", "s", "--listen", "0.0.0.0:0"])
        .ends(2)
        .complains(&["nothing before it speaks TLS", "--tls-cert"]);
    bench
        .run(&["serve", "--store", "s", "--tls-cert", "chain.pem"])
        .ends(2)
        .complains(&["--tls-key"]);
    bench.run(&["serve", "--store", "s", "--otlp", "collector"]).ends(2).complains(&["no address"]);
}

/// Takes one request of a collector's; its head and its body.
fn collect(listener: TcpListener) -> Receiver<(String, String)> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Some(taken) = take(stream) else { continue };
            if sender.send(taken).is_err() {
                return;
            }
        }
    });
    receiver
}

fn take(stream: TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    reader.into_inner().write_all(answer.as_bytes()).ok()?;
    Some((head, String::from_utf8(body).ok()?))
}

#[cfg(unix)]
#[test]
fn a_span_of_a_request_arrives_at_the_collector_and_numbers_are_elsewhere() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let collector = format!("http://{}", listener.local_addr().expect("an address"));
    let arrived = collect(listener);
    let more = ["--otlp", &collector, "--metrics", "127.0.0.1:0", "--rate-limit", "0"];
    let mut serving = Serving::begin(&bench, &more);
    let (url, numbers) = (serving.address(), serving.address());
    let agent = client(&made(2090).0);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let asked = agent.get(format!("{url}healthz")).header("traceparent", &parent).call();
    assert_eq!(asked.expect("answered").status(), 200);
    let (head, body) = arrived.recv_timeout(Duration::from_mins(1)).expect("a span");
    assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
    let sent: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let span = &sent["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
    assert_eq!(span["name"], "GET /healthz");
    assert_eq!(span["traceId"], trace);
    assert_eq!(span["parentSpanId"], "00f067aa0ba902b7");
    let shown = read(&agent, &numbers).expect("numbers");
    assert!(shown.contains("wardround_http_requests_total{door=\"/healthz\""), "{shown}");
    // What was not sent yet is sent at the end.
    agent.get(format!("{url}readyz")).call().expect("answered");
    let log = serving.end();
    let (_, body) = arrived.recv_timeout(Duration::from_mins(1)).expect("the last span");
    assert!(body.contains("GET /readyz"), "{body}");
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(lines.iter().any(|line| line["fields"]["door"] == "/healthz"), "{log}");
}

#[cfg(unix)]
#[test]
fn the_log_can_be_read_by_people() {
    let bench = Bench::new();
    let mut serving = Serving::begin(&bench, &["--log-format", "text"]);
    let url = serving.address();
    let agent = client(&made(2090).0);
    assert_eq!(read(&agent, &format!("{url}healthz")).expect("answered"), "alive\n");
    let log = serving.end();
    let line =
        log.lines().find(|line| line.contains("/healthz")).unwrap_or_else(|| panic!("{log}"));
    assert!(line.contains("answered") && !line.starts_with('{'), "{line}");
}

#[test]
fn without_tls_it_listens_on_its_own_machine_only() {
    let bench = Bench::new();
    let run = bench.run(&["serve", "--store", "s", "--listen", "0.0.0.0:0"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("can be reached from other machines"), "{run:?}");
    assert!(run.err.contains("--tls-cert"), "{run:?}");
    assert!(!bench.path("s").exists(), "nothing was begun");
}

#[test]
fn who_publishes_is_said_wholly_or_not_at_all() {
    let bench = Bench::new();
    let url = ["--public-url", "https://alerts.example"];
    let name = ["--publisher", "Health service of Example"];
    let contact = ["--publisher-contact", "0100"];
    let run = |more: &[&[&str]]| {
        let begin = ["serve", "--store", "s", "--listen", "127.0.0.1:0", "--behind-tls"];
        let arguments = [&begin[..]].into_iter().chain(more.iter().copied());
        bench.run(&arguments.flatten().copied().collect::<Vec<_>>())
    };
    run(&[&name, &url]).ends(2).complains(&["--publisher and --publisher-contact go together"]);
    run(&[&contact, &url]).ends(2).complains(&["go together"]);
    run(&[&name, &contact]).ends(2).complains(&["--public-url"]);
    let namespace = ["--publisher-namespace", "alerts"];
    run(&[&namespace]).ends(2).complains(&["go together"]);
    run(&[&name, &contact, &url, &namespace]).ends(2).complains(&["is not an absolute URI"]);
    // Said wholly it is served to everybody.
    let all = [&name[..], &contact, &url, &["--behind-tls"]].concat();
    let mut serving = Serving::begin(&bench, &all);
    let address = serving.address();
    let agent: ureq::Agent = ureq::Agent::config_builder().max_idle_connections(0).build().into();
    let path = format!("{address}.well-known/csaf/provider-metadata.json");
    let metadata = read(&agent, &path).expect("served");
    assert!(metadata.contains("\"https://alerts.example/csaf/feed-tlp-white.json\""), "{metadata}");
    assert!(metadata.contains("\"csaf_provider\""), "{metadata}");
    serving.end();
}
