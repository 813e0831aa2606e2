//! Whether alerts are answered in time, and what is left when their day is over.

use jiff::{SignedDuration, Timestamp};
use model::words::count;

use super::part::day;
use super::{Asked, Kind, Level, Part, Row, Said};
use crate::answer::{Answer, Statement, day_of};

/// What is to be told of one alert.
struct Heard<'a> {
    asked: &'a Asked,
    /// The event by which it was asked, and when.
    since: (u64, Timestamp),
    answer: Answer,
    /// The first thing that a person of it said.
    first: Option<&'a Said>,
    /// When the alert ended, if it had by then.
    ended: Option<Timestamp>,
}

fn heard(asked: &Asked, at: Timestamp) -> Option<Heard<'_>> {
    let known = || asked.entries.iter().filter(|said| said.entry.at <= at);
    let entries: Vec<_> = known().map(|said| said.entry.clone()).collect();
    let is_asking = |said: &&Said| matches!(said.entry.statement, Statement::Addressed { .. });
    let begin = known().find(is_asking)?;
    Some(Heard {
        asked,
        since: (begin.number, begin.entry.at),
        answer: Answer::fold(&entries, at),
        first: known().find(|said| !said.by_program && said.entry.statement.is_answer()),
        ended: asked.ended.filter(|ended| *ended <= at),
    })
}

/// Alerts that somebody answered in time, of those whose time is over or that were answered.
pub(super) fn answering(alerts: &[Asked], at: Timestamp) -> Part {
    let heard: Vec<Heard<'_>> = alerts.iter().filter_map(|asked| heard(asked, at)).collect();
    let (mut shown, mut of, mut rows) = (0, 0, Vec::new());
    let mut waits: Vec<Option<SignedDuration>> = Vec::new();
    let mut as_of = None;
    for one in &heard {
        let by = one.answer.acknowledge_by.unwrap_or(Timestamp::MAX);
        let first = one.first.map(|said| said.entry.at);
        let wait = first.map(|first| first.duration_since(one.since.1));
        waits.push(wait);
        as_of = as_of.max(Some(day_of(first.unwrap_or(one.since.1))));
        let is_in_time = first.is_some_and(|first| first <= by);
        // Of what was over before its time ran out, nothing was missed.
        let is_over = by < at && one.ended.is_none_or(|ended| by < ended);
        if !is_in_time && !is_over {
            continue;
        }
        of += 1;
        shown += u64::from(is_in_time);
        rows.push(Row {
            alert: one.asked.number,
            event: one.first.map_or(one.since.0, |said| said.number),
            is_shown: is_in_time,
            what: match wait {
                Some(wait) if is_in_time => format!("answered after {}", span(wait)),
                Some(wait) => format!("answered after {}, which was too late", span(wait)),
                None => format!("never answered; asked on {}", day(day_of(one.since.1))),
            },
        });
    }
    rows.sort_by_key(|row| (row.is_shown, std::cmp::Reverse(row.alert)));
    let because = match of {
        0 if heard.is_empty() => "No alert has asked anything of it yet.".to_owned(),
        0 => "The time to answer runs still.".to_owned(),
        of => format!(
            "{} {} answered in time.{}",
            part_of(shown, of),
            if of == 1 { "was" } else { "were" },
            median(waits)
        ),
    };
    let level = Level::of_share(shown, of);
    Part { kind: Kind::Answering, level, shown, of: Some(of), as_of, because, rows }
}

/// The median time to answer. An alert without an answer counts as one that takes longer than every other.
fn median(mut waits: Vec<Option<SignedDuration>>) -> String {
    waits.sort_by_key(|wait| (wait.is_none(), *wait));
    match waits.get(waits.len() / 2) {
        Some(Some(wait)) => format!(" The median answer took {}.", span(*wait)),
        Some(None) => " Half of all alerts or more have no answer.".to_owned(),
        None => String::new(),
    }
}

/// Alerts in force whose day is over, and under which evidence shows every host to be settled.
pub(super) fn overdue(alerts: &[Asked], at: Timestamp) -> Part {
    let today = day_of(at);
    let heard = alerts.iter().filter_map(|asked| heard(asked, at));
    let running = heard.filter(|one| one.ended.is_none());
    let due = running.filter_map(|one| Some((one.answer.due_by()?, one)));
    let (mut shown, mut of, mut rows) = (0, 0, Vec::new());
    let (mut open, mut dark) = (0, 0);
    let mut as_of = None;
    for (by, one) in due.filter(|(by, _)| *by < today) {
        let hosts = one.asked.hosts;
        let is_shown = hosts.is_some_and(|hosts| hosts.all() > 0 && hosts.in_question() == 0);
        of += 1;
        shown += u64::from(is_shown);
        open += hosts.map_or(0, |hosts| hosts.affected);
        dark += hosts.map_or(0, |hosts| hosts.unknown);
        as_of = as_of.max(Some(by));
        let state = match hosts {
            None => "nothing is shown, or nobody knows of how many hosts".to_owned(),
            Some(_) if is_shown => "every host is settled".to_owned(),
            Some(hosts) => {
                let open = usize::try_from(hosts.affected).unwrap_or(usize::MAX);
                let dark = usize::try_from(hosts.unknown).unwrap_or(usize::MAX);
                format!(
                    "{} open, {} unknown",
                    count(open, "host", "hosts"),
                    model::words::thousands(dark)
                )
            }
        };
        let accepted = one.answer.accepted_on(today).map_or_else(String::new, |held| {
            format!("; {} lives with the risk until {}", held.owner, day(held.until))
        });
        rows.push(Row {
            alert: one.asked.number,
            event: one.since.0,
            is_shown,
            what: format!("was due on {}: {state}{accepted}", day(by)),
        });
    }
    rows.sort_by_key(|row| (row.is_shown, std::cmp::Reverse(row.alert)));
    let their = if of == 1 { "its" } else { "their" };
    let because = match (of, of - shown) {
        (0, _) => "No alert in force is past its day.".to_owned(),
        (of, 0) => format!("Under {} past {their} day every host is settled.", alerts_of(of)),
        (of, left) => {
            let is = if left == 1 { "is" } else { "are" };
            let mut text = format!(
                "{} past {their} day {is} not done, as far as evidence shows",
                part_of(left, of)
            );
            let number = |value| usize::try_from(value).unwrap_or(usize::MAX);
            if open > 0 {
                text.push_str(&format!(": {} open", count(number(open), "host is", "hosts are")));
            }
            if dark > 0 {
                let many = model::words::thousands(number(dark));
                text.push_str(&format!("; of {many} nobody can tell"));
            }
            format!("{text}.")
        }
    };
    let level = Level::of_share(shown, of);
    Part { kind: Kind::Overdue, level, shown, of: Some(of), as_of, because, rows }
}

fn alerts_of(value: u64) -> String {
    count(usize::try_from(value).unwrap_or(usize::MAX), "alert", "alerts")
}

fn part_of(shown: u64, of: u64) -> String {
    format!(
        "{} of {}",
        model::words::thousands(usize::try_from(shown).unwrap_or(usize::MAX)),
        alerts_of(of)
    )
}

/// A time as people say it.
pub(super) fn span(wait: SignedDuration) -> String {
    let of = |value: i64, one, many| count(usize::try_from(value).unwrap_or(0), one, many);
    match (wait.as_mins(), wait.as_hours()) {
        (..1, _) => "less than a minute".to_owned(),
        (minutes, 0) => of(minutes, "minute", "minutes"),
        (_, hours @ 1..48) => of(hours, "hour", "hours"),
        (_, hours) => of(hours / 24, "day", "days"),
    }
}
