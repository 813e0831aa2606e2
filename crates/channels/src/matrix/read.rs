//! What was written in rooms, as `GET /sync` tells it. Takes any bytes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::address::{RoomId, UserId};
use crate::receipt::{Inbound, Party, Unreadable};

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// What others wrote, the earliest first in each room.
    pub messages: Vec<Inbound>,
    /// Where to listen from next time.
    pub next: String,
    /// How many messages could not be read: encrypted, or not text.
    pub unreadable: usize,
    /// Rooms in which more was written than was told.
    pub gaps: Vec<RoomId>,
}

/// Reads an answer of `/sync`, without what we wrote ourselves.
pub fn heard(body: &[u8], own: &UserId) -> Result<Heard, Unreadable> {
    let sync: Sync = serde_json::from_slice(body)
        .map_err(|error| Unreadable::shape("an answer of Matrix to `sync`", error))?;
    let mut heard =
        Heard { messages: Vec::new(), next: sync.next_batch, unreadable: 0, gaps: Vec::new() };
    for (room, joined) in sync.rooms.join {
        let Ok(room) = room.parse::<RoomId>() else { continue };
        if joined.timeline.limited {
            heard.gaps.push(room.clone());
        }
        for event in joined.timeline.events {
            if event.sender == own.as_str() {
                continue;
            }
            match event.inbound(&room) {
                Some(message) => heard.messages.push(message),
                None if event.kind.starts_with("m.room.") => heard.unreadable += 1,
                None => {}
            }
        }
    }
    Ok(heard)
}

#[derive(Deserialize)]
struct Sync {
    next_batch: String,
    #[serde(default)]
    rooms: Rooms,
}

#[derive(Default, Deserialize)]
struct Rooms {
    #[serde(default)]
    join: BTreeMap<String, Joined>,
}

#[derive(Deserialize)]
struct Joined {
    #[serde(default)]
    timeline: Timeline,
}

#[derive(Default, Deserialize)]
struct Timeline {
    #[serde(default)]
    events: Vec<Event>,
    #[serde(default)]
    limited: bool,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "event_id")]
    id: String,
    sender: String,
    origin_server_ts: Option<i64>,
    #[serde(default)]
    content: serde_json::Map<String, serde_json::Value>,
}

impl Event {
    /// The event as a message, where it is text that anybody can read.
    fn inbound(&self, room: &RoomId) -> Option<Inbound> {
        let field = |name: &str| self.content.get(name)?.as_str();
        if self.kind != "m.room.message" || field("msgtype") != Some("m.text") {
            return None;
        }
        Some(Inbound {
            from: Party::User(self.sender.parse().ok()?),
            to: Party::Room(room.clone()),
            text: field("body")?.to_owned(),
            carrier_id: Some(self.id.clone()),
            received: self.origin_server_ts.and_then(|at| Timestamp::from_millisecond(at).ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SYNC: &str = r#"{"next_batch":"s2","rooms":{"join":{"!a:chat.example":{"timeline":{"limited":true,"events":[
        {"type":"m.room.message","event_id":"$1","sender":"@lead:chat.example","origin_server_ts":1494576000000,
         "content":{"msgtype":"m.text","body":"ack A17M 4F"}},
        {"type":"m.room.message","event_id":"$2","sender":"@ward:chat.example","content":{"msgtype":"m.text","body":"x"}},
        {"type":"m.room.encrypted","event_id":"$3","sender":"@lead:chat.example","content":{"algorithm":"m.megolm"}},
        {"type":"m.room.message","event_id":"$4","sender":"@lead:chat.example","content":{}},
        {"type":"m.reaction","event_id":"$5","sender":"@lead:chat.example","content":{}}]}}}}}"#;

    fn own() -> UserId {
        "@ward:chat.example".parse().unwrap()
    }

    #[test]
    fn what_others_wrote_is_heard_and_what_cannot_be_read_is_counted() {
        let heard = heard(SYNC.as_bytes(), &own()).unwrap();
        assert_eq!((heard.next.as_str(), heard.unreadable, heard.gaps.len()), ("s2", 2, 1));
        let [message] = heard.messages.as_slice() else { panic!("{heard:?}") };
        assert_eq!(message.text, "ack A17M 4F");
        assert_eq!(message.from, Party::User("@lead:chat.example".parse().unwrap()));
        assert_eq!(message.received, Timestamp::from_second(1_494_576_000).ok());
        assert_eq!(super::heard(br#"{"next_batch":"s3"}"#, &own()).unwrap().messages, []);
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            drop(heard(&bytes, &own()));
        }

        #[test]
        fn a_damaged_answer_comes_back(at in 0_usize..900, len in 0_usize..30, with in "[ -~]{0,6}") {
            let mut bytes = SYNC.as_bytes().to_vec();
            let at = at.min(bytes.len());
            let end = (at + len).min(bytes.len());
            bytes.splice(at..end, with.bytes());
            drop(heard(&bytes, &own()));
        }
    }
}
