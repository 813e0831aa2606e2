//! One organisation's readiness, and that of all whom the caller may see.

use std::cmp::Reverse;

use model::organisation::{OrganisationCode, OrganisationKind};
use response::readiness::{Facts, Readiness, readiness};

use super::gather::{asked, beside, contacts};
use crate::alerts::{self, AlertsError, Books};
use crate::context::{Caller, Context};
use crate::exposure::desk::{Desk, EstateRow, Moment, Seen};

/// An organisation's readiness.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its code.
    pub code: OrganisationCode,
    /// Its name, or its code where no name is known.
    pub name: String,
    /// Its kind, where it is registered.
    pub kind: Option<OrganisationKind>,
    /// Its region, where one is above it.
    pub region: Option<OrganisationCode>,
    /// How many hosts it has; `None`: nobody knows.
    pub hosts: Option<u64>,
    /// How ready it has shown itself to be.
    pub readiness: Readiness,
}

/// An organisation's readiness as at a moment; [`Error::NoOrganisation`](crate::Error::NoOrganisation) if it is not
/// there or not the caller's. Alerts that the caller may not read are not in it.
pub async fn own(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    code: &OrganisationCode,
    moment: Moment,
) -> Result<Seen<Line>, AlertsError> {
    desk.expected(context, caller, code, moment).await?;
    let (at, heard) = alerts::heard(context, caller, books, Some(code), moment).await?;
    let (sets, mut asked) = asked(heard);
    let seen = desk.estates(context, caller, sets, Some(code.clone()), moment).await?;
    let contacts = contacts(&seen.register, code);
    let known = seen.register.get(code);
    let name = known.map_or_else(|| code.to_string(), |own| own.label().to_owned());
    // Who states that it has no hosts has no row.
    let expected = known.and_then(|own| own.expected_hosts.as_ref()).map(|own| own.count);
    let estate = response::readiness::Estate { hosts: expected, ..Default::default() };
    let none = EstateRow {
        name,
        kind: known.map(|own| own.kind),
        region: None,
        estate,
        under: Vec::new(),
    };
    Ok(seen.map(|mut rows| {
        let row = rows.remove(code).unwrap_or(none);
        let alerts = beside(asked.remove(code).unwrap_or_default(), &row.under);
        line(code.clone(), row, |estate| readiness(&Facts { estate, alerts, contacts }, at))
    }))
}

/// The readiness of every organisation that the caller may see and that has hosts, as far as anybody knows: the least
/// ready first, of equals the larger.
pub async fn sector(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    moment: Moment,
) -> Result<Seen<Vec<Line>>, AlertsError> {
    let (at, heard) = alerts::heard(context, caller, books, None, moment).await?;
    let (sets, mut asked) = asked(heard);
    let seen = desk.estates(context, caller, sets, None, moment).await?;
    let register = std::sync::Arc::clone(&seen.register);
    Ok(seen.map(|rows| {
        let lines = rows.into_iter().map(|(code, row)| {
            let alerts = beside(asked.remove(&code).unwrap_or_default(), &row.under);
            let contacts = contacts(&register, &code);
            line(code, row, |estate| readiness(&Facts { estate, alerts, contacts }, at))
        });
        let mut lines: Vec<Line> = lines.collect();
        lines.sort_by_cached_key(|line| {
            (line.readiness.rank(), Reverse(line.hosts), line.code.clone())
        });
        lines
    }))
}

fn line(
    code: OrganisationCode,
    row: EstateRow,
    make: impl FnOnce(response::readiness::Estate) -> Readiness,
) -> Line {
    Line {
        code,
        name: row.name,
        kind: row.kind,
        region: row.region,
        hosts: row.estate.hosts,
        readiness: make(row.estate),
    }
}
