//! SARIF against the rules of 2.1.0 that touch what we write; sections in brackets.

use std::collections::HashSet;

use formats::export::Sarif;
use serde_json::Value;

use crate::sample::{hosts, write};

fn run(hosts: &[formats::export::report::HostReport]) -> Value {
    let log: Value = serde_json::from_slice(&write(&mut Sarif::new("0.1.0"), hosts)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    log["runs"][0].clone()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// A URI reference (RFC 3986): no character that must be encoded.
fn is_uri_reference(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\<>^`{|} #?".contains(&byte))
}

fn check_location(location: &Value) {
    let physical = &location["physicalLocation"];
    if !physical.is_null() {
        assert!(is_uri_reference(physical["artifactLocation"]["uri"].as_str().unwrap()));
        if let Some(region) = physical.get("region") {
            assert!(region["startLine"].as_u64().unwrap() >= 1, "{region} (3.30.5)");
        }
    }
}

#[test]
fn the_log_keeps_the_standards_rules() {
    for hosts in [hosts(), Vec::new()] {
        let run = run(&hosts);
        let driver = &run["tool"]["driver"];
        assert_eq!(driver["name"], "Wardround");
        let rules = array(&driver["rules"]);
        let ids: HashSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), rules.len(), "rules are unique (3.19.23)");
        for result in array(&run["results"]) {
            assert!(ids.contains(result["ruleId"].as_str().unwrap()), "(3.27.5)");
            assert!(["note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
            // A kind other than fail would demand the level none (3.27.10).
            assert!(result.get("kind").is_none());
            assert!(!result["message"]["text"].as_str().unwrap().is_empty(), "(3.11.8)");
            array(&result["locations"]).iter().for_each(check_location);
            let prints = result["partialFingerprints"].as_object().unwrap();
            assert!(prints.values().all(Value::is_string), "(3.27.17)");
        }
        for invocation in array(&run["invocations"]) {
            assert!(invocation["executionSuccessful"].is_boolean(), "(3.20.14)");
            for notification in array(&invocation["toolExecutionNotifications"]) {
                assert!(["warning", "error"].contains(&notification["level"].as_str().unwrap()));
                assert!(notification["message"]["text"].is_string(), "(3.58.5)");
                array(&notification["locations"]).iter().for_each(check_location);
            }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn what_is_open_has_a_result_and_nothing_else_has() {
    let run = run(&hosts());
    let results: Vec<(&str, &str, &str)> = array(&run["results"])
        .iter()
        .map(|result| {
            let properties = &result["properties"];
            (text(&properties["host"]), text(&result["ruleId"]), text(&result["level"]))
        })
        .collect();
    assert_eq!(
        results,
        [
            ("WARD 3", "MS17-010", "error"),
            ("WARD 3", "GHSA-aaaa-bbbb-cccc", "error"),
            ("WARD 3", "MS17-011", "error"),
            ("=WARD", "MS17-010", "warning"),
            ("WARD 3", "MS17-010", "note"),
            ("Ωμέγα", "B", "warning"),
        ]
    );
    let first = &run["results"][0];
    let location = &first["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "evidence/WARD%203.txt");
    assert_eq!(location["region"]["startLine"], 35);
    assert_eq!(first["properties"]["due"], "2017-05-26");
    assert_eq!(first["properties"]["kev"], true);
    let unknown = run["results"][3]["message"]["text"].as_str().unwrap();
    assert!(unknown.contains("cannot be told"), "{unknown}");
    let notifications = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications[0]["level"], "error");
    assert_eq!(
        notifications[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "file:///C:/evidence/a.csv"
    );
    assert_eq!(run["properties"]["summary"]["hosts_by_worst"]["nothing_to_judge"], 1);
    assert_eq!(run["properties"]["report"]["as_at"], "2017-05-12");
}
