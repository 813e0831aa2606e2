//! Every mandatory test on documents of our own: one sound document, and what each change of it
//! must fail; then that no bytes make the validator panic.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Validation, validate};

/// A sound VEX document that uses branches, groups, relationships, flags and both CVSS versions.
fn sound() -> Value {
    json!({
        "document": {
            "category": "csaf_vex",
            "csaf_version": "2.0",
            "lang": "en-GB",
            "source_lang": "cy",
            "notes": [{"category": "summary", "text": "Invented for a test."}],
            "publisher": {
                "category": "translator",
                "name": "Ward Example",
                "namespace": "https://ward.example"
            },
            "references": [{"summary": "Elsewhere", "url": "https://ward.example/a?b#c"}],
            "title": "An invented advisory",
            "tracking": {
                "current_release_date": "2026-02-02T10:00:00Z",
                "id": "WARD-2026:1",
                "initial_release_date": "2026-01-01T10:00:00Z",
                "revision_history": [
                    {"date": "2026-02-02T10:00:00Z", "number": "1.1.0", "summary": "More."},
                    {"date": "2026-01-01T10:00:00Z", "number": "1.0.0", "summary": "First."}
                ],
                "status": "final",
                "version": "1.1.0"
            }
        },
        "product_tree": {
            "branches": [{
                "category": "vendor",
                "name": "Ward Example",
                "branches": [
                    {"category": "product_version", "name": "1.0", "product": {
                        "name": "Ward 1.0",
                        "product_id": "P1",
                        "product_identification_helper": {
                            "purl": "pkg:generic/ward@1.0",
                            "hashes": [{"filename": "ward", "file_hashes": [
                                {"algorithm": "sha256", "value": "0123456789abcdef0123456789abcdef"},
                                {"algorithm": "sha512", "value": "0123456789abcdef0123456789abcdef"}
                            ]}]
                        }
                    }},
                    {"category": "product_version_range", "name": "vers:generic/<1.0", "product": {
                        "name": "Ward before 1.0", "product_id": "P2"
                    }}
                ]
            }],
            "full_product_names": [{"name": "Round", "product_id": "P3"}],
            "product_groups": [{"group_id": "G1", "product_ids": ["P1", "P4"]}],
            "relationships": [{
                "category": "installed_on",
                "full_product_name": {"name": "Ward 1.0 on Round", "product_id": "P4"},
                "product_reference": "P1",
                "relates_to_product_reference": "P3"
            }]
        },
        "vulnerabilities": [{
            "cve": "CVE-2026-0001",
            "cwe": {"id": "CWE-125", "name": "Out-of-bounds Read"},
            "flags": [{"label": "component_not_present", "group_ids": ["G1"]}],
            "involvements": [
                {"party": "vendor", "status": "open", "date": "2026-01-01T00:00:00Z"},
                {"party": "vendor", "status": "completed", "date": "2026-01-02T00:00:00Z"}
            ],
            "notes": [{"category": "description", "text": "Invented."}],
            "product_status": {
                "known_affected": ["P2"],
                "known_not_affected": ["P1", "P3", "P4"]
            },
            "remediations": [
                {"category": "vendor_fix", "details": "Update.", "product_ids": ["P2"]}
            ],
            "scores": [{
                "products": ["P2"],
                "cvss_v2": {
                    "version": "2.0",
                    "vectorString": "AV:N/AC:L/Au:N/C:N/I:N/A:C",
                    "baseScore": 7.8
                },
                "cvss_v3": {
                    "version": "3.1",
                    "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P",
                    "baseScore": 9.8,
                    "baseSeverity": "CRITICAL",
                    "attackVector": "NETWORK",
                    "temporalScore": 9.3,
                    "temporalSeverity": "CRITICAL"
                }
            }],
            "threats": [{"category": "impact", "details": "Not there.", "product_ids": ["P3"]}]
        }]
    })
}

