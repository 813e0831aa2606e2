//! From an event as given to an event as recorded: everything that needs no database.

use jiff::Timestamp;
use model::event::{Event, EventId, NewEvent};
use record::Hash;
use record::leaf::{self, PersonalHash, Salt};
use sha2::{Digest as _, Sha256};

use crate::error::cause;
use crate::{Error, key};

/// An event that is ready to be inserted.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) event: Event,
    pub(crate) salt: Option<Salt>,
    pub(crate) personal_hash: Option<PersonalHash>,
    pub(crate) leaf_hash: Hash,
}

/// Brings events into the spelling in which they are kept, or says which cannot be kept.
pub(crate) fn accept(events: Vec<NewEvent>) -> Result<Vec<NewEvent>, Error> {
    events.into_iter().enumerate().map(|(position, event)| accept_one(position, event)).collect()
}

fn accept_one(position: usize, event: NewEvent) -> Result<NewEvent, Error> {
    let refused = |reason: String| Err(Error::EventRefused { position, reason });
    let said = [
        ("kind", Some(&event.kind)),
        ("subject", Some(&event.subject)),
        ("actor", Some(&event.actor)),
        ("on_behalf_of", event.on_behalf_of.as_ref()),
        ("authority", event.authority.as_ref()),
        ("reason", event.reason.as_ref()),
    ];
    for (name, text) in said {
        let Some(text) = text else { continue };
        if text.is_empty() {
            return refused(format!("its {name} is empty"));
        }
        // PostgreSQL cannot keep it, so no database of ours shall.
        if text.contains('\0') {
            return refused(format!("its {name} holds a NUL character"));
        }
    }
    leaf::settle(event).map_err(|error| Error::EventRefused { position, reason: words(&error) })
}

/// What tells an append from another: everything but what is personal, of which no hash without a
/// salt may be kept.
pub(crate) fn digest(events: &[NewEvent]) -> Result<[u8; 32], Error> {
    let mut digest = Sha256::new();
    for (position, event) in events.iter().enumerate() {
        let nowhere = Event {
            number: 0,
            id: id(Timestamp::UNIX_EPOCH, [0; 10])?,
            as_known: Timestamp::UNIX_EPOCH,
            event: NewEvent { personal: None, ..event.clone() },
            has_personal: false,
        };
        let leaf = leaf::encode(&nowhere, None)
            .map_err(|error| Error::EventRefused { position, reason: words(&error) })?;
        digest.update(leaf.hash().as_bytes());
        digest.update([u8::from(event.personal.is_some())]);
    }
    Ok(digest.finalize().into())
}

/// Gives accepted events their numbers, identities, salts and hashes.
pub(crate) fn prepare(
    events: Vec<NewEvent>,
    first: u64,
    as_known: Timestamp,
) -> Result<Vec<Prepared>, Error> {
    let numbered = (first..).zip(events).enumerate();
    numbered
        .map(|(position, (number, event))| {
            let refused =
                |error: leaf::LeafError| Error::EventRefused { position, reason: words(&error) };
            let mut random = [0; 10];
            key::fill(&mut random)?;
            let (salt, personal_hash) = match &event.personal {
                None => (None, None),
                Some(personal) => {
                    let salt = salt()?;
                    let hash = PersonalHash::of(personal, &salt).map_err(refused)?;
                    (Some(salt), Some(hash))
                }
            };
            let id = id(as_known, random)?;
            let has_personal = personal_hash.is_some();
            let event = Event { number, id, as_known, event, has_personal };
            let leaf_hash = leaf::encode(&event, personal_hash).map_err(refused)?.hash();
            Ok(Prepared { event, salt, personal_hash, leaf_hash })
        })
        .collect()
}

fn salt() -> Result<Salt, Error> {
    let mut bytes = vec![0; 32];
    key::fill(&mut bytes)?;
    Salt::new(bytes).map_err(|source| Error::Database { doing: "salting", source: cause(source) })
}

/// A UUID of version 7: in the order of time, unguessable in its other half.
fn id(now: Timestamp, random: [u8; 10]) -> Result<EventId, Error> {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    let text = uuid.hyphenated().to_string();
    text.parse().map_err(|error: model::event::EventIdError| Error::Database {
        doing: "naming an event",
        source: cause(error),
    })
}

/// An error with its causes in one line.
fn words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
