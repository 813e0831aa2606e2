//! Text messages by a gateway of one's own: Kannel's `sendsms` (user's guide 1.4.5, chapter "Setting up a SMS Gateway").
//!
//! Kannel does not give a message an identity that it repeats, so the address it is to call with a receipt holds ours,
//! signed. What it calls with is read by [`Kannel::receipt`] and [`Kannel::inbound`].

mod read;

use std::time::Duration;

use url::Url;

use crate::address::Address;
use crate::carrier::{SettingsError, wrong_address};
use crate::form::encode;
use crate::http::{Answer, Http, Reach, Request};
use crate::message::Message;
use crate::outcome::{Accepted, Failure, said};
use crate::receipt::{Inbound, Receipt, Unreadable};
use crate::secret::Secret;
use crate::sign::{base64url, hmac_sha256};
use crate::words;

/// What the operator sets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address of `sendsms` (`http://127.0.0.1:13013/cgi-bin/sendsms`).
    pub sendsms: String,
    /// The user of the group `sendsms-user`.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// Who the message is from, where the centre lets us say so: a number or a short name.
    pub from: Option<String>,
    /// Where Kannel calls with receipts; without it there are none.
    pub callback: Option<Callback>,
    /// Most parts of a text message: `max-messages` in Kannel's settings must be as high.
    pub most_segments: usize,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// Where Kannel calls.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The address that takes receipts, without a query.
    pub url: String,
    /// The key that receipts are signed with; also the token of inbound texts. 16 or more letters, digits, `-`
    /// and `_`: it stands in an address that Kannel fills in.
    pub key: Secret,
}

impl Settings {
    /// Without receipts, three parts, thirty seconds.
    pub fn new(sendsms: impl Into<String>, user: impl Into<String>, password: Secret) -> Self {
        Self {
            sendsms: sendsms.into(),
            user: user.into(),
            password,
            from: None,
            callback: None,
            most_segments: words::MOST_SEGMENTS,
            timeout: Duration::from_secs(30),
        }
    }
}

/// A gateway, ready to take messages.
#[derive(Clone, Debug)]
pub struct Kannel {
    http: Http,
    sendsms: Url,
    settings: Settings,
}

/// Delivered, failed, queued, taken by the centre, refused by it: all that Kannel can tell.
const DLR_MASK: &str = "31";

/// 16 characters of 64 hold 96 bits.
const LEAST_KEY: usize = 16;

impl Kannel {
    /// Prepares; nothing is connected yet.
    pub fn new(mut settings: Settings) -> Result<Self, SettingsError> {
        let wrong = |problem: &str| SettingsError::new("kannel", problem);
        let web = |text: &str| {
            Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
        };
        let sendsms =
            web(&settings.sendsms).ok_or_else(|| wrong("`sendsms` is no address of the web"))?;
        if let Some(callback) = &mut settings.callback {
            let url = web(&callback.url)
                .filter(|url| url.query().is_none() && url.fragment().is_none())
                // Kannel would fill it in.
                .filter(|url| !url.as_str().contains('%'));
            let url = url.ok_or_else(|| {
                wrong("the callback is no address of the web without a query and without `%`")
            })?;
            callback.url = url.to_string();
            let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
            let key = callback.key.reveal();
            if key.len() < LEAST_KEY || !key.bytes().all(is_part) {
                return Err(wrong(
                    "the key of the callback must be 16 or more letters, digits, `-` and `_`",
                ));
            }
        }
        // They go as headers.
        let is_plain = |text: &str| text.bytes().all(|b| (b' '..=b'~').contains(&b));
        let from = settings.from.as_deref().unwrap_or_default();
        if !(is_plain(&settings.user) && is_plain(settings.password.reveal()) && is_plain(from)) {
            return Err(wrong("user, password and sender must be plain ASCII"));
        }
        let http = Http::new(Reach::Set, settings.timeout)
            .map_err(|error| SettingsError::new("kannel", error))?;
        Ok(Self { http, sendsms, settings })
    }

