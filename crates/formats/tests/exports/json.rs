//! JSON against `schema/check-report.schema.json`.

use std::path::Path;

use formats::export::{Export, Json};
use serde_json::{Value, json};

use crate::sample::{errors, frame, hosts, summary, write};

fn schema() -> Value {
    let path = Path::new("../../schema/check-report.schema.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The schema with no member allowed that it does not describe.
fn closed(mut schema: Value) -> Value {
    fn close(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.values_mut().for_each(close);
                if object.get("properties").is_some_and(Value::is_object) {
                    object.insert("additionalProperties".to_owned(), Value::Bool(false));
                }
            }
            Value::Array(array) => array.iter_mut().for_each(close),
            _ => {}
        }
    }
    close(&mut schema);
    schema
}

#[track_caller]
fn follows(schema: &Value, document: &Value) {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_document_follows_its_schema_which_describes_every_member() {
    let schema = schema();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    for hosts in [hosts(), Vec::new()] {
        let document: Value = serde_json::from_slice(&write(&mut Json::default(), &hosts)).unwrap();
        follows(&schema, &document);
        follows(&closed(schema.clone()), &document);
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let sound: Value = serde_json::from_slice(&write(&mut Json::default(), &hosts())).unwrap();
    for (pointer, value) in [
        ("/as_at", json!("12 May")),
        ("/hosts/0/verdicts/0/verdict", json!("safe")),
        ("/hosts/0/verdicts/0/epss", json!(94)),
        ("/hosts/0/verdicts/0/severity", json!("terrible")),
        ("/hosts/0/verdicts/0/kev", Value::Null),
        ("/hosts/0/evidence", Value::Null),
        ("/errors/0/level", json!("fatal")),
        ("/summary/hosts", json!(-1)),
    ] {
        let mut document = sound.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&document), "{pointer}");
    }
}

#[test]
fn fragments_joined_are_the_same_document() {
    let hosts = hosts();
    let mut json = Json::default();
    let mut out = Vec::new();
    json.begin(&frame(), &mut out).unwrap();
    for host in &hosts {
        json.add(&Json::fragment(host).unwrap(), &mut out).unwrap();
    }
    json.end(&errors(), &summary(&hosts), &mut out).unwrap();
    assert_eq!(out, write(&mut Json::default(), &hosts));
    let lines = String::from_utf8(out).unwrap().lines().count();
    assert_eq!(lines, hosts.len() + 2, "a host a line");
}

#[test]
fn the_summary_counts_each_host_once() {
    let summary = summary(&hosts());
    let worst = &summary.hosts_by_worst;
    assert_eq!(
        (worst.affected, worst.unknown, worst.mitigated, worst.fixed, worst.not_affected),
        (1, 2, 1, 1, 0)
    );
    assert_eq!((worst.nothing_to_judge, summary.hosts), (1, 6));
    assert_eq!((summary.worm_open, summary.kev_open, summary.cannot_tell), (1, 1, 2));
    assert_eq!((summary.unrecognised_software, summary.unrecognised_updates), (1, 1));
    assert_eq!((summary.lines.affected, summary.lines.unknown, summary.lines.fixed), (3, 2, 2));
}
