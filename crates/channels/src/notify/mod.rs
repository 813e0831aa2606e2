//! Text messages by GOV.UK Notify (API version 2).
//!
//! Each try goes with its handle as Notify's `reference`, so that receipts say what they are about and a lost answer can
//! be asked for ([`Notify::find`]). Receipts and received texts come by callback ([`receipt`], [`inbound`]) and by asking
//! again ([`Notify::find`], [`Notify::received`]): callbacks are tried for 25 minutes only.
//! Source of every name here: Notify's REST documentation, June 2026.

mod key;
mod read;

pub use key::ApiKey;
pub use read::{Page, inbound, notifications, receipt, received};

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use crate::address::Address;
use crate::carrier::{SettingsError, wrong_address};
use crate::form::encode;
use crate::http::{Answer, Http, HttpError, Reach, Request};
use crate::message::Message;
use crate::outcome::{Accepted, Failure, said};
use crate::receipt::{Inbound, Receipt};
use crate::words;

/// Where Notify answers.
pub const PUBLIC: &str = "https://api.notifications.service.gov.uk";

/// What the operator sets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where Notify answers: [`PUBLIC`], or what stands in for it in a rehearsal.
    pub base: String,
    /// The key.
    pub key: ApiKey,
    /// The template: its text is one field and nothing else.
    pub template: String,
    /// The name of that field ("message" for a template of `((message))`).
    pub field: String,
    /// Which of the service's senders, where there are several.
    pub sender: Option<String>,
    /// Most parts of a text message.
    pub most_segments: usize,
    /// How long an answer may take.
    pub timeout: Duration,
}

impl Settings {
    /// For a template of `((message))`, three parts, thirty seconds.
    pub fn new(key: ApiKey, template: impl Into<String>) -> Self {
        Self {
            base: PUBLIC.to_owned(),
            key,
            template: template.into(),
            field: "message".to_owned(),
            sender: None,
            most_segments: words::MOST_SEGMENTS,
            timeout: Duration::from_secs(30),
        }
    }
}

/// Notify, ready to take messages.
#[derive(Clone, Debug)]
pub struct Notify {
    http: Http,
    base: Url,
    settings: Settings,
}

impl Notify {
    /// Prepares; nothing is connected yet.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let wrong = |problem: String| SettingsError::new("notify", problem);
        let base = Url::parse(&settings.base)
            .ok()
            .filter(|base| matches!(base.scheme(), "http" | "https"))
            .ok_or_else(|| wrong("`base` is no address of the web".to_owned()))?;
        let http =
            Http::new(Reach::Set, settings.timeout).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { http, base, settings })
    }

    /// Hands a text message over.
    pub async fn send(&self, message: &Message, now: Timestamp) -> Result<Accepted, Failure> {
        let Address::Phone(number) = &message.to else {
            return Err(wrong_address("notify", message));
        };
        let text = words::sms(message, self.settings.most_segments);
        let mut body = json!({
            "phone_number": number.as_str(),
            "template_id": self.settings.template,
            "personalisation": { &self.settings.field: text },
            "reference": message.handle(),
        });
        if let (Some(sender), Some(object)) = (&self.settings.sender, body.as_object_mut()) {
            object.insert("sms_sender_id".to_owned(), Value::from(sender.as_str()));
        }
        let body = Some(body.to_string().into_bytes());
        let answer = self
            .ask("POST", "/v2/notifications/sms", "", body, now)
            .await
            .map_err(|error| error.failure())?;
        if answer.status != 201 {
            return Err(refusal(&answer, now));
        }
        let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let id = said.as_ref().and_then(|said| said.get("id")?.as_str());
        Ok(Accepted { carrier_id: id.map(ToOwned::to_owned) })
    }

    /// What Notify knows of one try ([`Message::handle`]): nothing where it never had it.
    pub async fn find(&self, handle: &str, now: Timestamp) -> Result<Page<Receipt>, Failure> {
        let query = encode(&[("reference", handle)]);
        let answer = self.asked("/v2/notifications", &query, now).await?;
        read::notifications(&answer).map_err(|error| Failure::technical(error.to_string()))
    }

    /// Texts that people sent, the newest first, 250 at most; older ones with [`Page::older_than`] of the page before.
    /// Notify keeps them for seven days.
    pub async fn received(
        &self,
        older_than: Option<&str>,
        now: Timestamp,
    ) -> Result<Page<Inbound>, Failure> {
        let query = older_than.map_or_else(String::new, |id| encode(&[("older_than", id)]));
        let answer = self.asked("/v2/received-text-messages", &query, now).await?;
        read::received(&answer).map_err(|error| Failure::technical(error.to_string()))
    }

    async fn asked(&self, path: &str, query: &str, now: Timestamp) -> Result<Vec<u8>, Failure> {
        let answer =
            self.ask("GET", path, query, None, now).await.map_err(|error| error.failure())?;
        if answer.status == 200 { Ok(answer.body) } else { Err(refusal(&answer, now)) }
    }

    async fn ask(
        &self,
        method: &'static str,
        path: &str,
        query: &str,
        body: Option<Vec<u8>>,
        now: Timestamp,
    ) -> Result<Answer, HttpError> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        let mut headers =
            vec![("authorization", format!("Bearer {}", self.settings.key.token(now)))];
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        self.http.ask(Request { method, url, headers, body }).await
    }
}

