//! CAP 1.2 (OASIS Standard, 2010): elements in the order of its schema, times as its pattern wants them.

use std::io;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::event::Marking;

use super::xml::Document;
use super::{IssuedAlert, Publisher};

const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";

/// Whether somebody is to act on it. What is born in an exercise can be nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapStatus {
    /// It is meant.
    Actual,
    /// It is part of an exercise.
    Exercise,
    /// It tries the machinery.
    Test,
}

impl CapStatus {
    const fn code(self) -> &'static str {
        match self {
            Self::Actual => "Actual",
            Self::Exercise => "Exercise",
            Self::Test => "Test",
        }
    }
}

/// Writes an alert's present version. A withdrawn or superseded one is a message that cancels what was sent before; an updated
/// one names all its earlier versions.
pub fn cap(publisher: &Publisher, alert: &IssuedAlert, status: CapStatus) -> io::Result<Vec<u8>> {
    let mut out = Document::begin("alert", &[("xmlns", NAMESPACE)])?;
    let sender = plain(&publisher.namespace);
    let (earlier, last) = messages(alert);
    out.text("identifier", &last.0)?;
    out.text("sender", &sender)?;
    out.text("sent", &instant(last.1))?;
    out.text("status", status.code())?;
    let kind = match (&alert.ended, earlier.is_empty()) {
        (Some(_), _) => "Cancel",
        (None, true) => "Alert",
        (None, false) => "Update",
    };
    out.text("msgType", kind)?;
    if alert.marking == Marking::Clear {
        out.text("scope", "Public")?;
    } else {
        out.text("scope", "Restricted")?;
        out.text("restriction", alert.marking.label())?;
    }
    out.text("code", alert.marking.label())?;
    if let Some(ended) = &alert.ended {
        out.text("note", &ended.how)?;
    }
    if !earlier.is_empty() {
        let named: Vec<String> =
            earlier.iter().map(|(id, at)| format!("{sender},{id},{}", instant(*at))).collect();
        out.text("references", &named.join(" "))?;
    }
    info(&mut out, publisher, alert)?;
    out.end("alert")
}

fn info(out: &mut Document, publisher: &Publisher, alert: &IssuedAlert) -> io::Result<()> {
    out.open("info", &[])?;
    out.text("language", "en-GB")?;
    out.text("category", "Security")?;
    out.text("category", "Health")?;
    out.text("category", "Infra")?;
    out.text("event", "Cyber security alert")?;
    out.text("responseType", if alert.ended.is_some() { "AllClear" } else { "Execute" })?;
    out.text("urgency", &alert.urgency)?;
    out.text("severity", &alert.severity)?;
    out.text("certainty", &alert.certainty)?;
    out.text("audience", &alert.audience)?;
    for advisory in &alert.advisories {
        named(out, "eventCode", "advisory", advisory)?;
    }
    out.text("effective", &instant(alert.first()))?;
    if let Some(expires) = alert.expires {
        out.text("expires", &instant(expires))?;
    }
    out.text("senderName", &publisher.name)?;
    out.text("headline", &alert.headline)?;
    out.text("description", &alert.description)?;
    out.text("instruction", &instruction(alert))?;
    // Who may not sign in reads all of it there; who may answers on its page.
    let web = match alert.marking {
        Marking::Clear => alert.csaf_path(),
        _ => format!("alerts/{}", alert.number),
    };
    out.text("web", &publisher.url(&web))?;
    out.text("contact", &publisher.contact)?;
    for (name, value) in &alert.deadlines {
        named(out, "parameter", name, value)?;
    }
    out.open("area", &[])?;
    out.text("areaDesc", &alert.audience)?;
    for code in &alert.organisations {
        named(out, "geocode", "organisation", code)?;
    }
    out.close("area")?;
    out.close("info")
}

/// The steps, numbered, after what they rest on.
pub(super) fn instruction(alert: &IssuedAlert) -> String {
    let steps = (1..).zip(&alert.steps).map(|(number, step)| format!("{number}. {step}"));
    [alert.authority.clone()].into_iter().chain(steps).collect::<Vec<_>>().join("\n")
}

fn named(out: &mut Document, element: &str, name: &str, value: &str) -> io::Result<()> {
    out.open(element, &[])?;
    out.text("valueName", name)?;
    out.text("value", value)?;
    out.close(element)
}

/// The last message that was sent for it, and all before: one for each version, and one for its end.
fn messages(alert: &IssuedAlert) -> (Vec<(String, Timestamp)>, (String, Timestamp)) {
    let number = plain(&alert.number);
    let mut last = (format!("{number}.1"), alert.issued.0);
    let updates = (2..).zip(&alert.updates);
    let updates = updates.map(|(version, (at, _))| (format!("{number}.{version}"), *at));
    let end = alert.ended.as_ref().map(|ended| (format!("{number}.end"), ended.at));
    let later = updates.chain(end).map(|message| std::mem::replace(&mut last, message));
    let earlier: Vec<_> = later.collect();
    (earlier, last)
}

/// Identifiers and senders hold no spaces, commas or markup (3.2.1 of the standard).
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '<' | '&')).collect()
}

/// As the schema's pattern wants it: whole seconds, an offset and never `Z`.
fn instant(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::super::Ended;
    use super::super::tests::{alert, publisher};
    use super::*;

    fn written(alert: &IssuedAlert, status: CapStatus) -> String {
        String::from_utf8(cap(&publisher(), alert, status).unwrap()).unwrap()
    }

    #[test]
    fn an_update_names_what_it_updates_and_times_have_an_offset() {
        let text = written(&alert(), CapStatus::Actual);
        assert!(text.contains("<identifier>A17M.2</identifier>"), "{text}");
        assert!(text.contains("<sent>2017-05-02T11:30:00-00:00</sent>"), "{text}");
        assert!(text.contains("<msgType>Update</msgType>"), "{text}");
        let reference = "https://alerts.ostmark.example,A17M.1,2017-04-28T09:00:00-00:00";
        assert!(text.contains(&format!("<references>{reference}</references>")), "{text}");
        assert!(text.contains("update &amp; start &lt;again&gt;"), "{text}");
        assert!(text.contains("1. Install the update.\n2. Start the machine again."), "{text}");
    }

    #[test]
    fn what_ended_is_cancelled_and_an_exercise_says_so() {
        let mut ended = alert();
        ended.updates.clear();
        let at = "2017-06-01T00:00:00Z".parse().unwrap();
        ended.ended = Some(Ended { at, how: "withdrawn".into(), is_withdrawn: true });
        ended.marking = Marking::Amber;
        let text = written(&ended, CapStatus::Exercise);
        assert!(text.contains("<msgType>Cancel</msgType>"), "{text}");
        assert!(text.contains("<identifier>A17M.end</identifier>"), "{text}");
        assert!(text.contains("<status>Exercise</status>"), "{text}");
        assert!(text.contains("<scope>Restricted</scope>"), "{text}");
        assert!(text.contains("<restriction>TLP:AMBER</restriction>"), "{text}");
    }

    #[test]
    fn what_xml_forbids_is_left_out() {
        let mut odd = alert();
        odd.headline = "a\u{0}b\u{1b}[31m\u{fffe}c".into();
        let text = written(&odd, CapStatus::Test);
        assert!(text.contains("<headline>ab[31mc</headline>"), "{text}");
    }
}
