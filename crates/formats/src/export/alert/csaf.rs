//! CSAF 2.0: an alert as a document of the base profile. It holds no product tree: whose hosts are open is
//! nobody's business but theirs, and a VEX document for each says it.

use model::cve::CveId;
use model::words::capital;
use serde_json::{Map, Value, json};

use super::cap::instruction;
use super::{IssuedAlert, Publisher, label};

/// Writes an alert's present version, with all that stood before in its revision history.
pub fn csaf(publisher: &Publisher, alert: &IssuedAlert, tool_version: &str) -> Value {
    let mut document = Map::new();
    document.insert("document".to_owned(), head(publisher, alert, tool_version));
    let cves: Vec<Value> = alert
        .cves
        .iter()
        .filter_map(|cve| cve.parse::<CveId>().ok())
        .map(|cve| {
            let note = format!("Covered by {}.", alert.advisories.join(", "));
            json!({
                "cve": cve.to_string(),
                "notes": [{"category": "general", "title": "Advisories", "text": note}],
            })
        })
        .collect();
    if !cves.is_empty() {
        document.insert("vulnerabilities".to_owned(), cves.into());
    }
    Value::Object(document)
}

fn head(publisher: &Publisher, alert: &IssuedAlert, tool_version: &str) -> Value {
    let history = history(alert);
    let version = history.len().to_string();
    let first = alert.first().to_string();
    let last = alert.last().to_string();
    let tool_version = if tool_version.is_empty() { "0" } else { tool_version };
    let deadlines: Vec<String> =
        alert.deadlines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let mut notes = vec![
        json!({"category": "summary", "title": "What it is", "text": alert.description}),
        json!({"category": "details", "title": "What to do", "text": instruction(alert)}),
        json!({"category": "general", "title": "Whom it is for", "text": alert.audience}),
    ];
    if !deadlines.is_empty() {
        let text = deadlines.join("; ");
        notes.push(json!({"category": "general", "title": "By when", "text": text}));
    }
    if let Some(ended) = &alert.ended {
        let how = sentence(&ended.how);
        notes.push(json!({"category": "general", "title": "It is over", "text": how}));
    }
    json!({
        "aggregate_severity": {
            "namespace": "urn:oasis:names:tc:emergency:cap:1.2",
            "text": alert.severity,
        },
        "category": "csaf_base",
        "csaf_version": "2.0",
        "distribution": {"tlp": {"label": label(alert.marking)}, "text": alert.marking.label()},
        "lang": "en-GB",
        "notes": notes,
        "publisher": {
            "category": "coordinator",
            "contact_details": publisher.contact,
            "name": publisher.name,
            "namespace": publisher.namespace,
        },
        "references": [{
            "category": "self",
            "summary": "This document",
            "url": publisher.url(&alert.csaf_path()),
        }],
        "title": alert.headline,
        "tracking": {
            "current_release_date": last,
            "generator": {
                "date": last,
                "engine": {"name": "Wardround", "version": tool_version},
            },
            "id": alert.number,
            "initial_release_date": first,
            "revision_history": history,
            "status": "final",
            "version": version,
        },
    })
}

fn history(alert: &IssuedAlert) -> Vec<Value> {
    let ended = alert.ended.as_ref().map(|ended| (ended.at, sentence(&ended.how)));
    let versions = [&alert.issued].into_iter().chain(&alert.updates);
    let said = versions.map(|(at, why)| (*at, why.clone())).chain(ended);
    (1..)
        .zip(said)
        .map(|(number, (at, why)): (u32, _)| {
            json!({"date": at.to_string(), "number": number.to_string(), "summary": why})
        })
        .collect()
}

fn sentence(words: &str) -> String {
    format!("{}.", capital(words))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alert, publisher};
    use super::super::{Ended, IssuedAlert};
    use model::event::Marking;

    use super::*;
    use crate::advisory::csaf::validate::{file_name_for, validate};

    fn is_sound(alert: &IssuedAlert) {
        let document = csaf(&publisher(), alert, "0.1.0");
        let bytes = serde_json::to_vec(&document).unwrap();
        let name = file_name_for(&alert.number);
        let validation = validate(&bytes, Some(&name)).unwrap();
        assert!(validation.valid(), "{:?}", validation.failed());
    }

    #[test]
    fn every_alert_is_a_valid_document() {
        is_sound(&alert());
        let at = "2017-06-01T00:00:00Z".parse().unwrap();
        let ended = Ended { at, how: "superseded by A18K".into(), is_withdrawn: false };
        let ended = IssuedAlert { ended: Some(ended), ..alert() };
        is_sound(&ended);
        let tracking = &csaf(&publisher(), &ended, "0.1.0")["document"]["tracking"];
        assert_eq!(tracking["version"], "3");
        assert_eq!(tracking["revision_history"][2]["summary"], "Superseded by A18K.");
        assert_eq!(tracking["current_release_date"], "2017-06-01T00:00:00Z");
        let bare = IssuedAlert {
            cves: Vec::new(),
            advisories: Vec::new(),
            deadlines: Vec::new(),
            organisations: Vec::new(),
            ..alert()
        };
        is_sound(&bare);
        for marking in Marking::ALL {
            is_sound(&IssuedAlert { marking, ..alert() });
        }
    }

    #[test]
    fn a_document_names_its_own_place_by_who_may_read_it() {
        let place = |marking| {
            let document = csaf(&publisher(), &IssuedAlert { marking, ..alert() }, "");
            document["document"]["references"][0]["url"].as_str().unwrap().to_owned()
        };
        let base = "https://alerts.ostmark.example";
        assert_eq!(place(Marking::Clear), format!("{base}/csaf/white/2017/a17m.json"));
        for marking in Marking::ALL.into_iter().filter(|marking| *marking != Marking::Clear) {
            assert_eq!(place(marking), format!("{base}/alerts/A17M/files/a17m.json"));
        }
    }

    #[test]
    fn what_is_no_cve_is_left_to_the_notes() {
        let odd = IssuedAlert { cves: vec!["MS17-010".into()], ..alert() };
        assert_eq!(csaf(&publisher(), &odd, "").get("vulnerabilities"), None);
    }

    #[test]
    fn no_marking_becomes_wider() {
        assert_eq!(label(Marking::AmberStrict), "RED");
        assert_eq!(label(Marking::Clear), "WHITE");
    }
}
