//! Classes of systems that were judged before, kept so that a question costs only what is new.
//!
//! Everything here can be made again; what cannot be read, or is of other knowledge or of another
//! day, is judged anew. One row for today and one for the last other day that was asked about.

use exposure::index::{JudgedClasses, Judging, KnownClasses};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::Change;

use super::knowledge::Adopted;
use super::segments::Bytes;
use crate::context::Context;
use crate::error::Error;

/// The space of what is kept of judgements.
pub(super) const SPACE: &str = "judged";

/// What was judged before of the same knowledge, as at the same day.
pub(super) async fn kept(
    context: &Context,
    judging: &Judging<'_, '_, Bytes>,
    knowledge: &Adopted,
    as_at: Date,
) -> Result<KnownClasses, Error> {
    let row = context.store.projected(SPACE, key(context, as_at)).await?;
    let hash = knowledge.blob.to_string();
    let known = row.and_then(|row| judging.load(&row.value, hash.as_bytes()).ok());
    Ok(known.unwrap_or_default())
}

/// Keeps what was judged now beside what was known before, where there is anything new and the record
/// may be added to.
pub(super) async fn keep(
    context: &Context,
    judging: &Judging<'_, '_, Bytes>,
    knowledge: &Adopted,
    as_at: Date,
    (mut known, judged): (KnownClasses, &[JudgedClasses]),
) -> Result<(), Error> {
    if !judging.has_new(&known) || !context.store.may_write() {
        return Ok(());
    }
    known.add(judging, judged);
    let bytes = judging.save(&known, knowledge.blob.to_string().as_bytes());
    let before = context.store.projection_as_of(SPACE).await?;
    let change = Change::Put(key(context, as_at).to_owned(), bytes);
    match context.store.project(SPACE, (before, before), vec![change]).await {
        // Another process keeps its own: then what is not in it is judged again.
        Ok(()) | Err(store::Error::ProjectionMoved { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn key(context: &Context, as_at: Date) -> &'static str {
    if as_at == context.now.to_zoned(TimeZone::UTC).date() { "today" } else { "another day" }
}
