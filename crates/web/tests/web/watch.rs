//! What the operator learns of requests, and what nobody does.

use std::sync::mpsc::sync_channel;
use std::time::Duration;

use web::{Settings, Span, Spans, otlp_json};

use super::bare::Bare;
use super::client::Client;
use super::log::Log;
use super::world::World;

#[test]
fn a_request_is_a_line_with_its_door_and_its_caller() {
    let log = Log::kept();
    let bare = Bare::new(Settings { seed: [7; 16], ..Settings::default() });
    let answer = bare.officer().get("/organisations/RX1?q=where-i-work");
    let id = answer.header("x-request-id").unwrap();
    assert!(id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    let fields = &log.line(id)["fields"];
    assert_eq!(fields["door"], "/organisations/{code}");
    assert_eq!(fields["method"], "GET");
    assert_eq!(fields["status"], answer.status);
    assert!(fields["ms"].is_number());
    assert!(fields["caller"].as_str().is_some_and(|caller| !caller.is_empty()));
    assert_ne!(fields["caller"], "Ada Officer");
    // An identity that a client makes up is not taken over.
    let mut client = bare.client();
    let own = client.get_with("/nowhere/at/all", &[("x-request-id", "made-up-by-me")]);
    assert_ne!(own.header("x-request-id"), Some("made-up-by-me"));
    let fields = &log.line(own.header("x-request-id").unwrap())["fields"];
    assert_eq!((fields["door"].as_str(), fields["caller"].as_str()), (Some("none"), Some("")));
}

#[test]
fn no_secret_that_is_sent_is_ever_in_the_log_or_the_numbers() {
    let log = Log::kept();
    let bare = Bare::new(Settings { seed: [8; 16], ..Settings::default() });
    let token = "wr_tokenTokenTokenTokenTokenTokenTokenTokenToken";
    let mut client = bare.client();
    for path in ["/api/v1/events?secret=inTheQuery", "/account?login=inTheQuery"] {
        let bearer = format!("Bearer {token}");
        client.get_with(path, &[("authorization", &bearer)]);
    }
    let fields = [("login", "inTheLogin"), ("password", "inThePassword-inThePassword")];
    client.post("/sign-in", &fields);
    client.post("/sign-in", &[("login", "officer"), ("password", ""), ("code", &bare.code)]);
    let mut officer = bare.officer();
    for path in ["/account", "/organisations/RX1/hosts/inThePath", "/search?q=inTheQuery"] {
        officer.get(path);
    }
    officer.upload("/organisations/RX1/evidence", "inTheCsrf", &[("inTheFile.txt", b"inTheBody")]);
    let csrf = officer.get("/account").field("csrf");
    let named = [("csrf", csrf.as_str()), ("name", "inTheTokenName"), ("days", "3")];
    let page = officer.post("/account/tokens", &named).body;
    let from = page.find("wr_").unwrap_or_else(|| panic!("no token: {page}"));
    let made: String =
        page[from..].chars().take_while(|c| c.is_alphanumeric() || "_-".contains(*c)).collect();
    let bearer = format!("Bearer {made}");
    assert_eq!(bare.client().get_with("/api/v1/events", &[("authorization", &bearer)]).status, 200);
    let (text, numbers) = (log.text(), Client::new(bare.metrics).get("/metrics").body);
    assert!(text.contains("\"door\":\"/account\""), "the log is kept: {text}");
    let code: String = bare.code.chars().filter(|c| *c != '-').collect();
    for secret in [
        token,
        &made,
        &bare.secret,
        &bare.code,
        &code,
        &csrf,
        "inTheQuery",
        "inTheLogin",
        "inThePassword",
        "inThePath",
        "inTheCsrf",
        "inTheFile",
        "inTheBody",
        "inTheTokenName",
        "Ada Officer",
    ] {
        assert!(!text.contains(secret), "{secret} is in the log");
        assert!(!numbers.contains(secret), "{secret} is in the numbers");
    }
}

#[test]
fn numbers_are_by_door_and_never_beside_the_pages() {
    let bare = Bare::new(Settings::default());
    let mut officer = bare.officer();
    for code in ["RX1", "RX2", "RX3"] {
        officer.get(&format!("/organisations/{code}/hosts"));
    }
    officer.get("/made/up/by/a/stranger");
    officer.post("/sign-in", &[("login", "officer"), ("password", "wrong-wrong-wrong")]);
    let answer = Client::new(bare.metrics).get("/metrics");
    assert_eq!(answer.status, 200);
    let kind = answer.header("content-type").unwrap();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let numbers = answer.body;
    for line in [
        "wardround_http_requests_total{door=\"/organisations/{code}/hosts\",method=\"GET\",status=\"404\"} 3",
        "wardround_http_requests_total{door=\"none\",method=\"GET\",status=\"404\"} 1",
        "wardround_http_request_seconds_count{door=\"/organisations/{code}/hosts\",method=\"GET\"} 3",
        "wardround_http_requests_in_flight 0",
        "wardround_sign_in_failures_total 1",
        "wardround_evidence_files_total 0",
        "wardround_build{version=\"0.1.0\"} 1",
        "# EOF",
    ] {
        assert!(numbers.lines().any(|own| own == line), "no {line} in {numbers}");
    }
    assert!(numbers.contains("wardround_record_events "), "{numbers}");
    assert!(!numbers.contains("RX1") && !numbers.contains("stranger"), "{numbers}");
    assert_eq!(officer.get("/metrics").status, 404, "never on the public port");
    assert_eq!(Client::new(bare.metrics).get("/sign-in").status, 404);
}

#[test]
fn a_request_is_a_span_of_the_trace_that_it_came_with() {
    let (sender, receiver) = sync_channel(16);
    let settings =
        Settings { spans: Some(Spans::new(sender)), seed: [9; 16], ..Settings::default() };
    let bare = Bare::new(settings);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let mut officer = bare.officer();
    officer.get_with("/api/v1/events?from=3", &[("traceparent", &parent)]);
    let span = |receiver: &std::sync::mpsc::Receiver<Span>| -> serde_json::Value {
        let span = receiver.recv_timeout(Duration::from_secs(20)).unwrap();
        let text = otlp_json(&[span], "0.1.0");
        serde_json::from_str(&text).unwrap()
    };
    let sent = span(&receiver);
    let resource = sent["resourceSpans"][0]["resource"]["attributes"][0].clone();
    assert_eq!(resource["value"]["stringValue"], "wardround");
    let own = &sent["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
    assert_eq!(own["traceId"], trace);
    assert_eq!(own["parentSpanId"], "00f067aa0ba902b7");
    assert_eq!(own["name"], "GET /api/v1/events");
    assert_eq!(own["kind"], 2);
    assert!(!sent.to_string().contains("from=3"), "{sent}");
    let nanos = |key: &str| own[key].as_str().unwrap().parse::<u128>().unwrap();
    assert!(nanos("endTimeUnixNano") >= nanos("startTimeUnixNano"));
    // Who is asked not to keep it does not; a context that is none begins a trace of its own.
    officer.get_with("/account", &[("traceparent", &parent.replace("-01", "-00"))]);
    officer.get_with("/healthz", &[("traceparent", "garbage")]);
    let sent = span(&receiver);
    let own = &sent["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
    assert_eq!(own["name"], "GET /healthz");
    assert_ne!(own["traceId"], trace);
    assert_eq!(own["traceId"].as_str().map(str::len), Some(32));
    assert_eq!(own.get("parentSpanId"), None);
}

#[test]
fn who_signs_in_and_who_fails_to_is_in_the_log() {
    let log = Log::kept();
    let bare = Bare::new(Settings { seed: [11; 16], ..Settings::default() });
    let lines = |word: &str| -> Vec<serde_json::Value> {
        let text = log.text();
        text.lines()
            .filter(|line| line.contains(word))
            .map(|l| serde_json::from_str(l).unwrap())
            .collect()
    };
    let typed = "a name of the eleventh world";
    bare.client().post("/sign-in", &[("login", typed), ("password", "wrong-wrong-wrong")]);
    bare.client().post("/sign-in", &[("login", typed), ("password", ""), ("code", "0000-0000")]);
    // By this, and not by what was typed, attempts at one name are known.
    let hash = "9abb7e75c75832d6";
    let refused = lines(hash);
    let ways: Vec<&str> = refused.iter().map(|l| l["fields"]["way"].as_str().unwrap()).collect();
    assert_eq!(ways, ["password", "code"], "{refused:?}");
    assert_eq!(refused[0]["level"], "WARN");
    assert!(!log.text().contains(typed));
    let before = lines("somebody signed in").len();
    bare.client().post("/sign-in", &[("login", "officer"), ("password", ""), ("code", &bare.code)]);
    let came = lines("somebody signed in");
    assert!(came.len() > before, "{came:?}");
    let line = came.last().unwrap();
    assert!(line["fields"]["caller"].as_str().is_some_and(|caller| !caller.is_empty()), "{line}");
}

#[test]
fn who_is_turned_away_is_in_the_log() {
    let log = Log::kept();
    let world = World::shared();
    let guest = world.signed_in("guest").get("/people");
    assert_eq!(guest.status, 403, "{guest:?}");
    let foreign = [("sec-fetch-site", "cross-site")];
    assert_eq!(
        world.signed_in("lead").post_from("/sign-out", &[("csrf", "x")], &foreign).status,
        403
    );
    let text = log.text();
    for (door, why) in [("/people", "not allowed"), ("/sign-out", "not sent from here")] {
        let is_told = text.lines().any(|line| {
            let Ok(line) = serde_json::from_str::<serde_json::Value>(line) else { return false };
            let fields = &line["fields"];
            fields["door"] == door
                && fields["why"] == why
                && fields["caller"].as_str().is_some_and(|caller| !caller.is_empty())
        });
        assert!(is_told, "{door}: {text}");
    }
}

#[test]
fn nobody_forges_a_line_of_the_log() {
    let log = Log::kept();
    let bare = Bare::new(Settings { seed: [12; 16], ..Settings::default() });
    let forged = "x\n{\"level\":\"ERROR\",\"fields\":{\"message\":\"forged by me\"}}";
    let mut client = bare.client();
    client.post("/sign-in", &[("login", forged), ("password", forged)]);
    client.get("/organisations/%0A%7B%22level%22%3A%22ERROR%22%2C%22message%22%3A%22forged%22%7D");
    client.get_with("/account", &[("user-agent", "{\"level\":\"ERROR\"}")]);
    let text = log.text();
    assert!(!text.contains("forged"), "{text}");
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["timestamp"].is_string() && line["fields"].is_object(), "{line}");
    }
}