fn failed(document: &Value) -> Vec<&'static str> {
    run(document.to_string().as_bytes()).failed()
}

fn run(bytes: &[u8]) -> Validation {
    validate(bytes, None).unwrap()
}

/// Puts a value at a pointer of the sound document; null takes away what is there.
fn with(changes: &[(&str, Value)]) -> Value {
    let mut document = sound();
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap() {
            Value::Object(object) if value.is_null() => {
                object.remove(key).unwrap();
            }
            Value::Object(object) => {
                object.insert(key.to_owned(), value.clone());
            }
            Value::Array(array) if key == "-" => array.push(value.clone()),
            Value::Array(array) => array[key.parse::<usize>().unwrap()] = value.clone(),
            other => panic!("{pointer} is in {other}"),
        }
    }
    document
}

#[track_caller]
fn change(expected: &[&str], changes: &[(&str, Value)]) {
    assert_eq!(failed(&with(changes)), expected, "{changes:?}");
}

const CATEGORY: &str = "/document/category";
const TRACKING: &str = "/document/tracking";
const FLAW: &str = "/vulnerabilities/0";
const CVSS3: &str = "/vulnerabilities/0/scores/0/cvss_v3";

#[test]
fn the_sound_document_is_valid() {
    change(&[], &[]);
}

#[test]
fn products_and_groups_are_defined_once_and_not_in_circles() {
    for pointer in [
        "/product_tree/product_groups/0/product_ids/-",
        "/vulnerabilities/0/flags/0/product_ids",
        "/vulnerabilities/0/product_status/recommended",
        "/vulnerabilities/0/scores/0/products/-",
        "/vulnerabilities/0/threats/0/product_ids/-",
    ] {
        let value = if pointer.ends_with('-') { json!("P9") } else { json!(["P9"]) };
        change(&["6.1.1"], &[(pointer, value)]);
    }
    change(&["6.1.1"], &[("/product_tree/relationships/0/product_reference", json!("P9"))]);
    let again = json!({"name": "Again", "product_id": "P4"});
    change(&["6.1.2"], &[("/product_tree/full_product_names/-", again)]);
    let back = json!({
        "category": "installed_with",
        "full_product_name": {"name": "Back", "product_id": "P5"},
        "product_reference": "P3",
        "relates_to_product_reference": "P4"
    });
    change(&[], &[("/product_tree/relationships/-", back.clone())]);
    change(
        &["6.1.3"],
        &[
            ("/product_tree/relationships/-", back),
            ("/product_tree/relationships/0/relates_to_product_reference", json!("P5")),
        ],
    );
    change(&["6.1.4"], &[("/vulnerabilities/0/remediations/0/group_ids", json!(["G9"]))]);
    change(&["6.1.4"], &[("/vulnerabilities/0/threats/0/group_ids", json!(["G9"]))]);
    let again = json!({"group_id": "G1", "product_ids": ["P2", "P3"]});
    change(
        &["6.1.5", "6.1.33"],
        &[
            ("/product_tree/product_groups/-", again),
            (
                "/vulnerabilities/0/flags/-",
                json!({"label": "vulnerable_code_not_present", "product_ids": ["P3"]}),
            ),
        ],
    );
}

