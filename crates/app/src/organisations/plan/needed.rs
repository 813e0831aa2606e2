//! From which day on a code must be known, because something stands below it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::organisation::{Listing, OrganisationCode};

/// For each code above others the earliest day on which one of the rows stands below it.
pub(super) fn needed_from(rows: &[&Listing], as_at: Date) -> BTreeMap<OrganisationCode, Date> {
    let by_code: BTreeMap<_, _> = rows.iter().map(|row| (&row.code, *row)).collect();
    let mut needed: BTreeMap<OrganisationCode, Date> = BTreeMap::new();
    for row in rows {
        let mut from = row.opened.or(needed.get(&row.code).copied()).unwrap_or(as_at);
        let mut at = *row;
        while let Some(parent) = &at.parent {
            from = at.parent_since.map_or(from, |since| since.max(from));
            // Each step makes a day earlier, so rows in a circle come to an end.
            match needed.get_mut(parent) {
                Some(day) if *day <= from => break,
                Some(day) => *day = from,
                None => drop(needed.insert(parent.clone(), from)),
            }
            let Some(above) = by_code.get(parent) else { break };
            from = above.opened.map_or(from, |opened| opened.max(from));
            at = above;
        }
    }
    needed
}
