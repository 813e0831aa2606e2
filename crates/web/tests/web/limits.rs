//! How much one address and one caller may ask.

use std::num::NonZeroU32;

use web::{Limits, Settings};

use super::bare::Bare;

fn limited(per_minute: u32, trusted_proxies: usize) -> Bare {
    let per_minute = NonZeroU32::new(per_minute);
    Bare::new(Settings { limits: Limits { per_minute, trusted_proxies }, ..Settings::default() })
}

#[test]
fn a_caller_who_asks_too_much_is_told_how_long_to_wait_and_others_go_on() {
    let bare = limited(5, 1);
    let mut officer = bare.officer();
    // Wherever the requests come from, it is one caller.
    let ask = |officer: &mut super::client::Client, at: u32, path: &str| {
        let from = format!("198.51.100.{at}");
        officer.get_with(path, &[("x-forwarded-for", &from)])
    };
    for at in 0..5 {
        let answer = ask(&mut officer, at, "/account");
        assert_eq!(answer.status, 200, "{at}: {answer:?}");
        assert_eq!(answer.header("ratelimit-policy"), Some("\"caller\";q=5;w=60"));
        let left = format!("\"caller\";r={};", 4 - at);
        assert!(answer.header("ratelimit").unwrap().starts_with(&left), "{at}: {answer:?}");
    }
    let page = ask(&mut officer, 9, "/account");
    assert_eq!(page.status, 429, "{page:?}");
    let wait: u64 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=12).contains(&wait), "{page:?}");
    assert!(page.body.contains("Wait "), "{page:?}");
    let problem = ask(&mut officer, 9, "/api/v1/events");
    assert_eq!(problem.status, 429, "{problem:?}");
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    assert!(problem.header("retry-after").is_some());
    assert_eq!(ask(&mut bare.client(), 9, "/sign-in").status, 200);
}

#[test]
fn an_address_that_asks_too_much_is_refused_before_anything_is_looked_up() {
    let bare = limited(1, 1);
    let mut client = bare.client();
    let mut ask = |from: &str, path: &str| client.get_with(path, &[("x-forwarded-for", from)]);
    for _ in 0..4 {
        assert_eq!(ask("198.51.100.7", "/sign-in").status, 200);
    }
    assert_eq!(ask("198.51.100.7", "/sign-in").status, 429);
    assert_eq!(ask("198.51.100.7", "/api/v1/events").status, 429);
    // What the proxy wrote counts, and not what was sent to it.
    assert_eq!(ask("192.0.2.1, 198.51.100.7", "/sign-in").status, 429);
    assert_eq!(ask("198.51.100.8", "/sign-in").status, 200);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(ask("198.51.100.7", path).status, 200, "{path}");
    }
    assert_eq!(ask("198.51.100.7", "/assets/none.css").status, 404);
}

#[test]
fn without_trusted_proxies_nobody_is_believed_who_says_they_are_another() {
    let bare = limited(1, 0);
    let mut client = bare.client();
    let statuses: Vec<u16> = (0..6)
        .map(|at| {
            let from = format!("198.51.100.{at}");
            client.get_with("/sign-in", &[("x-forwarded-for", &from)]).status
        })
        .collect();
    assert_eq!(statuses, [200, 200, 200, 200, 429, 429]);
}

#[test]
fn signing_in_is_tried_less_often_than_pages_are_read() {
    let bare = limited(60, 0);
    let mut client = bare.client();
    let fields = [("login", "officer"), ("password", "wrong-wrong-wrong")];
    // A twentieth.
    for _ in 0..3 {
        assert_eq!(client.post("/sign-in", &fields).status, 200);
    }
    let refused = client.post("/sign-in", &fields);
    assert_eq!(refused.status, 429, "{refused:?}");
    assert_eq!(refused.header("ratelimit-policy"), Some("\"sign-in\";q=3;w=60"));
    assert_eq!(client.get("/sign-in").status, 200);
}

#[test]
fn whoever_tries_codes_or_calls_as_a_carrier_is_not_heard_there_for_a_while() {
    let bare = limited(200, 0);
    let mut client = bare.client();
    // A twentieth of what a caller may ask; then neither a look nor an answer.
    for n in 0..11 {
        assert_eq!(client.get(&format!("/a/00000000{n:02}")).status, 404, "{n}");
    }
    for refused in [client.get("/a/0000000099"), client.post("/a", &[("code", "0000000099")])] {
        assert_eq!(refused.status, 429, "{refused:?}");
    }
    assert_eq!(client.get("/sign-in").status, 200, "everything else goes on");
    // What a carrier calls with is not counted, unless it proves nothing.
    let bare = limited(200, 0);
    let mut client = bare.client();
    let mut last = 0;
    for _ in 0..14 {
        last = client.post_json("/carriers/notify/receipts", "{}", &[]).status;
    }
    assert_eq!(last, 429);
}

#[test]
fn where_no_limits_are_set_nothing_is_said_of_them() {
    let bare = limited(0, 0);
    let mut client = bare.client();
    for _ in 0..50 {
        let answer = client.get("/sign-in");
        assert_eq!((answer.status, answer.header("ratelimit")), (200, None));
    }
}
