//! What evidence shows of an organisation's hosts.

use model::words::count;

use super::{Estate, Kind, Level, Part};

/// Hosts that evidence shows, of those that there are.
pub(super) fn coverage(estate: &Estate) -> Part {
    let seen = hosts(estate.seen);
    let (level, because) = match estate.hosts {
        None if estate.seen == 0 => (
            Level::NotShown,
            "No host was ever seen, and nobody knows how many there are.".to_owned(),
        ),
        None => (
            Level::NotShown,
            format!(
                "{seen} seen; how many there are the register does not say, so that may be a few of many."
            ),
        ),
        Some(0) => (Level::Untested, "The register says that it has no host.".to_owned()),
        Some(all) if estate.seen == 0 => {
            (Level::NotShown, format!("None of {} was ever seen.", hosts(all)))
        }
        Some(all) => {
            let mut text = format!("{} of {} seen", number(estate.seen), hosts(all));
            let unseen = all.saturating_sub(estate.seen);
            if unseen > 0 {
                text.push_str(&format!("; of {} nothing was ever shown", number(unseen)));
            }
            if estate.beyond_expected > 0 {
                let more = number(estate.beyond_expected);
                text.push_str(&format!("; {more} more than the register expects: mend its number"));
            }
            (Level::of_share(estate.seen, all), format!("{text}."))
        }
    };
    part(Kind::Coverage, estate, (level, estate.seen), because)
}

/// Hosts whose evidence of patch state still counts.
pub(super) fn freshness(estate: &Estate) -> Part {
    let age = estate.median_days.map_or_else(String::new, |days| {
        format!(
            " Half of what was sent is {} or newer.",
            count(days as usize, "day old", "days old")
        )
    });
    let (level, because) = match estate.hosts {
        _ if estate.seen == 0 && estate.hosts != Some(0) => {
            (Level::NotShown, "There is no evidence.".to_owned())
        }
        None => (
            Level::NotShown,
            format!(
                "{} with evidence that still counts, of nobody knows how many.{age}",
                hosts(estate.fresh)
            ),
        ),
        Some(0) => (Level::Untested, "The register says that it has no host.".to_owned()),
        Some(_) if estate.fresh == 0 => {
            (Level::NotShown, format!("No evidence of patch state is new enough to count.{age}"))
        }
        Some(all) => (
            Level::of_share(estate.fresh, all),
            format!(
                "Of {} of {} what is known is new enough to count.{age}",
                number(estate.fresh),
                hosts(all)
            ),
        ),
    };
    part(Kind::Freshness, estate, (level, estate.fresh), because)
}

/// Hosts that are closed to every flaw that is known to be exploited.
pub(super) fn exploited(estate: &Estate) -> Part {
    let Some(found) = estate.exploited else {
        let because = "No flaw was known to be exploited: nothing could be asked.".to_owned();
        return Part {
            of: Some(0),
            ..part(Kind::Exploited, estate, (Level::Untested, 0), because)
        };
    };
    let settled = found.all().saturating_sub(found.in_question());
    let open = format!(
        "{} open to a flaw that is known to be exploited",
        model::words::count(usize_of(found.affected), "host is", "hosts are")
    );
    let dark = match found.unknown {
        0 => String::new(),
        unknown => format!("; of {} nobody can tell", number(unknown)),
    };
    let (level, because) = match estate.hosts {
        None => {
            (Level::NotShown, format!("{open}{dark}, and nobody knows how many hosts there are."))
        }
        Some(0) => (Level::Untested, "The register says that it has no host.".to_owned()),
        Some(_) if settled == 0 && found.affected == 0 => (
            Level::NotShown,
            "Of no host can be told whether it is open to a flaw that is exploited.".to_owned(),
        ),
        Some(all) => (Level::of_share(settled, all), format!("{open}{dark}.")),
    };
    part(Kind::Exploited, estate, (level, settled), because)
}

fn part(kind: Kind, estate: &Estate, (level, shown): (Level, u64), because: String) -> Part {
    Part { kind, level, shown, of: estate.hosts, as_of: estate.latest, because, rows: Vec::new() }
}

fn hosts(value: u64) -> String {
    count(usize_of(value), "host", "hosts")
}

fn number(value: u64) -> String {
    model::words::thousands(usize_of(value))
}

fn usize_of(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
