//! Which knowledge the record answers from, and since when.

use exposure::knowledge::{View, open};
use jiff::Timestamp;
use model::event::{Marking, NewEvent};
use rkyv::util::AlignedVec;
use serde::{Deserialize, Serialize};
use store::{BlobId, Filter};

use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;

/// Kind of the event by which knowledge comes into use.
pub const KIND: &str = "knowledge.adopted";

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Body {
    version: u32,
    blob: String,
    built_at: String,
}

/// Knowledge of the record.
pub struct Adopted {
    /// The bytes of the knowledge file.
    pub bytes: AlignedVec,
    /// The name of those bytes.
    pub blob: BlobId,
    /// When the record began to answer from it.
    pub since: Timestamp,
}

impl Adopted {
    /// Opens it.
    pub fn view(&self) -> Result<View<'_>, Error> {
        open(&self.bytes).map_err(|source| {
            Error::damaged("knowledge of the record", self.blob.to_string(), source)
        })
    }
}

/// The knowledge in use at an instant (`None`: now); `None` if none was adopted by then.
pub async fn in_use(
    context: &Context,
    as_known: Option<Timestamp>,
) -> Result<Option<Adopted>, Error> {
    let mut filter =
        Filter { kinds: vec![KIND.to_owned()], known_until: as_known, ..Filter::default() };
    let mut newest = None;
    loop {
        let events = context.store.events(&filter, 256).await?;
        let Some(last) = events.into_iter().last() else { break };
        filter.from_number = last.number + 1;
        newest = Some(last);
    }
    let Some(event) = newest else { return Ok(None) };
    let subject = event.event.subject.clone();
    let body: Body = serde_json::from_str(&event.event.body)
        .map_err(|source| Error::damaged("body", subject.clone(), source))?;
    let blob: BlobId = body
        .blob
        .parse()
        .map_err(|source| Error::damaged("name of the knowledge", subject, source))?;
    let content = context.store.get(blob).await?;
    let mut bytes = AlignedVec::with_capacity(content.len());
    bytes.extend_from_slice(&content);
    Ok(Some(Adopted { bytes, blob, since: event.as_known }))
}

/// Brings knowledge into use. Nothing is recorded if it is in use already.
pub async fn adopt(context: &Context, caller: &Caller, bytes: &[u8]) -> Result<Adopted, Error> {
    caller.expect(Permission::ManageKnowledge, None)?;
    let blob = BlobId::of(bytes);
    if let Some(known) = in_use(context, None).await?
        && known.blob == blob
    {
        return Ok(known);
    }
    let mut aligned = AlignedVec::with_capacity(bytes.len());
    aligned.extend_from_slice(bytes);
    let mut adopted = Adopted { bytes: aligned, blob, since: context.now };
    // Opened first: what cannot be read is not adopted.
    let built_at = Timestamp::from_microsecond(adopted.view()?.built_at_us.to_native())
        .unwrap_or(Timestamp::UNIX_EPOCH);
    context.store.put(bytes.to_vec()).await?;
    let body = Body { version: VERSION, blob: blob.to_string(), built_at: built_at.to_string() };
    let body = serde_json::to_string(&body)
        .map_err(|source| Error::damaged("body", "knowledge", source))?;
    let event = NewEvent {
        kind: KIND.to_owned(),
        subject: format!("knowledge/{blob}"),
        organisation: None,
        actor: caller.actor.clone(),
        on_behalf_of: caller.on_behalf_of.clone(),
        authority: caller.authority.clone(),
        reason: caller.reason.clone(),
        as_at: built_at.min(context.now),
        caused_by: None,
        corrects: None,
        marking: Marking::Green,
        body,
        personal: None,
    };
    let appended = context.store.append(vec![event], context.now).await?;
    if let Some(event) = appended.events.first() {
        adopted.since = event.as_known;
    }
    Ok(adopted)
}