#[test]
fn a_product_has_one_status_and_one_score_of_a_version() {
    change(&["6.1.6"], &[("/vulnerabilities/0/product_status/fixed", json!(["P2"]))]);
    change(&["6.1.6"], &[("/vulnerabilities/0/product_status/under_investigation", json!(["P1"]))]);
    change(&[], &[("/vulnerabilities/0/product_status/last_affected", json!(["P2"]))]);
    change(&[], &[("/vulnerabilities/0/product_status/recommended", json!(["P2", "P1"]))]);
    let second = |version: &str| {
        json!({"products": ["P2"], "cvss_v3": {
            "version": version,
            "vectorString": format!("CVSS:{version}/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
            "baseScore": 9.8, "baseSeverity": "CRITICAL"
        }})
    };
    change(&["6.1.7"], &[("/vulnerabilities/0/scores/-", second("3.1"))]);
    change(&[], &[("/vulnerabilities/0/scores/-", second("3.0"))]);
}

#[test]
fn scores_have_their_shape_and_follow_from_their_vector() {
    let at = |property: &str| format!("{CVSS3}/{property}");
    for (property, value) in [
        ("baseSeverity", Value::Null),
        ("version", json!("3.2")),
        ("version", json!(3.1)),
        ("vectorString", json!("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")),
        ("vectorString", json!("AV:N")),
        ("baseScore", json!("9.8")),
        ("scope", json!("unchanged")),
        ("modifiedScope", json!("OPEN")),
    ] {
        change(&["6.1.8"], &[(&at(property), value)]);
    }
    change(&["6.1.8"], &[("/vulnerabilities/0/scores/0/cvss_v2/version", Value::Null)]);
    change(&["6.1.8"], &[("/vulnerabilities/0/scores/0/cvss_v2", json!([]))]);
    for (property, value) in [
        ("baseScore", json!(9.7)),
        ("baseSeverity", json!("HIGH")),
        ("temporalScore", json!(9.4)),
        ("temporalSeverity", json!("HIGH")),
        ("environmentalScore", json!(9.8)),
        ("environmentalSeverity", json!("LOW")),
        ("vectorString", json!("CVSS:3.1/AV:N/AC:L")),
    ] {
        change(&["6.1.9"], &[(&at(property), value)]);
    }
    change(&["6.1.9"], &[("/vulnerabilities/0/scores/0/cvss_v2/temporalScore", json!(7.7))]);
    change(&[], &[(&at("environmentalScore"), json!(9.3))]);
    change(&["6.1.10"], &[(&at("attackVector"), json!("LOCAL"))]);
    change(&["6.1.10"], &[(&at("exploitCodeMaturity"), json!("HIGH"))]);
    let v2 = "/vulnerabilities/0/scores/0/cvss_v2";
    change(&["6.1.10"], &[(&format!("{v2}/accessVector"), json!("LOCAL"))]);
    // A metric that the vector leaves out may be a property; the score follows.
    change(
        &[],
        &[
            (&format!("{v2}/targetDistribution"), json!("NONE")),
            (&format!("{v2}/environmentalScore"), json!(0)),
        ],
    );
}

#[test]
fn weaknesses_languages_and_package_urls_exist() {
    change(&["6.1.11"], &[("/vulnerabilities/0/cwe/name", json!("Out-of-bounds Write"))]);
    change(&["6.1.11"], &[("/vulnerabilities/0/cwe/id", json!("CWE-999"))]);
    change(&["6.1.12"], &[("/document/lang", json!("EZ"))]);
    change(&["6.1.12"], &[("/document/source_lang", json!("en-QB"))]);
    change(&[], &[("/document/lang", json!("zh-Hant-TW"))]);
    change(&[], &[("/document/lang", json!("i-default"))]);
    let purl = "/product_tree/branches/0/branches/0/product/product_identification_helper/purl";
    change(&["6.1.13"], &[(purl, json!("pkg:maven/@1.3.4"))]);
    change(&["6.1.15"], &[("/document/source_lang", Value::Null)]);
    change(
        &[],
        &[
            ("/document/source_lang", Value::Null),
            ("/document/publisher/category", json!("vendor")),
        ],
    );
    change(&["6.1.28"], &[("/document/source_lang", json!("en-gb"))]);
}

/// The history, version and status of a document, and the tests that it fails.
#[track_caller]
fn tracking(expected: &[&str], history: &[(u8, &str)], version: &str, status: &str) {
    let items: Vec<Value> = history
        .iter()
        .map(|(day, number)| {
            json!({"date": format!("2026-01-{day:02}T10:00:00Z"), "number": number, "summary": "x"})
        })
        .collect();
    change(
        expected,
        &[
            (&format!("{TRACKING}/revision_history"), json!(items)),
            (&format!("{TRACKING}/version"), json!(version)),
            (&format!("{TRACKING}/status"), json!(status)),
        ],
    );
}

#[test]
fn the_history_the_version_and_the_status_agree() {
    tracking(&["6.1.14"], &[(1, "1.1.0"), (2, "1.0.0")], "1.0.0", "final");
    tracking(&[], &[(3, "2"), (2, "1"), (1, "0")], "2", "draft");
    tracking(&[], &[(1, "1.10.0"), (1, "1.9.0"), (2, "2.0.0")], "2.0.0+build", "final");
    tracking(&["6.1.16"], &[(1, "1"), (2, "2")], "1", "final");
    tracking(&["6.1.16"], &[(1, "1.10.0"), (1, "1.9.0")], "1.9.0", "interim");
    tracking(&["6.1.17", "6.1.18"], &[(1, "0")], "0", "final");
    tracking(&[], &[(1, "0.9.5")], "0.9.5", "draft");
    tracking(&[], &[(1, "1.0.0")], "1.0.0-rc.1", "draft");
    tracking(&["6.1.16", "6.1.17", "6.1.20"], &[(1, "1.0.0")], "1.0.0-rc.1", "interim");
    tracking(&["6.1.18"], &[(1, "0.1.0"), (2, "1.0.0")], "1.0.0", "interim");
    tracking(&["6.1.19"], &[(1, "1.0.0-rc"), (2, "1.0.0")], "1.0.0", "final");
    tracking(&["6.1.21"], &[(1, "1"), (2, "3")], "3", "final");
    tracking(&["6.1.21"], &[(1, "2.0.0")], "2.0.0", "final");
    tracking(&[], &[(1, "0"), (2, "1"), (3, "2")], "2", "draft");
    tracking(&["6.1.22"], &[(1, "1"), (2, "1")], "1", "final");
    tracking(&["6.1.30"], &[(1, "1.0.0"), (2, "2")], "2", "final");
}

#[test]
fn items_of_a_vulnerability_are_not_repeated_and_name_products() {
    let twin = json!({
        "cve": "CVE-2026-0001",
        "notes": [{"category": "other", "text": "x"}],
        "product_status": {"fixed": ["P1"]}
    });
    change(&["6.1.23"], &[("/vulnerabilities/-", twin)]);
    let involved = |date: Option<&str>, party: &str| match date {
        Some(date) => json!({"party": party, "status": "disputed", "date": date}),
        None => json!({"party": party, "status": "disputed"}),
    };
    let list = format!("{FLAW}/involvements/-");
    change(&["6.1.24"], &[(&list, involved(Some("2026-01-01T00:00:00Z"), "vendor"))]);
    change(&["6.1.24"], &[(&list, involved(Some("2026-01-01T02:00:00.0+02:00"), "vendor"))]);
    change(&[], &[(&list, involved(Some("2026-01-01T00:00:00Z"), "other"))]);
    change(&[], &[(&list, involved(None, "vendor"))]);
    let hash = json!({"algorithm": "SHA256", "value": "f".repeat(64)});
    let helper = "/product_tree/branches/0/branches/0/product/product_identification_helper";
    change(&["6.1.25"], &[(&format!("{helper}/hashes/0/file_hashes/-"), hash)]);
    change(
        &["6.1.29"],
        &[(&format!("{FLAW}/remediations/-"), json!({"category": "mitigation", "details": "x"}))],
    );
    change(&["6.1.31"], &[("/product_tree/branches/0/branches/0/name", json!("Prior to 4.2"))]);
    change(
        &["6.1.32"],
        &[(&format!("{FLAW}/flags/-"), json!({"label": "vulnerable_code_not_present"}))],
    );
    change(
        &["6.1.33"],
        &[(
            &format!("{FLAW}/flags/-"),
            json!({"label": "vulnerable_code_not_present", "product_ids": ["P4"]}),
        )],
    );
}

#[test]
fn a_base_document_does_not_take_the_name_of_a_profile() {
    for name in [
        "Csaf_a",
        "CSAF_BASE",
        "Informational Advisory",
        "security-incident-response",
        "Security      Advisory",
        "veX",
        "V_eX",
        "csaf-vex",
        "Security\u{2013}Advisory",
    ] {
        change(&["6.1.26"], &[(CATEGORY, json!(name))]);
    }
    for name in ["csaf_base", "Ward Example Security Advisory", "vexed", "csaf"] {
        change(&[], &[(CATEGORY, json!(name))]);
    }
}

#[test]
fn each_profile_has_what_it_needs() {
    let none = || Value::Null;
    for profile in ["csaf_informational_advisory", "csaf_security_incident_response"] {
        let base = [(CATEGORY, json!(profile)), ("/vulnerabilities", none())];
        change(&[], &base);
        change(
            &["6.1.27.1"],
            &[&base[..], &[("/document/notes/0/category", json!("faq"))]].concat(),
        );
        change(&["6.1.27.1"], &[&base[..], &[("/document/notes", none())]].concat());
        let own = ("/document/references/0/category", json!("self"));
        change(&["6.1.27.2"], &[&base[..], &[own]].concat());
        change(&["6.1.27.2"], &[&base[..], &[("/document/references", none())]].concat());
    }
    change(&["6.1.27.3"], &[(CATEGORY, json!("csaf_informational_advisory"))]);
    let advisory = (CATEGORY, json!("csaf_security_advisory"));
    change(&[], std::slice::from_ref(&advisory));
    let notes = (&*format!("{FLAW}/notes"), none());
    let status = (&*format!("{FLAW}/product_status"), none());
    let flaws = ("/vulnerabilities", none());
    change(&["6.1.27.5"], &[advisory.clone(), notes.clone()]);
    change(&["6.1.27.6"], &[advisory.clone(), status.clone()]);
    change(&["6.1.27.11"], &[advisory.clone(), flaws.clone()]);
    change(&["6.1.27.4", "6.1.27.11"], &[advisory, flaws.clone(), ("/product_tree", none())]);
    change(&["6.1.27.4", "6.1.27.11"], &[flaws.clone(), ("/product_tree", none())]);
    change(&["6.1.27.5"], &[notes]);
    change(&["6.1.27.7"], &[status]);
    change(&["6.1.27.7"], &[(&format!("{FLAW}/product_status"), json!({"first_fixed": ["P1"]}))]);
    change(&["6.1.27.8"], &[(&format!("{FLAW}/cve"), none())]);
    change(
        &[],
        &[
            (&format!("{FLAW}/cve"), none()),
            (&format!("{FLAW}/ids"), json!([{"system_name": "Ward", "text": "1"}])),
        ],
    );
    change(&["6.1.27.9"], &[(&format!("{FLAW}/flags"), none())]);
    change(&["6.1.27.9"], &[(&format!("{FLAW}/threats/0/category"), json!("target_set"))]);
    change(&["6.1.27.10"], &[(&format!("{FLAW}/remediations"), none())]);
    change(&["6.1.27.11"], &[flaws]);
}

#[test]
fn the_structure_is_checked_before_the_tests() {
    for (pointer, value) in [
        ("/document/title", Value::Null),
        ("/document/title", json!("")),
        ("/document/csaf_version", json!("2.1")),
        ("/document/publisher/namespace", json!("ward.example")),
        ("/document/tracking/id", json!(" WARD")),
        ("/document/tracking/status", json!("withdrawn")),
        ("/document/tracking/aliases", json!(["a", "a"])),
        ("/document/tracking/current_release_date", json!("2026-02-02")),
        ("/document/distribution", json!({})),
        ("/document/distribution", json!({"tlp": {"label": "CLEAR"}})),
        ("/product_tree/branches/0/extra", json!(1)),
        ("/product_tree/product_groups/0/product_ids", json!(["P1"])),
        ("/vulnerabilities/0/cve", json!("CVE-2026-1")),
        ("/vulnerabilities/0/title", json!(7)),
        ("/vulnerabilities/0/references", json!([])),
    ] {
        let failed = failed(&with(&[(pointer, value)]));
        assert_eq!(failed.first(), Some(&"schema"), "{pointer}: {failed:?}");
    }
    change(&[], &[("/document/x_private", json!("unknown properties are allowed"))]);
    for text in ["null", "[]", "7", "\"document\"", "{}", "{\"document\": []}"] {
        assert_eq!(run(text.as_bytes()).failed(), ["schema"], "{text}");
    }
}

#[test]
fn a_failure_names_its_place() {
    let document = with(&[("/vulnerabilities/0/scores/0/products/-", json!("P9"))]);
    let failure = &run(document.to_string().as_bytes()).failures[0];
    assert_eq!(failure.path, "/vulnerabilities/0/scores/0/products/1");
    assert!(document.pointer(&failure.path).is_some());
}

#[test]
fn a_wrong_file_name_is_remarked_but_fails_nothing() {
    let bytes = sound().to_string();
    let named = |name| validate(bytes.as_bytes(), Some(name)).unwrap();
    assert!(named("ward-2026_1.json").remarks.is_empty());
    assert!(named("ward-2026-1.json").valid());
    assert_eq!(named("ward-2026-1.json").remarks.len(), 1);
}

#[test]
fn what_is_no_json_or_too_deep_is_refused() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let branches = "{\"product_tree\":".to_owned() + &"{\"branches\":[".repeat(100_000);
    for bytes in
        [&b""[..], b"{", b"{\"a\":1} x", b"\xff\xfe{", deep.as_bytes(), branches.as_bytes()]
    {
        assert!(validate(bytes, None).is_err());
    }
    assert!(validate(format!("\u{feff}{}", sound()).as_bytes(), None).unwrap().valid());
}

