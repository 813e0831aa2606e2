//! The events of an OSV range as intervals.
//!
//! OSV schema, "affected[].ranges[].events": events are points on the line of versions; in their
//! order, `introduced` begins and `fixed`, `last_affected` or `limit` ends being affected.

use model::fact::{Bound, VersionRange};
use model::version::{Scheme, SortKey};
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
        sort(&mut events, scheme)?;
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

/// Puts events in order: by the order of the ecosystem, or, if that is not known, as numbers with
/// dots.
fn sort(events: &mut Vec<Event<'_>>, scheme: Option<Scheme>) -> Option<()> {
    let mut keyed = Vec::with_capacity(events.len());
    for event in events.drain(..) {
        keyed.push((key(event.version(), scheme)?, event.rank(), event));
    }
    keyed.sort_by(|(a, a_rank, _), (b, b_rank, _)| (a, a_rank).cmp(&(b, b_rank)));
    events.extend(keyed.into_iter().map(|(_, _, event)| event));
    Some(())
}

/// Where a version stands: "0" before all, "*" after all.
fn key(version: &str, scheme: Option<Scheme>) -> Option<(u8, Vec<u8>)> {
    match (version, scheme) {
        ("0", _) => Some((0, Vec::new())),
        ("*", _) => Some((2, Vec::new())),
        (_, Some(scheme)) if scheme != Scheme::Dotted => {
            Some((1, SortKey::new(scheme, version).ok()?.as_bytes().to_owned()))
        }
        _ => Some((1, numbers(version)?)),
    }
}

/// Numbers with dots as bytes; without trailing zeros, so that "1.0" and "1" are one key.
fn numbers(version: &str) -> Option<Vec<u8>> {
    let mut parts: Vec<u64> =
        version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    while parts.last() == Some(&0) {
        parts.pop();
    }
    Some(parts.into_iter().flat_map(u64::to_be_bytes).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(events: &str) -> Option<Vec<String>> {
        ordered(events, None)
    }

    fn ordered(events: &str, scheme: Option<Scheme>) -> Option<Vec<String>> {
        let range = serde_json::from_str(&format!("{{\"events\":[{events}]}}")).unwrap();
        Some(intervals(&range, scheme)?.into_iter().map(|range| range.raw).collect())
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
        let candidate =
            r#"{"introduced":"0"},{"introduced":"2.0-rc1"},{"fixed":"1.5"},{"fixed":"2.0"}"#;
        assert_eq!(shown(candidate), None);
        assert_eq!(
            ordered(candidate, Some(Scheme::Semver)).unwrap(),
            [">= 0, < 1.5", ">= 2.0-rc1, < 2.0"]
        );
    }
}
