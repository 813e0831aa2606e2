//! Requests that are done once, however often they are sent: the sender chooses a key, and who sends it
//! again is given the first answer (draft-ietf-httpapi-idempotency-key-header).
//!
//! Only what succeeded is kept. What failed changed nothing, so it may be tried again with its key.

use jiff::SignedDuration;
pub use store::RequestKey;
use store::{Begun, Doing};

use crate::access::SignedIn;
use crate::context::Context;
use crate::error::Error;

/// So long is an answer kept.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(24);
/// After this time a request that another server began, and has not answered, was left.
const LEFT: SignedDuration = SignedDuration::from_mins(5);
/// Most characters of a key.
const MOST_CHARACTERS: usize = 255;

/// A key that a sender chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnceKey(String);

/// What comes first when a request is sent with a key.
#[derive(Debug, PartialEq, Eq)]
pub enum First {
    /// Nobody has sent it: it is now begun, and ends by [`answered`] or [`given_up`].
    Begun(RequestKey),
    /// It was done: status and body of the answer.
    Answered(u16, Vec<u8>),
    /// It is being done.
    UnderWay,
    /// The key was used for something else.
    Other,
}

impl OnceKey {
    /// The key of a header: 1 to 255 visible characters, in quotes or without.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
        let sound = bare.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\');
        (sound && (1..=MOST_CHARACTERS).contains(&bare.len())).then(|| Self(bare.to_owned()))
    }
}

/// Begins a request of a caller at a door, or says what became of it before. `digest` is of everything
/// that was sent and decides what is done.
pub async fn begin(
    context: &Context,
    visitor: &SignedIn,
    (door, key): (&str, &OnceKey),
    digest: &[u8; 32],
) -> Result<First, Error> {
    let (store, now) = (&context.store, context.now);
    store.sweep_requests(now.saturating_sub(MEMORY).unwrap_or(now)).await?;
    let key = RequestKey {
        account: visitor.person.id.clone(),
        door: door.to_owned(),
        key: key.0.clone(),
    };
    if store.begin_request(&key, digest, now).await? {
        return Ok(First::Begun(key));
    }
    // Given up between both looks: who sent it again at that very moment sends it once more.
    let Some(begun) = store.request(&key).await? else { return Ok(First::UnderWay) };
    if begun.digest != digest {
        return Ok(First::Other);
    }
    if let Some((status, body)) = begun.answer {
        return Ok(First::Answered(status, body));
    }
    if is_left(&begun, now) && store.take_request_over(&key, &begun, now).await? {
        return Ok(First::Begun(key));
    }
    Ok(First::UnderWay)
}

fn is_left(begun: &Begun, now: jiff::Timestamp) -> bool {
    match begun.doing {
        Doing::Here => false,
        Doing::Elsewhere => now.duration_since(begun.at) > LEFT,
        Doing::Nobody => true,
    }
}

/// Keeps the answer.
pub async fn answered(
    context: &Context,
    key: &RequestKey,
    answer: (u16, &[u8]),
) -> Result<(), Error> {
    Ok(context.store.answer_request(key, answer).await?)
}

/// It came to nothing.
pub async fn given_up(context: &Context, key: &RequestKey) -> Result<(), Error> {
    Ok(context.store.forget_request(key).await?)
}

#[cfg(test)]
mod tests {
    use super::OnceKey;

    #[test]
    fn a_key_is_visible_characters_in_quotes_or_without() {
        let key = OnceKey::read("8e03978e-40d5").unwrap();
        assert_eq!(OnceKey::read("\"8e03978e-40d5\""), Some(key));
        for bad in ["", "\"\"", "a b", "ä", "\"", "a\"b", "a\\b", &"x".repeat(256)] {
            assert_eq!(OnceKey::read(bad), None, "{bad}");
        }
    }
}
