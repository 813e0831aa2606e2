//! An alert as it stands in a document of its marking.

use formats::export::alert::{Ended, IssuedAlert};
use model::event::Marking;
use response::alert::{Alert, AlertNumber, Issue};

use super::words;

/// The alert as it is or was in force, with those of its earlier versions whose readers are at most those of this one: what
/// was marked stricter leaves no trace in it. None if it was never in force. CVEs are added by whoever knows them.
pub(super) fn issued(
    alert: &Alert,
    may_be_named: impl Fn(AlertNumber) -> bool,
) -> Option<IssuedAlert> {
    let now = alert.current()?;
    let marking = now.content.marking;
    let mut versions = alert.issues.iter().filter(|issue| issue.content.marking <= marking);
    let mut before = versions.next()?;
    let issued = (before.since, "First published.".to_owned());
    let mut updates = Vec::new();
    for version in versions {
        updates.push((version.since, words::difference(&before.content, &version.content)));
        before = version;
    }
    let Issue { content, .. } = now;
    let ended = alert.end.map(|(end, at)| Ended {
        at,
        how: words::end(end, may_be_named),
        is_withdrawn: end == response::alert::End::Withdrawn,
    });
    Some(IssuedAlert {
        number: alert.number.to_string(),
        issued,
        updates,
        ended,
        headline: content.headline.clone(),
        description: content.description.clone(),
        steps: content.steps.clone(),
        authority: words::authority(content),
        advisories: content.advisories.clone(),
        cves: Vec::new(),
        severity: content.severity.code().to_owned(),
        urgency: content.urgency.code().to_owned(),
        certainty: content.certainty.code().to_owned(),
        marking,
        audience: words::audience(content),
        organisations: match content.marking {
            // That would say to everybody who is asked.
            Marking::Clear => Vec::new(),
            _ => content.audience.named.iter().map(ToString::to_string).collect(),
        },
        deadlines: words::deadlines(content),
        expires: content.clocks.expires,
    })
}

/// Whether everybody may read it: it is or was in force, and is marked so as it stands.
pub(super) fn is_public(alert: &Alert) -> bool {
    marking(alert) == Some(Marking::Clear)
}

/// Who may read it as it is or was in force.
pub(super) fn marking(alert: &Alert) -> Option<Marking> {
    alert.current().map(|issue| issue.content.marking)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::{SignedDuration, Timestamp};
    use response::alert::{
        ActBy, Audience, Authority, Certainty, Clocks, Content, End, Level, Severity, Urgency,
    };

    use super::*;

    fn at(day: u8) -> Timestamp {
        format!("2017-05-{day:02}T12:00:00Z").parse().unwrap()
    }

    fn issue(day: u8, headline: &str, marking: Marking) -> Issue {
        Issue {
            content: Content {
                headline: headline.into(),
                description: "A worm can use it.".into(),
                steps: vec!["Install it.".into()],
                advisories: vec!["MS17-010".into()],
                authority: Authority::new(Level::Advise, None).unwrap(),
                severity: Severity::Severe,
                urgency: Urgency::Expected,
                certainty: Certainty::Likely,
                marking,
                audience: Audience::default(),
                clocks: Clocks {
                    acknowledge_within: SignedDuration::from_hours(48),
                    act: ActBy::Open,
                    expires: None,
                },
            },
            since: at(day),
            authors: BTreeSet::new(),
            approved_by: "second".into(),
        }
    }

    fn number(place: u32) -> AlertNumber {
        AlertNumber::new(place).unwrap()
    }

    fn alert(issues: Vec<Issue>) -> Alert {
        Alert { issues, ..Alert::new(number(1)) }
    }

    #[test]
    fn a_stricter_version_leaves_no_trace_in_a_wider_document() {
        let all = alert(vec![
            issue(1, "Known to few", Marking::Amber),
            issue(2, "Known to all", Marking::Clear),
            issue(3, "Known to few again", Marking::Red),
            issue(4, "Known to all again", Marking::Clear),
        ]);
        let public = issued(&all, |_| true).unwrap();
        assert_eq!(public.issued.0, at(2));
        assert_eq!(public.updates, [(at(4), "Changed: the headline.".to_owned())]);
        let text = format!("{public:?}");
        assert!(!text.contains("few"), "{text}");
        assert!(is_public(&all));
    }

    #[test]
    fn what_is_not_clear_any_more_is_not_public_and_its_readers_see_what_was() {
        let narrowed = alert(vec![
            issue(1, "Known to all", Marking::Clear),
            issue(2, "Known to few", Marking::Amber),
        ]);
        assert!(!is_public(&narrowed));
        let own = issued(&narrowed, |_| true).unwrap();
        assert_eq!(own.issued.0, at(1));
        assert_eq!(own.updates[0].1, "Changed: the headline, who may read it.");
        assert_eq!(own.marking, Marking::Amber);
    }

    #[test]
    fn what_was_never_in_force_is_no_document() {
        assert_eq!(issued(&alert(Vec::new()), |_| true), None);
        let withdrawn = Alert { end: Some((End::Withdrawn, at(2))), ..alert(Vec::new()) };
        assert_eq!(issued(&withdrawn, |_| true), None);
        assert!(!is_public(&withdrawn));
    }

    #[test]
    fn an_alert_that_its_reader_may_not_read_is_not_named() {
        let over = Alert {
            end: Some((End::Superseded(number(2)), at(3))),
            ..alert(vec![issue(1, "Known to all", Marking::Clear)])
        };
        let how = |named: bool| issued(&over, |_| named).unwrap().ended.unwrap().how;
        assert_eq!(how(true), format!("superseded by {}", number(2)));
        assert_eq!(how(false), "closed");
    }
}
