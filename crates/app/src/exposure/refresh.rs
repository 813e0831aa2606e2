//! Bringing up to date what questions are answered from.

use exposure::index::Index;
use jiff::tz::TimeZone;

use super::ask::{broken, judged};
use super::knowledge::in_use;
use super::segments;
use crate::context::Context;
use crate::error::Error;

/// Builds the segments of what has changed and judges its new classes as at today, so that questions
/// find both. For whoever adds to the record: a record that is only looked at keeps nothing, and a
/// question then builds for itself what is missing, each time. Without knowledge nothing is done.
pub async fn refresh(context: &Context) -> Result<(), Error> {
    let Some(knowledge) = in_use(context, None).await? else { return Ok(()) };
    let view = knowledge.view()?;
    let current = segments::now(context, view, &[]).await?;
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let index = Index::open(current.segments, view).map_err(broken)?;
    judged(context, &index.judging(today), &knowledge, today).await.map(drop)
}
