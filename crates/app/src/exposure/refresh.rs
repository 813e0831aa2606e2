//! Bringing up to date what questions are answered from.

use exposure::index::Index;
use jiff::tz::TimeZone;

use super::ask::{broken, judge_all};
use super::knowledge::in_use;
use super::{judged, segments};
use crate::context::Context;
use crate::error::Error;

/// Builds the segments of what has changed and judges its new classes as at today, so that questions
/// find both. For whoever adds to the record: a record that is only looked at keeps nothing, and a
/// question then builds for itself what is missing, each time. Without knowledge nothing is done.
///
/// What has not changed is not opened, but for the first time on a day: then nothing is judged yet.
pub async fn refresh(context: &Context) -> Result<(), Error> {
    let Some(knowledge) = in_use(context, None).await? else { return Ok(()) };
    let view = knowledge.view()?;
    let mut kept = segments::bring_up_to_date(context, view).await?;
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let mut index = Index::open(kept.open_fresh()?, view).map_err(broken)?;
    let known = judged::kept(context, &index.judging(today), &knowledge, today).await?;
    if known.is_empty() {
        index = Index::open(kept.open(context, &[]).await?, view).map_err(broken)?;
    }
    let judging = index.judging(today);
    let judged = judge_all(&judging, &known);
    judged::keep(context, &judging, &knowledge, today, (known, &judged)).await
}
