//! Other programs: a signed JSON document is sent to an address that somebody wrote into a list of routes.
//!
//! That somebody is not the operator. So the address must be of the public internet (each name is looked up once, and
//! the connection goes to what was found), must use TLS, and nothing is followed; hosts inside must be allowed by
//! name. What the receiver is told to check is in `docs/channels.md`.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use crate::address::Address;
use crate::carrier::{SettingsError, wrong_address};
use crate::http::{Answer, Http, Reach, Request};
use crate::message::Message;
use crate::outcome::{Accepted, Failure};
use crate::secret::Secret;
use crate::sign::{hex, hmac_sha256};
use crate::words;
use model::event::Marking;

/// What the operator sets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Hosts inside that may be called, also without TLS: `host:port` in small letters.
    pub allowed: Vec<String>,
    /// How long an answer may take.
    pub timeout: Duration,
}

impl Default for Settings {
    /// Nothing inside, ten seconds.
    fn default() -> Self {
        Self { allowed: Vec::new(), timeout: Duration::from_secs(10) }
    }
}

/// The header that proves who sent a body and when.
pub const SIGNATURE: &str = "wardround-signature";

/// Whoever calls other programs.
#[derive(Clone, Debug)]
pub struct Webhook {
    guarded: Http,
    unguarded: Http,
    settings: Settings,
}

impl Webhook {
    /// Prepares; nothing is connected yet.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let client = |reach| {
            Http::new(reach, settings.timeout).map_err(|error| SettingsError::new("webhook", error))
        };
        let (guarded, unguarded) = (client(Reach::Outside)?, client(Reach::Set)?);
        Ok(Self { guarded, unguarded, settings })
    }

    /// Sends. The same try has the same `Idempotency-Key` whenever it is sent.
    pub async fn send(&self, message: &Message, now: Timestamp) -> Result<Accepted, Failure> {
        let Address::Webhook { url, secret } = &message.to else {
            return Err(wrong_address("webhook", message));
        };
        let url = url.url().clone();
        let is_allowed = self.is_allowed(&url);
        if url.scheme() != "https" && !is_allowed {
            return Err(Failure::permanent("the address must begin with https"));
        }
        let body = body(message, now).to_string().into_bytes();
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("idempotency-key", message.handle()),
            (SIGNATURE, signature(secret, &body, now)),
        ];
        let http = if is_allowed { &self.unguarded } else { &self.guarded };
        let request = Request { method: "POST", url, headers, body: Some(body) };
        outcome(&http.ask(request).await.map_err(|error| error.failure())?)
    }

    fn is_allowed(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let place = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
        self.settings.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(&place))
    }
}

/// What is sent: documented in `docs/channels.md`.
fn body(message: &Message, now: Timestamp) -> Value {
    let is_open = message.marking < Marking::Red;
    json!({
        "version": 1,
        "reference": message.reference.as_str(),
        "try": message.tries.get(),
        "sent": now.to_string(),
        "is_exercise": message.is_exercise,
        "marking": message.marking.label(),
        "subject": is_open.then(|| message.subject.as_str()),
        "text": words::chat(message),
        "reply_code": message.reply_code.as_ref().map(crate::ReplyCode::as_str),
        "link": message.link.as_ref().map(crate::Link::as_str),
    })
}

/// `t=SECONDS,v1=HEX`: HMAC-SHA256 by the shared secret over the seconds since 1970, a dot and the body.
pub fn signature(secret: &Secret, body: &[u8], now: Timestamp) -> String {
    let seconds = now.as_second();
    let start = format!("{seconds}.");
    let code = hmac_sha256(secret.reveal().as_bytes(), &[start.as_bytes(), body]);
    format!("t={seconds},v1={}", hex(&code))
}

/// What an answer means: the receiver has it, is gone for good, is busy, or does not know us.
fn outcome(answer: &Answer) -> Result<Accepted, Failure> {
    // The body is the receiver's own matter: not repeated.
    let why = format!("the receiver answered {}", answer.status);
    match answer.status {
        200..=299 => Ok(Accepted { carrier_id: None }),
        300..=399 => {
            Err(Failure::permanent(format!("{why}, which leads elsewhere and is not followed")))
        }
        404 | 410 => Err(Failure::permanent(why)),
        408 | 425 | 429 | 500.. => Err(Failure::Temporary { why, wait: answer.retry_after }),
        _ => Err(Failure::technical(why)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::tests::{any_message, message};

    #[test]
    fn an_answer_is_taken_by_its_status() {
        let of = |status| {
            outcome(&Answer { status, retry_after: Some(Duration::from_secs(7)), body: Vec::new() })
        };
        assert!(of(204).is_ok());
        assert!(matches!(of(410), Err(Failure::Permanent { .. })));
        assert!(matches!(of(301), Err(Failure::Permanent { .. })));
        assert!(matches!(of(401), Err(Failure::Technical { .. })));
        for status in [429, 500, 503] {
            let wait = Some(Duration::from_secs(7));
            assert!(matches!(of(status), Err(Failure::Temporary { wait: w, .. }) if w == wait));
        }
    }

    #[test]
    fn a_signature_is_of_the_body_and_the_second() {
        let now = Timestamp::from_second(1_494_576_000).unwrap();
        let secret = Secret::new("hush");
        let given = signature(&secret, b"{}", now);
        let expected = hex(&hmac_sha256(b"hush", &[b"1494576000.{}"]));
        assert_eq!(given, format!("t=1494576000,v1={expected}"));
        assert_ne!(given, signature(&secret, b"{ }", now));
        assert_ne!(given, signature(&Secret::new("other"), b"{}", now));
    }

    #[test]
    fn a_body_says_what_its_page_says() {
        let now = Timestamp::from_second(1_494_576_000).unwrap();
        let body = body(&message("It spreads."), now);
        assert_eq!(
            body,
            json!({
                "version": 1, "reference": "0199-af.0.1.2", "try": 1, "sent": "2017-05-12T08:00:00Z",
                "is_exercise": false, "marking": "TLP:AMBER", "subject": "Patch MS17-010 now",
                "text": "TLP:AMBER\nPatch MS17-010 now\nIt spreads.\nReply ACK A17M 4F\nhttps://ward.example/a/1?t=0123456789",
                "reply_code": "A17M 4F", "link": "https://ward.example/a/1?t=0123456789",
            })
        );
    }

    proptest! {
        #[test]
        fn a_program_is_not_told_what_is_red(message in any_message(), secret in "[A-Z]{12,30}") {
            let message = Message {
                marking: Marking::Red,
                subject: secret.parse().unwrap(),
                text: secret.parse().unwrap(),
                ..message
            };
            let body = body(&message, Timestamp::from_second(0).unwrap()).to_string();
            prop_assert!(!body.contains(&secret));
        }
    }
}
