//! The organisations that a grant reaches, kept as a projection: folding the register of a nation
//! for each request would cost more than the request.
//!
//! A row holds for one day, as the register is one of days, and until the register is added to.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::organisation::OrganisationCode;
use serde::{Deserialize, Serialize};
use store::{Change, Filter};

use super::grant::Grant;
use super::kept as access;
use super::role::Role;
use super::scope::{Reached, around, below};
use crate::context::Context;
use crate::error::Error;
use crate::organisations::{KINDS, kept};

const SPACE: &str = "access/reach";
/// Rows of another version are made anew.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Row {
    version: u32,
    day: Date,
    own: Vec<String>,
    served: Vec<String>,
    is_support_unit: bool,
}

/// What the organisation of a grant stands for at the moment.
pub(super) async fn reached(context: &Context, grant: &Grant) -> Result<Reached, Error> {
    let Some(code) = grant.organisation() else { return Ok(Reached::default()) };
    let mut reached = by_register(context, grant.role(), code).await?;
    if reached.is_support_unit {
        let delegations = access::of_clients(context, code).await?.delegations;
        reached.served.extend(delegations.into_iter().map(|one| one.organisation));
    }
    Ok(reached)
}

async fn by_register(
    context: &Context,
    role: Role,
    code: &OrganisationCode,
) -> Result<Reached, Error> {
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let is_region = role == Role::RegionalOfficer;
    let key = format!("{}/{code}", if is_region { "below" } else { "around" });
    if let Some(row) = context.store.projected(SPACE, &key).await?
        && let Some(reached) = read(&row.value, today)
        && !has_news(context, row.as_of).await?
    {
        return Ok(reached);
    }
    // Read before the register: what is added meanwhile makes the row old, and not wrong.
    let size = context.store.size().await?;
    let register = kept::at(context, today).await?;
    let reached = if is_region { below(&register, code) } else { around(&register, code) };
    if context.store.may_write() {
        keep(context, key, &reached, (today, size)).await?;
    }
    Ok(reached)
}

/// Whether the register was added to since it had so many events of the record.
async fn has_news(context: &Context, as_of: u64) -> Result<bool, Error> {
    let kinds = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    let filter = Filter { kinds, from_number: as_of, ..Filter::default() };
    Ok(!context.store.events(&filter, 1).await?.is_empty())
}

async fn keep(
    context: &Context,
    key: String,
    reached: &Reached,
    (day, size): (Date, u64),
) -> Result<(), Error> {
    let codes = |codes: &BTreeSet<OrganisationCode>| {
        codes.iter().map(|code| code.as_str().to_owned()).collect()
    };
    let row = Row {
        version: VERSION,
        day,
        own: codes(&reached.own),
        served: codes(&reached.served),
        is_support_unit: reached.is_support_unit,
    };
    let bytes =
        serde_json::to_vec(&row).map_err(|source| Error::damaged("reach", key.clone(), source))?;
    let before = context.store.projection_as_of(SPACE).await?;
    if before > size {
        // Somebody has kept one that is newer.
        return Ok(());
    }
    match context.store.project(SPACE, (before, size), vec![Change::Put(key, bytes)]).await {
        // Somebody else keeps one at this moment: it is only a fold.
        Ok(()) | Err(store::Error::ProjectionMoved { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What a row holds, if it is of this version and day. Written by another, or damaged, it is none.
fn read(bytes: &[u8], today: Date) -> Option<Reached> {
    let row: Row = serde_json::from_slice(bytes).ok()?;
    if row.version != VERSION || row.day != today {
        return None;
    }
    let codes = |texts: &[String]| -> Option<BTreeSet<OrganisationCode>> {
        texts.iter().map(|text| text.parse().ok()).collect()
    };
    Some(Reached {
        own: codes(&row.own)?,
        served: codes(&row.served)?,
        is_support_unit: row.is_support_unit,
    })
}
