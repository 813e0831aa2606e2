//! What an alert says, in words for other tools.

use jiff::tz::TimeZone;
use model::event::Marking;
use model::organisation::OrganisationKind;
use response::alert::{ActBy, AlertNumber, Basis, Content, End};

/// Whom it is for, as its author wrote it; to everybody (TLP:CLEAR) not by name, for that says who is asked.
pub fn audience(content: &Content) -> String {
    let is_public = content.marking == Marking::Clear;
    let audience = &content.audience;
    let join = |parts: Vec<String>| parts.join(", ");
    let mut parts = Vec::new();
    if audience.kinds.is_empty() {
        parts.push("Everybody".to_owned());
    } else {
        parts.push(join(audience.kinds.iter().map(OrganisationKind::to_string).collect()));
    }
    if is_public && !audience.named.is_empty() {
        parts.push("some of them, who are told".to_owned());
    }
    for (word, codes) in [("below", &audience.below), ("only", &audience.named)] {
        let is_told = word == "below" || !is_public;
        if !codes.is_empty() && is_told {
            let codes = join(codes.iter().map(ToString::to_string).collect());
            parts.push(format!("{word} {codes}"));
        }
    }
    if audience.exposed_only && !is_public {
        parts.push("who has a host that is open, or of which nobody can tell".to_owned());
    }
    format!("{}.", parts.join("; "))
}

/// By what right it is asked.
pub(super) fn authority(content: &Content) -> String {
    let authority = &content.authority;
    match authority.basis().map(Basis::as_str) {
        Some(basis) => format!("{} ({basis}).", authority.level()),
        None => format!("{}.", authority.level()),
    }
}

/// By when it must be acknowledged and done: name and value of each.
pub(super) fn deadlines(content: &Content) -> Vec<(String, String)> {
    let clocks = &content.clocks;
    let hours = clocks.acknowledge_within.as_hours();
    let mut deadlines = vec![("acknowledgeWithin".to_owned(), format!("{hours} hours"))];
    match &clocks.act {
        ActBy::Day(day) => deadlines.push(("actBy".to_owned(), day.to_string())),
        ActBy::Policy(policy) => {
            deadlines.push(("actByPolicy".to_owned(), policy.clone()));
        }
        ActBy::Open => {}
    }
    if let Some(expires) = clocks.expires {
        let day = expires.to_zoned(TimeZone::UTC).date();
        deadlines.push(("endsByItself".to_owned(), day.to_string()));
    }
    deadlines
}

/// How it ended. Another alert is named only to whoever may read that one too.
pub(super) fn end(end: End, may_be_named: impl Fn(AlertNumber) -> bool) -> String {
    match end {
        End::Superseded(by) if may_be_named(by) => format!("superseded by {by}"),
        End::Superseded(_) | End::Closed => "closed".to_owned(),
        End::Withdrawn => "withdrawn: it was wrong to ask".to_owned(),
        End::Expired => "its time ran out".to_owned(),
    }
}

/// What is new in a version, beside the one that its readers had before. What those who wrote and approved it said to
/// each other is theirs.
pub(super) fn difference(before: &Content, after: &Content) -> String {
    let grade = |one: &Content| (one.severity, one.urgency, one.certainty);
    let parts = [
        (before.headline != after.headline, "the headline"),
        (before.description != after.description, "what it is"),
        (before.steps != after.steps, "what to do"),
        (before.advisories != after.advisories, "which advisories"),
        (before.authority != after.authority, "by what right"),
        (grade(before) != grade(after), "how grave"),
        (before.audience != after.audience, "for whom"),
        (before.clocks != after.clocks, "by when"),
        (before.marking != after.marking, "who may read it"),
    ];
    let changed: Vec<&str> = parts.iter().filter(|(is, _)| *is).map(|(_, part)| *part).collect();
    if changed.is_empty() {
        "Issued again, unchanged.".to_owned()
    } else {
        format!("Changed: {}.", changed.join(", "))
    }
}