/// What a refusal means. 400 and 403 speak of the request, the key or the service, and so are for the operator;
/// but where it is the number that Notify cannot use, it is the number's.
fn refusal(answer: &Answer, now: Timestamp) -> Failure {
    let errors: Vec<(String, String)> = serde_json::from_slice::<Value>(&answer.body)
        .ok()
        .and_then(|body| {
            let errors = body.get("errors")?.as_array()?;
            let text = |error: &Value, name: &str| {
                error.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            Some(
                errors.iter().map(|error| (text(error, "error"), text(error, "message"))).collect(),
            )
        })
        .unwrap_or_default();
    let words: Vec<String> =
        errors.iter().map(|(error, message)| format!("{error}: {message}")).collect();
    let why = said(&format!("{} {}", answer.status, words.join("; ")));
    let is_of_number = answer.status == 400
        && !errors.is_empty()
        && errors.iter().all(|(error, message)| {
            error == "ValidationError" && message.starts_with("phone_number ")
        });
    match answer.status {
        429 => {
            // The limit of a minute, or that "for today", which we take to end with the day of UTC.
            let is_of_day = errors.iter().any(|(error, _)| error == "TooManyRequestsError");
            let usual = if is_of_day { rest_of_day(now) } else { Duration::from_mins(1) };
            let wait = answer.retry_after.unwrap_or(usual);
            Failure::Temporary { why, wait: Some(wait) }
        }
        400 if is_of_number => Failure::permanent(why),
        408 | 500.. => Failure::Temporary { why, wait: answer.retry_after },
        _ => Failure::technical(why),
    }
}

/// How long a day of UTC lasts yet.
fn rest_of_day(now: Timestamp) -> Duration {
    const DAY: i64 = 86_400;
    Duration::from_secs((DAY - now.as_second().rem_euclid(DAY)).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 08:00.
    fn now() -> Timestamp {
        Timestamp::from_second(1_494_576_000).unwrap()
    }

    fn of(status: u16, error: &str, message: &str) -> Failure {
        let body =
            json!({ "status_code": status, "errors": [{ "error": error, "message": message }] });
        refusal(&Answer { status, retry_after: None, body: body.to_string().into_bytes() }, now())
    }

    #[test]
    fn a_refusal_is_of_the_service_of_the_moment_or_of_the_number() {
        let team =
            of(400, "BadRequestError", "Can't send to this recipient using a team-only API key");
        assert!(matches!(team, Failure::Technical { .. }), "{team}");
        let key = of(403, "AuthError", "Invalid token: API key not found");
        assert!(matches!(key, Failure::Technical { .. }), "{key}");
        let number = of(400, "ValidationError", "phone_number Not enough digits");
        assert!(matches!(number, Failure::Permanent { .. }), "{number}");
        let template = of(400, "ValidationError", "template_id is not a valid UUID");
        assert!(matches!(template, Failure::Technical { .. }), "{template}");
        let limit = of(
            429,
            "RateLimitError",
            "Exceeded rate limit for key type live of 3000 requests per 60 seconds",
        );
        assert!(
            matches!(limit, Failure::Temporary { wait: Some(wait), .. } if wait.as_secs() == 60)
        );
        let day = of(429, "TooManyRequestsError", "Exceeded send limits (sms: 250000) for today");
        let left = 16 * 3_600;
        assert!(
            matches!(day, Failure::Temporary { wait: Some(wait), .. } if wait.as_secs() == left)
        );
        let broken = of(503, "Exception", "Internal server error");
        assert!(matches!(broken, Failure::Temporary { wait: None, .. }), "{broken}");
        let bare =
            refusal(&Answer { status: 502, retry_after: None, body: b"<html>".to_vec() }, now());
        assert!(matches!(bare, Failure::Temporary { .. }), "{bare}");
    }
}
