//! What stands in for GOV.UK Notify, which has no test environment: the part of its REST API (June 2026) that we
//! use, with its rules and its limits, on a clock that the test moves.
//!
//! As Notify does, it proves tokens (HS256, thirty seconds), knows its templates, refuses what is over the limits of a
//! minute and of a day, lets a text go through its states, calls with receipts and received texts under a bearer
//! token, five times more where that fails, keeps received texts for seven days and lists 250 a page. Numbers
//! for smoke tests are taken and forgotten. Not stood in for: mail, letters, keys of teams, sending abroad.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::Sha256;

use super::http::{Heard, Listener, Reply, ask};

/// What a service has set at Notify.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) template: String,
    /// The field of the template's text `((message))`.
    pub(crate) field: String,
    pub(crate) per_minute: usize,
    pub(crate) per_day: usize,
    /// Where to call with receipts, and the token.
    pub(crate) receipts: Option<(String, String)>,
    /// Where to call with received texts, and the token.
    pub(crate) texts: Option<(String, String)>,
    /// How long after a call that failed it is made again.
    pub(crate) retry: SignedDuration,
}

impl Service {
    /// With Notify's own limits and without callbacks.
    pub(crate) fn new() -> Self {
        Self {
            id: "26785a09-ab16-4eb0-8407-a37497a57506".to_owned(),
            secret: "3d844edf-8d35-48ac-975b-e847b4f122b0".to_owned(),
            template: "f33517ff-2a88-4f6e-b855-c550268ce08a".to_owned(),
            field: "message".to_owned(),
            per_minute: 3_000,
            per_day: 250_000,
            receipts: None,
            texts: None,
            retry: SignedDuration::from_mins(5),
        }
    }

    /// The key as its page shows it.
    pub(crate) fn key(&self) -> String {
        format!("stand-in-{}-{}", self.id, self.secret)
    }
}

/// What becomes of a text: after how long, which status.
pub(crate) type Fate = Vec<(SignedDuration, &'static str)>;

/// Taken without a receipt and not kept ("smoke testing").
const SMOKE: [&str; 3] = ["+447700900000", "+447700900111", "+447700900222"];
const PAGE: usize = 250;
/// Calls after the first that failed.
const CALLS_AGAIN: u8 = 5;

struct Text {
    id: String,
    reference: Value,
    number: String,
    content: String,
    created: Timestamp,
    fate: Fate,
    is_told: bool,
}

impl Text {
    fn status(&self, now: Timestamp) -> &'static str {
        let reached = self.fate.iter().rev().find(|(after, _)| self.created + *after <= now);
        reached.map_or("created", |(_, status)| status)
    }

    fn ended(&self) -> Option<Timestamp> {
        let (after, status) = self.fate.last()?;
        (*status != "sending" && *status != "created").then(|| self.created + *after)
    }
}

struct Received {
    id: String,
    from: String,
    content: String,
    at: Timestamp,
}

/// A call that is to be made.
struct Call {
    to: (String, String),
    body: String,
    due: Timestamp,
    made: u8,
}

struct State {
    service: Service,
    now: Timestamp,
    texts: Vec<Text>,
    received: Vec<Received>,
    fates: BTreeMap<String, Fate>,
    calls: Vec<Call>,
    asked: Vec<Timestamp>,
    count: u64,
}

/// The stand-in; it ends with this value.
pub(crate) struct StandIn {
    state: Arc<Mutex<State>>,
    listener: Listener,
}

impl StandIn {
    pub(crate) async fn start(service: Service, now: Timestamp) -> Self {
        let state = Arc::new(Mutex::new(State {
            service,
            now,
            texts: Vec::new(),
            received: Vec::new(),
            fates: BTreeMap::new(),
            calls: Vec::new(),
            asked: Vec::new(),
            count: 0,
        }));
        let own = Arc::clone(&state);
        let listener = Listener::start(move |request| {
            let answer = own.lock().unwrap().answer(&request);
            async move { answer.unwrap_or_else(|refused| refused) }
        });
        Self { listener: listener.await, state }
    }

    pub(crate) fn base(&self) -> String {
        self.listener.url("")
    }

    /// Sets where it calls with receipts and with texts, and the token.
    pub(crate) fn call(&self, receipts: String, texts: String, token: &str) {
        let service = &mut self.state.lock().unwrap().service;
        service.receipts = Some((receipts, token.to_owned()));
        service.texts = Some((texts, token.to_owned()));
    }

    /// How many texts it has taken.
    pub(crate) fn taken(&self) -> usize {
        self.state.lock().unwrap().texts.len()
    }

    /// Decides what becomes of texts to a number from now on; else they are delivered after five seconds.
    pub(crate) fn decide(&self, number: &str, fate: Fate) {
        self.state.lock().unwrap().fates.insert(number.to_owned(), fate);
    }

