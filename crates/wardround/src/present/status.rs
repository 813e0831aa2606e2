//! The status sentence: what the lead must know if they read nothing else.

use formats::export::report::Frame;
use model::verdict::Verdict;

use super::summary::{HostLine, Tally};
use super::words::thousands;

/// The sentence.
pub(super) fn status(frame: &Frame, tally: &Tally) -> String {
    match tally.hosts.as_slice() {
        [] => "The evidence names no host: nothing can be told from it.".to_owned(),
        [one] if frame.only.is_empty() => of_one(one),
        [one] => of_one_selected(frame, one),
        _ if frame.only.is_empty() => of_many(tally),
        _ => of_many_selected(frame, tally),
    }
}

fn of_many(tally: &Tally) -> String {
    let all = tally.hosts.len();
    let unknown = tally.count(HostLine::cannot_be_told);
    let affected = tally.count(|h| h.count(Verdict::Affected) > 0);
    let ranks: [(&str, usize); 4] = [
        ("a worm that is being exploited", tally.count(|h| h.worm_exploited)),
        ("a flaw that a worm can use", tally.count(|h| h.worm)),
        ("a flaw that is being exploited", tally.count(|h| h.kev > 0)),
        ("known flaws", affected),
    ];
    let (number, all_words) = (thousands, thousands(all));
    let mut parts = Vec::new();
    match ranks.iter().find(|(_, hosts)| *hosts > 0) {
        Some((what, hosts)) => {
            parts.push(format!(
                "{} of {all_words} hosts {} open to {what}",
                number(*hosts),
                is(*hosts)
            ));
            let more = affected - hosts;
            if more > 0 {
                parts.push(format!("{} more {} open to other known flaws", number(more), is(more)));
            }
            if unknown > 0 {
                parts.push(format!("{} cannot be told", number(unknown)));
            }
            let rest = all - affected - unknown;
            if rest > 0 {
                parts.push(format!("no exposure is shown on {}", number(rest)));
            }
        }
        None if unknown == all => {
            return format!(
                "Whether any of the {all_words} hosts is exposed cannot be told from this evidence."
            );
        }
        None => {
            parts.push(format!(
                "No exposure is shown on {} of {all_words} hosts, as far as this knowledge reaches",
                number(all - unknown)
            ));
            if unknown > 0 {
                parts.push(format!("{} cannot be told", number(unknown)));
            }
        }
    }
    format!("{}.", parts.join("; "))
}

fn of_one(host: &HostLine) -> String {
    let name = &host.host;
    let open = host.count(Verdict::Affected);
    let urgent = host.first.as_ref().map_or(String::new(), |(_, urgent)| format!(": {urgent}"));
    if host.worm {
        let what = match host.worm_exploited {
            true => "a worm that is being exploited",
            false => "a flaw that a worm can use",
        };
        format!("{name} is open to {what}{urgent}.")
    } else if open > 0 {
        match (host.kev, open) {
            (0, 1) => format!("{name} is open to a known flaw{urgent}."),
            (0, n) => format!("{name} is open to {} known flaws; the worst{urgent}.", thousands(n)),
            (_, _) => format!("{name} is open to a flaw that is being exploited{urgent}."),
        }
    } else if host.cannot_be_told() {
        format!("Whether {name} is exposed cannot be told from this evidence.")
    } else {
        let unknown = match host.count(Verdict::Unknown) {
            0 => String::new(),
            1 => "; 1 flaw cannot be told".to_owned(),
            n => format!("; {} flaws cannot be told", thousands(n)),
        };
        format!("No exposure is shown on {name}, as far as this knowledge reaches{unknown}.")
    }
}

fn of_one_selected(frame: &Frame, host: &HostLine) -> String {
    let (name, asked) = (&host.host, frame.only.join(", "));
    match host.worst() {
        Some(Verdict::Affected) => format!("{name} is affected by {asked}."),
        Some(Verdict::Mitigated) => {
            format!("{name} is open to {asked}, and it is mitigated there.")
        }
        Some(Verdict::Fixed) => format!("{asked} is fixed on {name}."),
        Some(Verdict::NotAffected) => format!("{name} is not affected by {asked}."),
        Some(Verdict::Unknown) | None => {
            format!("Whether {name} is affected by {asked} cannot be told.")
        }
    }
}

fn of_many_selected(frame: &Frame, tally: &Tally) -> String {
    let of = |verdict: Verdict| tally.count(|h| h.worst() == Some(verdict));
    let affected = of(Verdict::Affected);
    let unknown = of(Verdict::Unknown) + tally.count(HostLine::is_silent);
    let (all, asked) = (thousands(tally.hosts.len()), frame.only.join(", "));
    if unknown == tally.hosts.len() {
        return format!("Whether any of the {all} hosts is affected by {asked} cannot be told.");
    }
    let mut parts = vec![format!(
        "{} of {all} hosts {} affected by {asked}",
        thousands(affected),
        is(affected)
    )];
    parts.push(format!("{} cannot be told", thousands(unknown)));
    for (verdict, words) in [
        (Verdict::Mitigated, "mitigated"),
        (Verdict::Fixed, "fixed"),
        (Verdict::NotAffected, "not affected"),
    ] {
        let count = of(verdict);
        if count > 0 {
            parts.push(format!("{} {words}", thousands(count)));
        }
    }
    format!("{}.", parts.join("; "))
}

const fn is(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
