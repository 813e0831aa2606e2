//! `csaf validate` and `formats`: what scripts read of them.

use super::evidence;
use super::run::Bench;

#[test]
fn the_json_names_each_file_and_what_failed() {
    let bench = Bench::new();
    bench.write("pump-1.json", evidence::csaf("PUMP-1"));
    let good = bench.run(&["csaf", "validate", "--json", "pump-1.json"]).ends(0).json();
    assert_eq!(good["files"][0]["file"], "pump-1.json");
    assert_eq!(good["files"][0]["valid"], true);
    assert_eq!(good["files"][0]["failed"], serde_json::json!([]));

    // 6.1.1: a product that is nowhere defined.
    let wrong = evidence::csaf("PUMP-1")
        .replace("\"known_affected\":[\"P\"]", "\"known_affected\":[\"Q\"]");
    bench.write("wrong.json", wrong);
    bench.write("garbage.json", "{");
    let arguments =
        ["csaf", "validate", "--json", "pump-1.json", "wrong.json", "garbage.json", "none.json"];
    let json = bench.run(&arguments).ends(1).json();
    let files = json["files"].as_array().expect("files");
    assert_eq!(files.len(), 4);
    assert_eq!(files[1]["valid"], false);
    assert!(files[1]["failed"].as_array().expect("failed").contains(&"6.1.1".into()), "{json}");
    assert_eq!(files[2]["valid"], false);
    assert_eq!(files[3]["valid"], false);
    assert!(files[3]["error"].as_str().expect("an error").contains("no such file"), "{json}");
}

#[test]
fn words_name_the_test_and_the_place() {
    let bench = Bench::new();
    let wrong = evidence::csaf("PUMP-1")
        .replace("\"known_affected\":[\"P\"]", "\"known_affected\":[\"Q\"]");
    bench.write("wrong.json", wrong);
    bench
        .run(&["csaf", "validate", "wrong.json"])
        .ends(1)
        .says(&["wrong.json: invalid", "6.1.1 /vulnerabilities/0/product_status/known_affected/0"]);
    bench.run(&["csaf", "validate", "none.json"]).ends(3).complains(&["no file could be read"]);
    bench.run(&["csaf", "validate"]).ends(2);
}

#[test]
fn formats_are_listed_for_people_and_for_scripts() {
    let bench = Bench::new();
    bench.run(&["formats"]).ends(0).says(&["systeminfo", "cyclonedx", "kev"]);
    let json = bench.run(&["formats", "--json"]).ends(0).json();
    for list in ["evidence", "knowledge"] {
        for format in json[list].as_array().expect("a list") {
            assert!(format["name"].is_string() && format["about"].is_string(), "{format}");
        }
    }
}