    /// What was sent to a number, the earliest first.
    pub(crate) fn sent_to(&self, number: &str) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let texts = state.texts.iter().filter(|text| text.number == number);
        texts.map(|text| text.content.clone()).collect()
    }

    /// Somebody writes to the service.
    pub(crate) fn receive(&self, from: &str, content: &str) {
        let mut state = self.state.lock().unwrap();
        let id = state.id();
        let at = state.now;
        let body = json!({
            "id": id, "source_number": from.trim_start_matches('+'), "destination_number": "447537400000",
            "message": content, "date_received": at.to_string(),
        });
        if let Some(to) = state.service.texts.clone() {
            state.calls.push(Call { to, body: body.to_string(), due: at, made: 0 });
        }
        state.received.push(Received {
            id,
            from: from.to_owned(),
            content: content.to_owned(),
            at,
        });
    }

    /// Moves the clock and makes the calls that are due by then, the earliest first.
    pub(crate) async fn advance(&self, by: SignedDuration) {
        let until = self.state.lock().unwrap().now + by;
        loop {
            let call = self.state.lock().unwrap().next_call(until);
            let Some(mut call) = call else { break };
            let (url, token) = &call.to;
            let bearer = format!("Bearer {token}");
            let headers =
                [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
            let answer = ask("POST", url, &headers, call.body.as_bytes()).await;
            let is_taken = answer.is_some_and(|answer| (200..300).contains(&answer.status()));
            if !is_taken && call.made < CALLS_AGAIN {
                let mut state = self.state.lock().unwrap();
                call.made += 1;
                call.due = state.now + state.service.retry;
                state.calls.push(call);
            }
        }
        self.state.lock().unwrap().now = until;
    }
}

