//! Events for tests; what they say is invented.

use jiff::Timestamp;
use model::event::{Marking, NewEvent};

/// An event of one kind about one subject.
pub(crate) fn event(kind: &str, subject: &str) -> NewEvent {
    NewEvent {
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        organisation: None,
        actor: "a.sample".to_owned(),
        on_behalf_of: None,
        authority: None,
        reason: None,
        as_at: instant("2017-05-12T08:00:00Z"),
        caused_by: None,
        corrects: None,
        marking: Marking::Amber,
        body: "{}".to_owned(),
        personal: None,
    }
}

/// An event that can be told from all others by its subject.
pub(crate) fn named(name: impl std::fmt::Display) -> NewEvent {
    event("test.said", &format!("test/{name}"))
}

/// An instant, as RFC 3339 writes it.
pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}
