//! Rooms and people of Matrix, by the client-server API (specification v1.11): a few plain calls.
//!
//! Messages are not encrypted between ends: use rooms on a server of one's own. What is typed in a room is read by
//! [`Matrix::listen`].

mod read;

pub use read::{Heard, heard};

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;

use crate::address::{Address, MatrixPlace, RoomId, UserId};
use crate::carrier::{SettingsError, wrong_address};
use crate::form::encode;
use crate::http::{Answer, Http, LONGEST_WAIT, Reach, Request};
use crate::message::Message;
use crate::outcome::{Accepted, Failure, said};
use crate::secret::Secret;
use crate::words;

/// What the operator sets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The homeserver (`https://matrix.ward.example`).
    pub homeserver: String,
    /// Who we are there.
    pub user: UserId,
    /// The token of our account.
    pub token: Secret,
    /// How long an answer may take.
    pub timeout: Duration,
}

impl Settings {
    /// With thirty seconds.
    pub fn new(homeserver: impl Into<String>, user: UserId, token: Secret) -> Self {
        Self { homeserver: homeserver.into(), user, token, timeout: Duration::from_secs(30) }
    }
}

/// An account at a homeserver.
#[derive(Clone)]
pub struct Matrix {
    http: Http,
    base: Url,
    settings: Settings,
    /// Rooms with one person, as far as they were asked for.
    direct: Arc<Mutex<BTreeMap<String, RoomId>>>,
}

impl Matrix {
    /// Prepares; nothing is connected yet.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let wrong = |problem: String| SettingsError::new("matrix", problem);
        let base = Url::parse(&settings.homeserver)
            .ok()
            .filter(|base| matches!(base.scheme(), "http" | "https") && base.query().is_none())
            .ok_or_else(|| wrong("`homeserver` is no address of the web".to_owned()))?;
        let http =
            Http::new(Reach::Set, settings.timeout).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { http, base, settings, direct: Arc::default() })
    }

    /// Sends. The server takes the same try once only, whenever it is sent again by the same token. A room that
    /// we are invited to is entered.
    pub async fn send(&self, message: &Message) -> Result<Accepted, Failure> {
        let Address::Matrix(place) = &message.to else {
            return Err(wrong_address("matrix", message));
        };
        let room = match place {
            MatrixPlace::Room(room) => room.clone(),
            MatrixPlace::User(user) => self.room_with(user).await?,
        };
        // `m.text`, not `m.notice`: notices make no telephone ring.
        let content = json!({ "msgtype": "m.text", "body": words::chat(message) });
        let handle = message.handle();
        let path = ["rooms", room.as_str(), "send", "m.room.message", &handle];
        let first = self.ask("PUT", &path, "", Some(&content)).await?;
        let answer = if is_forbidden(&first) && self.join(&room).await? {
            self.ask("PUT", &path, "", Some(&content)).await?
        } else {
            first
        };
        let said = value(&answer)?;
        let id = said.get("event_id").and_then(Value::as_str).map(ToOwned::to_owned);
        Ok(Accepted { carrier_id: id })
    }

    /// What was written in our rooms since a position (`None`: where we begin, without what was before). It does
    /// not wait for news.
    pub async fn listen(&self, since: Option<&str>) -> Result<Heard, Failure> {
        const FILTER: &str = r#"{"presence":{"types":[]},"account_data":{"types":[]},"room":{"state":{"types":[]},"ephemeral":{"types":[]},"account_data":{"types":[]},"timeline":{"limit":100,"types":["m.room.message","m.room.encrypted"]}}}"#;
        let mut pairs = vec![("filter", FILTER), ("timeout", "0")];
        pairs.extend(since.map(|since| ("since", since)));
        let answer = self.ask("GET", &["sync"], &encode(&pairs), None).await?;
        value(&answer)?;
        let mut heard = read::heard(&answer.body, &self.settings.user)
            .map_err(|error| Failure::technical(error.to_string()))?;
        if since.is_none() {
            heard.messages.clear();
        }
        Ok(heard)
    }

    /// Enters a room that we are invited to; whether that worked.
    async fn join(&self, room: &RoomId) -> Result<bool, Failure> {
        let path = ["rooms", room.as_str(), "join"];
        Ok(self.ask("POST", &path, "", Some(&json!({}))).await?.status == 200)
    }

    /// The room with one person: the one that our account remembers (`m.direct`), else a new one.
    async fn room_with(&self, user: &UserId) -> Result<RoomId, Failure> {
        // One at a time, so that nobody is invited twice.
        let mut known = self.direct.lock().await;
        if let Some(room) = known.get(user.as_str()) {
            return Ok(room.clone());
        }
        let path = ["user", self.settings.user.as_str(), "account_data", "m.direct"];
        let answer = self.ask("GET", &path, "", None).await?;
        let mut direct = if answer.status == 404 { json!({}) } else { value(&answer)? };
        let found = direct.get(user.as_str()).and_then(|rooms| {
            rooms
                .as_array()?
                .iter()
                .filter_map(Value::as_str)
                .find_map(|room| room.parse::<RoomId>().ok())
        });
        if let Some(room) = found {
            known.insert(user.as_str().to_owned(), room.clone());
            return Ok(room);
        }
        let room = self.make_room_with(user).await?;
        // Known from here on, whether or not the server remembers it: nobody is invited twice.
        known.insert(user.as_str().to_owned(), room.clone());
        if let Some(object) = direct.as_object_mut() {
            object.insert(user.as_str().to_owned(), json!([room.as_str()]));
        }
        value(&self.ask("PUT", &path, "", Some(&direct)).await?)?;
        Ok(room)
    }

    async fn make_room_with(&self, user: &UserId) -> Result<RoomId, Failure> {
        let wish = json!({
            "is_direct": true,
            "preset": "trusted_private_chat",
            "invite": [user.as_str()],
        });
        let made = value(&self.ask("POST", &["createRoom"], "", Some(&wish)).await?)?;
        made.get("room_id")
            .and_then(|room| room.as_str()?.parse().ok())
            .ok_or_else(|| Failure::technical("the server made a room without a name"))
    }

    async fn ask(
        &self,
        method: &'static str,
        path: &[&str],
        query: &str,
        content: Option<&Value>,
    ) -> Result<Answer, Failure> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["_matrix", "client", "v3"]).extend(path);
        }
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        let mut headers =
            vec![("authorization", format!("Bearer {}", self.settings.token.reveal()))];
        if content.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let body = content.map(|content| content.to_string().into_bytes());
        let request = Request { method, url, headers, body };
        self.http.ask(request).await.map_err(|error| error.failure())
    }
}