impl State {
    fn id(&mut self) -> String {
        self.count += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.count)
    }

    /// The earliest call until an instant; the clock moves to it.
    fn next_call(&mut self, until: Timestamp) -> Option<Call> {
        if let Some(to) = self.service.receipts.clone() {
            for text in self.texts.iter_mut().filter(|text| !text.is_told) {
                let Some(due) = text.ended().filter(|ended| *ended <= until) else { continue };
                text.is_told = true;
                let body = json!({
                    "id": text.id, "reference": text.reference, "to": text.number, "status": text.status(due),
                    "created_at": text.created.to_string(), "completed_at": due.to_string(),
                    "sent_at": text.created.to_string(), "notification_type": "sms",
                    "template_id": self.service.template, "template_version": 1,
                });
                self.calls.push(Call { to: to.clone(), body: body.to_string(), due, made: 0 });
            }
        }
        let due = self.calls.iter().enumerate().filter(|(_, call)| call.due <= until);
        let (place, _) = due.min_by_key(|(_, call)| call.due)?;
        let call = self.calls.remove(place);
        self.now = self.now.max(call.due);
        Some(call)
    }

    fn answer(&mut self, request: &Heard) -> Result<Reply, Reply> {
        self.prove(request)?;
        match (request.method(), request.path()) {
            ("POST", "/v2/notifications/sms") => self.send(request),
            ("GET", "/v2/notifications") => Ok(self.list(request)),
            ("GET", "/v2/received-text-messages") => Ok(self.list_received(request)),
            _ => Err(refused(404, "NotFoundError", "Not found")),
        }
    }

    /// Whether the token is the service's and of this half minute.
    fn prove(&self, request: &Heard) -> Result<(), Reply> {
        let header = request.header("authorization").unwrap_or_default();
        let Some(token) = header.strip_prefix("Bearer ") else {
            let missing = "Unauthorized: authentication token must be provided";
            return Err(refused(401, "AuthError", missing));
        };
        let invalid = || refused(403, "AuthError", "Invalid token: API key not found");
        let (signed, code) = token.rsplit_once('.').ok_or_else(invalid)?;
        let (head, claims) = signed.split_once('.').ok_or_else(invalid)?;
        let parsed = |part: &str| -> Option<Value> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        let (head, claims) =
            (parsed(head).ok_or_else(invalid)?, parsed(claims).ok_or_else(invalid)?);
        let mut mac = Hmac::<Sha256>::new_from_slice(self.service.secret.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        let code = URL_SAFE_NO_PAD.decode(code).map_err(|_| invalid())?;
        let is_signed = mac.verify_slice(&code).is_ok();
        if head["alg"] != "HS256" || claims["iss"] != self.service.id.as_str() || !is_signed {
            return Err(invalid());
        }
        let age = claims["iat"].as_i64().ok_or_else(invalid)? - self.now.as_second();
        if age.abs() > 30 {
            let clock = "Error: Your system clock must be accurate to within 30 seconds";
            return Err(refused(403, "AuthError", clock));
        }
        Ok(())
    }

    fn send(&mut self, request: &Heard) -> Result<Reply, Reply> {
        let wrong = |message: &str| refused(400, "ValidationError", message);
        let bad = |message: String| refused(400, "BadRequestError", &message);
        let body: Value = serde_json::from_slice(&request.body)
            .map_err(|_| wrong("Invalid JSON supplied in POST data"))?;
        // A request counts whatever becomes of it.
        let now = self.now;
        self.asked.retain(|at| now.duration_since(*at) < SignedDuration::from_mins(1));
        if self.asked.len() >= self.service.per_minute {
            let most = self.service.per_minute;
            let message =
                format!("Exceeded rate limit for key type live of {most} requests per 60 seconds");
            return Err(refused(429, "RateLimitError", &message));
        }
        self.asked.push(now);
        let day = |at: Timestamp| at.as_second().div_euclid(86_400);
        let today = self.texts.iter().filter(|text| day(text.created) == day(now)).count();
        if today >= self.service.per_day {
            let message = format!("Exceeded send limits (sms: {}) for today", self.service.per_day);
            return Err(refused(429, "TooManyRequestsError", &message));
        }
        let number = body["phone_number"]
            .as_str()
            .ok_or_else(|| wrong("phone_number is a required property"))?;
        let digits = number.trim_start_matches('+');
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong("phone_number can only include: 0 1 2 3 4 5 6 7 8 9 ( ) + -"));
        }
        if digits.len() < 10 {
            return Err(wrong("phone_number Not enough digits"));
        }
        if body["template_id"] != self.service.template.as_str() {
            return Err(bad("Template not found".to_owned()));
        }
        let content = body["personalisation"][&self.service.field]
            .as_str()
            .ok_or_else(|| bad(format!("Missing personalisation: {}", self.service.field)))?;
        if content.chars().count() > 918 {
            return Err(bad(
                "Content for template has a character count greater than the limit of 918"
                    .to_owned(),
            ));
        }
        let id = self.id();
        let reference = body["reference"].clone();
        let said = json!({
            "id": id, "reference": reference, "content": { "body": content, "from_number": "GOVUK" },
            "uri": format!("/v2/notifications/{id}"),
            "template": { "id": self.service.template, "version": 1, "uri": "/v2/template" },
        });
        if !SMOKE.contains(&number) {
            let usual = || {
                vec![
                    (SignedDuration::from_secs(1), "sending"),
                    (SignedDuration::from_secs(5), "delivered"),
                ]
            };
            let fate = self.fates.get(number).cloned().unwrap_or_else(usual);
            let (number, content) = (number.to_owned(), content.to_owned());
            self.texts.push(Text {
                id,
                reference,
                number,
                content,
                created: now,
                fate,
                is_told: false,
            });
        }
        Ok(Reply::new(201, said.to_string()))
    }

    fn list(&self, request: &Heard) -> Reply {
        let wanted = argument(request, "reference");
        let all = self.texts.iter().rev().filter(|text| {
            wanted.as_ref().is_none_or(|wanted| text.reference.as_str() == Some(wanted))
        });
        let items = all.map(|text| {
            let value = json!({
                "id": text.id, "reference": text.reference, "phone_number": text.number, "type": "sms",
                "status": text.status(self.now), "body": text.content, "created_at": text.created.to_string(),
            });
            (text.id.clone(), value)
        });
        page(
            "notifications",
            "/v2/notifications",
            &items.collect::<Vec<_>>(),
            argument(request, "older_than"),
        )
    }

    fn list_received(&mut self, request: &Heard) -> Reply {
        let oldest = self.now - SignedDuration::from_hours(7 * 24);
        self.received.retain(|text| text.at > oldest);
        let items = self.received.iter().rev().map(|text| {
            let value = json!({
                "id": text.id, "created_at": text.at.to_string(), "service_id": self.service.id,
                "notify_number": "447537400000", "user_number": text.from.trim_start_matches('+'),
                "content": text.content,
            });
            (text.id.clone(), value)
        });
        let path = "/v2/received-text-messages";
        page(
            "received_text_messages",
            path,
            &items.collect::<Vec<_>>(),
            argument(request, "older_than"),
        )
    }
}

/// What comes after an item of a list, as many as a page holds.
fn page(name: &str, path: &str, all: &[(String, Value)], older_than: Option<String>) -> Reply {
    let start = older_than
        .map_or(0, |id| all.iter().position(|(own, _)| *own == id).map_or(all.len(), |at| at + 1));
    let items: Vec<&(String, Value)> = all.iter().skip(start).take(PAGE).collect();
    let mut links = json!({ "current": path });
    if let Some((last, _)) = items.last() {
        links["next"] = json!(format!("{path}?older_than={last}"));
    }
    let values: Vec<&Value> = items.iter().map(|(_, value)| value).collect();
    Reply::new(200, json!({ name: values, "links": links }).to_string())
}

/// An argument of the query; ours are plain.
fn argument(request: &Heard, name: &str) -> Option<String> {
    let pairs = request.query().split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(own, _)| *own == name).map(|(_, value)| value.to_owned())
}

fn refused(status: u16, error: &str, message: &str) -> Reply {
    let body = json!({ "status_code": status, "errors": [{ "error": error, "message": message }] });
    Reply::new(status, body.to_string()).with("content-type", "application/json")
}