#[test]
fn failures_of_one_test_are_bounded() {
    let ids: Vec<String> = (0..5_000).map(|number| format!("X{number}")).collect();
    let document = with(&[("/vulnerabilities/0/product_status/recommended", json!(ids))]);
    let validation = run(document.to_string().as_bytes());
    assert_eq!((validation.failed(), validation.failures.len()), (vec!["6.1.1"], 1_000));
}

/// Any JSON, with the words of CSAF among its keys and strings.
fn any_json() -> impl Strategy<Value = Value> {
    let words = "document|tracking|product_tree|branches|relationships|product_ids|group_ids|flags|\
                 scores|cvss_v2|cvss_v3|vectorString|CVSS:3\\.1/AV:N|version|3\\.1|csaf_vex|purl|lang|\
                 revision_history|date|number|2026-01-01T00:00:60Z|\\PC{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(words, inner, 0..6).prop_map(Value::from_iter),
        ]
    })
}

/// The JSON pointers of every value in a document.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                pointers(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(array) => {
            for (number, value) in array.iter().enumerate() {
                pointers(value, &format!("{at}/{number}"), found);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_json_is_judged_without_panic(document in any_json()) {
        run(document.to_string().as_bytes());
    }

    #[test]
    fn any_value_anywhere_in_a_sound_document_is_judged_without_panic(
        value in any_json(),
        place in any::<prop::sample::Index>(),
    ) {
        let mut document = sound();
        let mut places = Vec::new();
        pointers(&document, "", &mut places);
        *document.pointer_mut(&places[place.index(places.len())]).unwrap() = value;
        run(document.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_judged_without_panic(bytes in any::<Vec<u8>>()) {
        let _judged = validate(&bytes, Some("x.json"));
    }
}