impl fmt::Debug for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matrix").field("settings", &self.settings).finish_non_exhaustive()
    }
}

fn is_forbidden(answer: &Answer) -> bool {
    let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
    said.is_some_and(|said| said.get("errcode").is_some_and(|code| code == "M_FORBIDDEN"))
}

/// The answer as JSON, or what its refusal means (specification, "Standard error response").
fn value(answer: &Answer) -> Result<Value, Failure> {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let field = |name: &str| body.as_ref().and_then(|body| body.get(name));
    let text = |name: &str| field(name).and_then(Value::as_str).unwrap_or_default();
    if answer.status == 200 {
        return body.ok_or_else(|| Failure::technical("the server's answer is no JSON"));
    }
    let code = text("errcode");
    let why = said(&format!("{} {code} {}", answer.status, text("error")));
    let millis = field("retry_after_ms")
        .and_then(Value::as_u64)
        .map(|millis| Duration::from_millis(millis).min(LONGEST_WAIT));
    match (code, answer.status) {
        ("M_LIMIT_EXCEEDED", _) | (_, 408 | 429 | 500..) => {
            Err(Failure::Temporary { why, wait: answer.retry_after.max(millis) })
        }
        ("M_FORBIDDEN" | "M_NOT_FOUND", _) => Err(Failure::permanent(why)),
        // The token is not good any more, and whatever else is ours.
        _ => Err(Failure::technical(why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_taken_by_its_code() {
        let of = |status, body: &str| {
            value(&Answer { status, retry_after: None, body: body.as_bytes().to_vec() })
                .unwrap_err()
        };
        let limit =
            of(429, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"slow","retry_after_ms":1500}"#);
        let wait = Some(Duration::from_millis(1500));
        assert!(matches!(limit, Failure::Temporary { wait: w, .. } if w == wait));
        assert!(matches!(of(403, r#"{"errcode":"M_FORBIDDEN"}"#), Failure::Permanent { .. }));
        assert!(matches!(of(401, r#"{"errcode":"M_UNKNOWN_TOKEN"}"#), Failure::Technical { .. }));
        assert!(matches!(of(502, "<html>"), Failure::Temporary { .. }));
        assert!(matches!(of(200, "<html>"), Failure::Technical { .. }));
    }
}
