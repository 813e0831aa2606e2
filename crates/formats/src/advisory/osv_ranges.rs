//! The events of an OSV range as intervals.
//!
//! OSV schema, "affected[].ranges[].events": events are points on the line of versions; in their
//! order, `introduced` begins and `fixed`, `last_affected` or `limit` ends being affected.

use std::cmp::Ordering;

use model::fact::{Bound, VersionRange};
use model::version::Scheme;
use serde_json::Value;

use super::json;

enum Event<'a> {
    Introduced(&'a str),
    End(Bound),
}

impl Event<'_> {
    fn version(&self) -> &str {
        match self {
            Self::Introduced(version) => version,
            Self::End(Bound::Included(version) | Bound::Excluded(version)) => version,
            Self::End(Bound::Open) => "*",
        }
    }

    /// Where versions are equal, an end that excludes it comes before, one that includes it after.
    fn rank(&self) -> u8 {
        match self {
            Self::End(Bound::Excluded(_)) => 0,
            Self::Introduced(_) => 1,
            Self::End(_) => 2,
        }
    }
}

/// The intervals of one range; `None` if its events cannot be put in order.
pub(super) fn intervals(range: &Value, scheme: Option<Scheme>) -> Option<Vec<VersionRange>> {
    let mut events: Vec<Event<'_>> = Vec::new();
    for event in json::list(range, "events") {
        if let Some(version) = json::text(event, "introduced") {
            events.push(Event::Introduced(version));
        } else if let Some(version) = json::text(event, "fixed") {
            events.push(Event::End(Bound::Excluded(version.to_owned())));
        } else if let Some(version) = json::text(event, "last_affected") {
            events.push(Event::End(Bound::Included(version.to_owned())));
        } else if let Some(version) = json::text(event, "limit") {
            events.push(Event::End(match version {
                "*" => Bound::Open,
                _ => Bound::Excluded(version.to_owned()),
            }));
        }
    }
    if !alternates(&events) {
        sort(&mut events)?;
    }
    let mut found = Vec::new();
    let mut begun: Option<&str> = None;
    for event in &events {
        match event {
            Event::Introduced(version) => {
                begun.get_or_insert(version);
            }
            Event::End(end) => {
                if let Some(from) = begun.take() {
                    found.push(interval(from, end.clone(), scheme));
                }
            }
        }
    }
    if let Some(from) = begun {
        found.push(interval(from, Bound::Open, scheme));
    }
    Some(found)
}

fn interval(from: &str, upper: Bound, scheme: Option<Scheme>) -> VersionRange {
    let lower = match from {
        "0" => Bound::Open,
        _ => Bound::Included(from.to_owned()),
    };
    let raw = match &upper {
        Bound::Open => format!(">= {from}"),
        Bound::Included(to) => format!(">= {from}, <= {to}"),
        Bound::Excluded(to) => format!(">= {from}, < {to}"),
    };
    VersionRange { scheme, lower, upper, raw }
}

/// Whether beginnings and ends take turns, so that each pair is an interval whatever the order of
/// pairs.
fn alternates(events: &[Event<'_>]) -> bool {
    events
        .iter()
        .enumerate()
        .all(|(at, event)| matches!(event, Event::Introduced(_)) == at.is_multiple_of(2))
}

/// Puts events in order, if all are numbers with dots.
fn sort(events: &mut [Event<'_>]) -> Option<()> {
    let mut keyed = Vec::with_capacity(events.len());
    for event in events.iter() {
        keyed.push(numbers(event.version())?);
    }
    // Without trailing zeros, "1.0" and "1" are one key.
    let by = |a: &Event<'_>, b: &Event<'_>| -> Ordering {
        (numbers(a.version()), a.rank()).cmp(&(numbers(b.version()), b.rank()))
    };
    events.sort_by(by);
    Some(())
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    if version == "*" {
        return Some(vec![u64::MAX]);
    }
    let mut parts: Vec<u64> =
        version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    while parts.last() == Some(&0) {
        parts.pop();
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(events: &str) -> Option<Vec<String>> {
        let range = serde_json::from_str(&format!("{{\"events\":[{events}]}}")).unwrap();
        Some(intervals(&range, None)?.into_iter().map(|range| range.raw).collect())
    }

    #[test]
    fn pairs_are_intervals_in_any_order_of_pairs() {
        assert_eq!(
            shown(r#"{"introduced":"4.2"},{"fixed":"4.2.2"},{"introduced":"0"},{"fixed":"4.1.4"}"#)
                .unwrap(),
            [">= 4.2, < 4.2.2", ">= 0, < 4.1.4"]
        );
        assert_eq!(
            shown(r#"{"introduced":"0"},{"last_affected":"2.0"}"#).unwrap(),
            [">= 0, <= 2.0"]
        );
        assert_eq!(shown(r#"{"introduced":"1.0"}"#).unwrap(), [">= 1.0"]);
    }

    #[test]
    fn events_out_of_order_are_sorted_where_the_order_is_plain() {
        assert_eq!(
            shown(r#"{"introduced":"0"},{"introduced":"2.0"},{"fixed":"1.5"},{"fixed":"2.10"}"#)
                .unwrap(),
            [">= 0, < 1.5", ">= 2.0, < 2.10"]
        );
        assert_eq!(shown(r#"{"introduced":"0"},{"introduced":"2.0-rc1"},{"fixed":"2.1"}"#), None);
    }
}