    /// Hands a text message over. Password and text go in headers and body: addresses end in logs.
    pub async fn send(&self, message: &Message) -> Result<Accepted, Failure> {
        let Address::Phone(number) = &message.to else {
            return Err(wrong_address("kannel", message));
        };
        let text = words::sms(message, self.settings.most_segments);
        let coding = match words::coding(&text) {
            words::Coding::Gsm7 => "0",
            words::Coding::Ucs2 => "2",
        };
        let mut headers = vec![
            ("content-type", "text/plain; charset=UTF-8".to_owned()),
            ("x-kannel-username", self.settings.user.clone()),
            ("x-kannel-password", self.settings.password.reveal().to_owned()),
            ("x-kannel-to", number.as_str().to_owned()),
            ("x-kannel-coding", coding.to_owned()),
        ];
        if let Some(from) = &self.settings.from {
            headers.push(("x-kannel-from", from.clone()));
        }
        if let Some(callback) = &self.settings.callback {
            headers.push(("x-kannel-dlr-mask", DLR_MASK.to_owned()));
            headers.push(("x-kannel-dlr-url", dlr_url(callback, &message.handle())));
        }
        let body = Some(text.into_bytes());
        let request = Request { method: "POST", url: self.sendsms.clone(), headers, body };
        let answer = self.http.ask(request).await.map_err(|error| error.failure())?;
        outcome(&answer)
    }

    /// Reads the query of a receipt's call. It proves itself: forged ones are refused. It may come several times,
    /// and in any order.
    pub fn receipt(&self, query: &str) -> Result<Receipt, Unreadable> {
        let callback = self.settings.callback.as_ref().ok_or(Unreadable::Forged)?;
        read::receipt(query, &callback.key)
    }

    /// Reads the query of an inbound text's call, as Kannel makes it by [`inbound_query`].
    pub fn inbound(&self, query: &str) -> Result<Inbound, Unreadable> {
        let callback = self.settings.callback.as_ref().ok_or(Unreadable::Forged)?;
        read::inbound(query, &callback.key)
    }
}

/// The query for `get-url` of Kannel's group `sms-service`, with the token that [`Kannel::inbound`] asks for: the key
/// of the callback.
pub fn inbound_query(token: &str) -> String {
    format!("{}&from=%p&to=%P&text=%a&id=%I&at=%T", encode(&[("token", token)]))
}

/// The address that Kannel calls: it fills in `%d` (the kind) and `%A` (what the centre said).
fn dlr_url(callback: &Callback, handle: &str) -> String {
    let proof = proof(&callback.key, handle);
    format!("{}?{}&type=%d&said=%A", callback.url, encode(&[("ref", handle), ("proof", &proof)]))
}

/// That we made the address of a receipt.
fn proof(key: &Secret, handle: &str) -> String {
    base64url(&hmac_sha256(key.reveal().as_bytes(), &[b"kannel receipt\0", handle.as_bytes()]))
}

/// What an answer of `sendsms` means. 202: taken, or kept for later. 400: the request is wrong; 403: user or password;
/// 503: not now.
fn outcome(answer: &Answer) -> Result<Accepted, Failure> {
    let why = said(&format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)));
    match answer.status {
        200 | 202 => Ok(Accepted { carrier_id: None }),
        408 | 429 | 500.. => Err(Failure::Temporary { why, wait: answer.retry_after }),
        _ => Err(Failure::technical(why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_means_what_kannel_documents() {
        let of =
            |status| outcome(&Answer { status, retry_after: None, body: b"0: Accepted".to_vec() });
        assert!(of(202).is_ok());
        assert!(matches!(of(503), Err(Failure::Temporary { .. })));
        assert!(matches!(of(403), Err(Failure::Technical { .. })));
        assert!(matches!(of(400), Err(Failure::Technical { .. })));
    }

    #[test]
    fn settings_that_would_break_a_header_are_refused() {
        let settings = Settings::new("http://127.0.0.1:1/x", "us\r\nX: y", Secret::new("p"));
        assert!(Kannel::new(settings).is_err());
        let mut settings = Settings::new("http://127.0.0.1:1/x", "us", Secret::new("p"));
        settings.callback =
            Some(Callback { url: "http://a.example/?%p".to_owned(), key: Secret::new(KEY) });
        assert!(Kannel::new(settings).is_err());
        for key in ["short", "sixteen characters%20", ""] {
            let mut settings = Settings::new("http://127.0.0.1:1/x", "us", Secret::new("p"));
            let url = "http://ward.example/k".to_owned();
            settings.callback = Some(Callback { url, key: Secret::new(key) });
            assert!(Kannel::new(settings).is_err(), "{key}");
        }
    }

    const KEY: &str = "0123456789abcdef";
}
