//! What a message says, before its carrier's form is put around it: what it means for this organisation first.

use jiff::Timestamp;
use model::event::Marking;
use response::alert::{Alert, Content, End, Level};
use response::answer::{Answer, Hosts, Proof};
use response::delivery::Occasion;

/// What is to be said.
pub(super) struct Saying<'s> {
    pub(super) alert: &'s Alert,
    pub(super) content: &'s Content,
    pub(super) occasion: Occasion,
    /// The organisation's name.
    pub(super) name: &'s str,
    pub(super) answer: &'s Answer,
    /// Whether whoever is told watches over the organisation.
    pub(super) is_watching: bool,
    /// Whether they are of another organisation.
    pub(super) is_outside: bool,
    /// Its hosts that are open, where they are to be named.
    pub(super) hosts: &'s OpenHosts,
    pub(super) now: Timestamp,
}

/// Hosts that are open now.
#[derive(Debug, Default)]
pub(super) struct OpenHosts {
    /// What the first of them are called.
    pub(super) named: Vec<String>,
    /// How many there are besides.
    pub(super) more: usize,
}

/// Subject and text.
pub(super) fn say(saying: &Saying<'_>) -> (String, String) {
    let number = saying.alert.number;
    let Saying { content, name, answer, .. } = saying;
    let due = due(answer);
    let is_open = content.marking <= Marking::Amber
        || (content.marking == Marking::AmberStrict && !saying.is_outside);
    if !is_open {
        let label = content.marking.label();
        return (
            format!("A {label} alert asks {name}"),
            format!(
                "{number} asks {name} to act. What it says is marked {label}: whoever may read it signs \
                 in. Acknowledging says that you know of it."
            ),
        );
    }
    if saying.is_watching {
        let asked = answer.addressed.map_or_else(String::new, |at| {
            format!(" They were asked {} ago.", span(saying.now, at))
        });
        return (
            format!("Nobody at {name} has answered {number}"),
            format!(
                "Nobody at {name} has answered {number}: {}.{asked} {}{due} Ring them: their call \
                 sheet is on the page of the alert. Acknowledge this if you take it on.",
                content.headline,
                hosts(answer.hosts_then),
            ),
        );
    }
    let what = match saying.occasion {
        Occasion::Asked => {
            let asks = match content.authority.level() {
                Level::Advise => "You are advised to do this",
                Level::Require => "You are required to do this",
                Level::Direct => "You are directed to do this",
            };
            let todo = todo(answer.hosts_then, asks, content);
            format!("{name}: {} {todo}{due}", hosts(answer.hosts_then))
        }
        Occasion::Changed => {
            let why = answer.due.last().map_or("", |due| due.because.as_str());
            let before = answer.due.iter().rev().nth(1).and_then(|due| due.by);
            let before = before
                .map_or_else(String::new, |day| format!(" Before, the day was {}.", date(day)));
            let why = if why.is_empty() { String::new() } else { format!(" Why: {why}.") };
            format!("{name}: what {number} asks has changed.{due}{before}{why}{}", steps(content))
        }
        Occasion::Withdrawn => {
            let end = match saying.alert.end {
                Some((End::Superseded(by), _)) => format!("{by} stands in its place"),
                Some((End::Withdrawn, _)) => "it is withdrawn; it was wrong to ask".to_owned(),
                _ => "it is over".to_owned(),
            };
            format!("{name}: {number} asks nothing of you any more: {end}.")
        }
        Occasion::Disputed => {
            let open = match answer.found {
                Some((Proof::Disputed { affected }, _)) => machines(affected),
                _ => "machines".to_owned(),
            };
            format!(
                "{name}: you said that {number} is done, and your evidence shows {open} open. Fix \
                 them and send new evidence, or take back what was said."
            )
        }
    };
    let mut text = format!("{what} ({number})");
    let OpenHosts { named, more } = saying.hosts;
    if !named.is_empty() {
        let more = match more {
            0 => String::new(),
            more => format!("\n  and {more} more, on its page"),
        };
        text.push_str(&format!("\n\nOpen machines:\n  {}{more}", named.join("\n  ")));
    }
    (content.headline.clone(), text)
}

fn todo(hosts: Option<Hosts>, asks: &str, content: &Content) -> String {
    match hosts {
        // Who shows that nothing is open is told in one line.
        Some(hosts) if hosts.in_question() == 0 && hosts.all() > 0 => {
            "Acknowledge that you have read it.".to_owned()
        }
        None => format!("Send evidence of your machines. {asks}.{}", steps(content)),
        Some(_) => format!("{asks}.{}", steps(content)),
    }
}

fn steps(content: &Content) -> String {
    let each = content.steps.iter().zip(1..).map(|(step, n)| format!(" {n}. {step}"));
    each.collect()
}

/// What its evidence shows, in one sentence.
fn hosts(hosts: Option<Hosts>) -> String {
    match hosts {
        None => {
            "you have shown no evidence, so nobody can tell whether you are affected.".to_owned()
        }
        Some(hosts) if hosts.affected > 0 && hosts.unknown > 0 => {
            format!("{} open, and of {} nobody can tell.", machines(hosts.affected), hosts.unknown)
        }
        Some(hosts) if hosts.affected > 0 => format!("{} open.", machines(hosts.affected)),
        Some(hosts) if hosts.unknown > 0 => {
            format!("of {} nobody can tell whether they are open.", machines(hosts.unknown))
        }
        Some(hosts) if hosts.all() == 0 => {
            "you have shown no machines, so nobody can tell whether you are affected.".to_owned()
        }
        Some(_) => "no machine that you have shown is open.".to_owned(),
    }
}

fn machines(count: u64) -> String {
    if count == 1 { "1 machine".to_owned() } else { format!("{count} machines") }
}

fn due(answer: &Answer) -> String {
    answer.due_by().map_or_else(String::new, |day| format!(" By {}.", date(day)))
}

fn date(day: jiff::civil::Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

fn span(now: Timestamp, since: Timestamp) -> String {
    let minutes = now.duration_since(since).as_mins().max(0);
    match minutes {
        0..=119 => format!("{minutes} minutes"),
        120..=2879 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}
