//! Webhooks against a listener.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use channels::webhook::{SIGNATURE, Settings, Webhook, signature};
use channels::{Address, Carrier, Failure, Message, Secret};
use serde_json::Value;

use crate::servers::http::{Heard, Listener, Reply};
use crate::{message, now};

/// A listener that answers by the path: its first part is the status.
async fn receiver() -> (Listener, Arc<Mutex<Vec<Heard>>>) {
    let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
    let kept = Arc::clone(&heard);
    let listener = Listener::start(move |request: Heard| {
        let status = request.path().split('/').nth(1).unwrap().parse().unwrap();
        kept.lock().unwrap().push(request);
        let reply = Reply::new(status, "x".repeat(if status == 299 { 5 << 20 } else { 2 }));
        async move { reply.with("retry-after", "7").with("location", "/200/elsewhere") }
    });
    (listener.await, heard)
}

fn carrier(listener: &Listener) -> Carrier {
    let allowed = vec![listener.address.to_string()];
    let timeout = Duration::from_secs(5);
    Carrier::Webhook(Webhook::new(Settings { allowed, timeout }).unwrap())
}

fn to(url: &str) -> Message {
    let secret = Secret::new("shared");
    message(Address::Webhook { url: url.parse().unwrap(), secret }, "0199-a.1")
}

#[tokio::test]
async fn a_program_can_prove_who_sent_what_and_that_it_has_it_already() {
    let (listener, heard) = receiver().await;
    let message = to(&listener.url("/204/in?from=ward"));
    let webhook = carrier(&listener);
    webhook.send(&message, now()).await.unwrap();
    webhook.send(&message, now()).await.unwrap();
    let again = Message { tries: 2.try_into().unwrap(), ..message };
    webhook.send(&again, now()).await.unwrap();

    let heard = heard.lock().unwrap();
    let keys: Vec<&str> =
        heard.iter().map(|request| request.header("idempotency-key").unwrap()).collect();
    assert_eq!(keys, ["0199-a.1.1", "0199-a.1.1", "0199-a.1.2"]);
    let first = &heard[0];
    assert_eq!((first.method(), first.query()), ("POST", "from=ward"));
    let proof = signature(&Secret::new("shared"), &first.body, now());
    assert_eq!(first.header(SIGNATURE), Some(proof.as_str()));
    let body: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!((&body["reference"], &body["try"]), (&"0199-a.1".into(), &1.into()));
}

#[tokio::test]
async fn what_a_program_answers_is_told_apart_and_nothing_is_followed() {
    let (listener, heard) = receiver().await;
    let webhook = carrier(&listener);
    for (status, kind) in [
        (302, "permanent"),
        (410, "permanent"),
        (401, "technical"),
        (429, "wait"),
        (503, "wait"),
        (299, "technical"),
    ] {
        let failed = webhook.send(&to(&listener.url(&format!("/{status}/in"))), now()).await;
        let found = match failed.unwrap_err() {
            Failure::Permanent { .. } => "permanent",
            Failure::Technical { .. } => "technical",
            Failure::Temporary { wait: Some(wait), .. } if wait.as_secs() == 7 => "wait",
            Failure::Temporary { .. } => "temporary",
        };
        assert_eq!(found, kind, "{status}");
    }
    assert!(heard.lock().unwrap().iter().all(|request| !request.path().contains("elsewhere")));
}

#[tokio::test]
async fn nobody_can_have_us_call_our_neighbours() {
    let (listener, heard) = receiver().await;
    let port = listener.address.port();
    let webhook = Carrier::Webhook(Webhook::new(Settings::default()).unwrap());
    for url in [
        format!("http://127.0.0.1:{port}/200/in"),
        format!("https://127.0.0.1:{port}/200/in"),
        format!("https://localhost:{port}/200/in"),
        format!("https://[::ffff:127.0.0.1]:{port}/200/in"),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
    ] {
        let refused = webhook.send(&to(&url), now()).await;
        assert!(matches!(refused, Err(Failure::Permanent { .. })), "{url}: {refused:?}");
    }
    // A host is allowed with its port: another port of it is another service.
    let (other, _) = receiver().await;
    let refused = carrier(&other).send(&to(&listener.url("/200/in")), now()).await;
    assert!(matches!(refused, Err(Failure::Permanent { .. })), "{refused:?}");
    assert!(heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn who_does_not_answer_is_not_waited_for() {
    let listener = Listener::start(|_| async { std::future::pending().await }).await;
    let allowed = vec![listener.address.to_string()];
    let settings = Settings { allowed, timeout: Duration::from_millis(200) };
    let webhook = Carrier::Webhook(Webhook::new(settings).unwrap());
    let silent = webhook.send(&to(&listener.url("/200/in")), now()).await;
    assert!(matches!(silent, Err(Failure::Temporary { .. })), "{silent:?}");
}
