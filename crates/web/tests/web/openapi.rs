//! The API as its own document says it is.

use std::collections::BTreeSet;

use web::{Needs, doors};

use super::world::World;

fn document(world: &World) -> serde_json::Value {
    let answer = world.nobody().get("/api/v1/openapi.json");
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).unwrap()
}

#[test]
fn every_door_for_programs_is_in_the_document_and_nothing_else() {
    let document = document(World::shared());
    assert_eq!(document["openapi"], "3.1.0");
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let doors = doors().into_iter().filter(|door| door.is_api);
    let doors: BTreeSet<String> =
        doors.map(|door| format!("{} {}", door.method, door.path)).collect();
    assert_eq!(described, doors);
}

#[test]
fn doors_for_programs_and_only_they_begin_with_api() {
    for door in doors() {
        assert_eq!(door.is_api, door.path.starts_with("/api/"), "{door:?}");
    }
}

#[test]
fn each_operation_says_who_may_come_and_how_they_are_refused() {
    let document = document(World::shared());
    for door in doors().into_iter().filter(|door| door.is_api) {
        let operation = &document["paths"][door.path][door.method.as_str().to_lowercase()];
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{door:?}");
        let is_open = operation["security"].as_array().unwrap().is_empty();
        assert_eq!(is_open, door.needs == Needs::Nothing, "{door:?}");
        for place in door.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            let named = operation["parameters"].as_array().unwrap();
            assert!(
                named.iter().any(|own| own["name"] == place && own["in"] == "path"),
                "{door:?}"
            );
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.as_str() >= "400" {
                let kinds = response["content"].as_object().unwrap();
                assert!(kinds.contains_key("application/problem+json"), "{door:?} {status}");
            }
        }
    }
    // Every reference leads somewhere.
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
}

#[test]
fn days_and_instants_are_described_as_what_they_are_wherever_they_are_asked_for() {
    let document = document(World::shared());
    let mut found = std::collections::BTreeMap::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().unwrap_or(&Vec::new()) {
                let name = parameter["name"].as_str().unwrap();
                let wanted = match name {
                    "as_at" => Some("date"),
                    // An instant, or a day: no format of JSON Schema says that.
                    "as_known" => None,
                    _ => continue,
                };
                let schema = &parameter["schema"];
                assert_eq!(schema["format"].as_str(), wanted, "{method} {path}: {parameter}");
                assert_eq!(parameter["in"], "query", "{method} {path}: {parameter}");
                found.entry(path.clone()).or_insert_with(BTreeSet::new).insert(name.to_owned());
            }
        }
    }
    // Whoever takes a day takes an instant; the record has no other day than that of its instant.
    let both = BTreeSet::from(["as_at".to_owned(), "as_known".to_owned()]);
    for path in [
        "/api/v1/alerts",
        "/api/v1/alerts/{alert}",
        "/api/v1/exposure/{advisory}",
        "/api/v1/readiness",
        "/api/v1/organisations/{code}/readiness",
        "/api/v1/organisations/{code}/hosts",
        "/api/v1/organisations/{code}/hosts/{host}",
        "/api/v1/organisations/{code}/vex",
    ] {
        assert_eq!(found.remove(path).as_ref(), Some(&both), "{path}");
    }
    assert_eq!(found.remove("/api/v1/events"), Some(BTreeSet::from(["as_known".to_owned()])));
    assert_eq!(found, std::collections::BTreeMap::new(), "say here what each takes");
    // And in what is answered: an event is of an instant, an answer of a day.
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (field, wanted) in
            [("as_at", ["date", "date-time"]), ("as_known", ["date-time", "date-time"])]
        {
            let described = &schema["properties"][field];
            let format = described["format"].as_str().unwrap_or_default();
            assert!(described.is_null() || wanted.contains(&format), "{name}.{field}: {described}");
        }
    }
}

#[test]
fn an_advisory_that_nobody_knows_is_not_there_for_people_and_for_programs() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for unknown in ["MS99-999", "CVE-1999-99999", "KB1", "no%20such%20thing"] {
        let page = officer.get(&format!("/advisories/{unknown}"));
        let answer = officer.get(&format!("/api/v1/exposure/{unknown}"));
        assert_eq!((page.status, answer.status), (404, 404), "{unknown}: {answer:?}");
        told("/api/", &answer);
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("That tells nothing of any host"), "{detail}");
        assert!(page.body.contains("That tells nothing of any host"), "{page:?}");
    }
    // Whatever is asked for, one door knows as much as the other.
    for name in
        ["MS17-010", "ms17-010", "CVE-2017-0144", "KB4012212", "CVE-2019-0708", "CVE-2030-1"]
    {
        let page = officer.get(&format!("/advisories/{name}"));
        let answer = officer.get(&format!("/api/v1/exposure/{name}"));
        assert_eq!(page.status == 404, answer.status == 404, "{name}: {page:?} {answer:?}");
        if page.status == 303 {
            assert_eq!(page.location(), format!("/situation?advisory={name}"));
            assert_eq!(officer.get(page.location()).status, 200, "{name}");
        }
    }
    assert_eq!(
        officer.get("/advisories/KB4012212").status,
        303,
        "an update has no page of its own"
    );
    let known = officer.get("/api/v1/exposure/MS17-010");
    assert_eq!(known.status, 200);
    assert!(!known.body.contains("is_known"), "what is answered is known: {known:?}");
    // As nobody knew of it then, it was not there.
    let then = "?as_at=2017-04-25&as_known=2017-04-25";
    assert_eq!(officer.get(&format!("/api/v1/exposure/MS17-010{then}")).status, 200);
}

#[test]
fn a_list_comes_in_pages_that_together_are_the_whole() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for (path, rows, key) in [
        ("/api/v1/organisations", "organisations", "code"),
        ("/api/v1/exposure/MS17-010", "organisations", "code"),
        (&format!("/api/v1/events?organisation={}", world.trusts[0]), "events", "number"),
        (&format!("/api/v1/organisations/{}/hosts?q=", world.trusts[0]), "hosts", "id"),
    ] {
        let read = |body: &str| -> serde_json::Value { serde_json::from_str(body).unwrap() };
        let first = if path.contains('?') { '&' } else { '?' };
        let whole = officer.get(&format!("{path}{first}limit=1000"));
        assert_eq!(whole.header("link"), None, "{path}");
        let whole = read(&whole.body);
        let keys = |document: &serde_json::Value| -> Vec<serde_json::Value> {
            document[rows].as_array().unwrap().iter().map(|row| row[key].clone()).collect()
        };
        let mut found = Vec::new();
        let mut next = format!("{path}{first}limit=3");
        for _ in 0..2_000 {
            let answer = officer.get(&next);
            assert_eq!(answer.status, 200, "{next}: {answer:?}");
            let page = read(&answer.body);
            assert!(page[rows].as_array().unwrap().len() <= 3, "{next}");
            found.extend(keys(&page));
            let link = answer.header("link");
            assert_eq!(link.is_some(), page["next"].is_string(), "{next}");
            let Some(link) = link else { break };
            let (target, rest) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
            assert_eq!(rest, "; rel=\"next\"");
            next = target.to_owned();
        }
        assert!(!found.is_empty(), "{path}");
        assert_eq!(found, keys(&whole), "{path}");
    }
}

#[test]
fn a_cursor_or_limit_that_is_none_is_refused_with_a_way_on() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let foreign = officer.get("/api/v1/organisations?limit=1").body;
    let foreign: serde_json::Value = serde_json::from_str(&foreign).unwrap();
    let foreign = foreign["next"].as_str().unwrap();
    for query in ["limit=0", "limit=1001", "limit=x", "after=x", "after=%ff", "limit=1&limit=2"] {
        let answer = officer.get(&format!("/api/v1/organisations?{query}"));
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{query}");
    }
    let answer = officer.get(&format!("/api/v1/events?after={foreign}"));
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.contains("leave `after` out"), "{answer:?}");
}

#[test]
fn what_has_not_changed_is_not_sent_again_and_is_tagged_for_one_caller() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let mut auditor = world.signed_in("auditor");
    for path in ["/api/v1/organisations", "/api/v1/exposure/MS17-010", "/api/v1/openapi.json"] {
        let first = officer.get(path);
        let tag = first.header("etag").unwrap_or_else(|| panic!("{path}: {first:?}")).to_owned();
        assert_eq!(first.header("cache-control"), Some("private, no-cache"), "{path}");
        for given in [tag.clone(), format!("\"other\", {tag}"), "*".to_owned()] {
            let again = officer.get_with(path, &[("if-none-match", &given)]);
            assert_eq!(again.status, 304, "{path} {given}: {again:?}");
            assert_eq!(again.body, "");
            assert_eq!(again.header("etag"), Some(tag.as_str()), "{path}");
        }
        let other = officer.get_with(path, &[("if-none-match", "W/\"other\"")]);
        assert_eq!(other.status, 200, "{path}");
        // Both may see the same; that they do is not to be told from the tag.
        let theirs = auditor.get_with(path, &[("if-none-match", &tag)]);
        assert_eq!((theirs.status, &theirs.body), (200, &first.body), "{path}");
    }
    // A refusal is no content.
    let refused = world.nobody().get_with("/api/v1/organisations", &[("if-none-match", "*")]);
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    let body = world.nobody().get("/sign-in").body;
    let from = body.find("/assets/").unwrap();
    let style = &body[from..from + body[from..].find('"').unwrap()];
    let tag = world.nobody().get(style).header("etag").unwrap().to_owned();
    let again = world.nobody().get_with(style, &[("if-none-match", &tag)]);
    assert_eq!(again.status, 304, "{again:?}");
    assert!(again.header("cache-control").unwrap().contains("immutable"));
}

#[test]
fn what_the_framework_refuses_is_a_problem_for_programs_and_a_page_for_people() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let code = world.trusts[0].as_str();
    let page_of_evidence = format!("/organisations/{code}/evidence");
    for (path, status) in [
        ("/api/v1/events?from=x", 400),
        ("/api/v1/alerts?as_at=", 400),
        ("/api/v1/exposure/MS17-010?as_at=", 400),
        ("/api/v1/nothing/here", 404),
        ("/api/v1/exposure/%ff", 400),
        ("/record?from=x", 400),
        ("/record/seven", 400),
        ("/nowhere", 404),
        ("/assets/none.css", 404),
        ("/sign-out", 405),
    ] {
        let answer = officer.get(path);
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        told(path, &answer);
    }
    for path in ["/api/v1/organisations", "/situation"] {
        let answer = officer.post(path, &[]);
        assert_eq!(answer.status, 405, "{path}: {answer:?}");
        assert!(answer.header("allow").is_some_and(|allow| allow.contains("GET")), "{answer:?}");
        told(path, &answer);
    }
    for path in [format!("/api/v1{page_of_evidence}"), page_of_evidence] {
        let answer = officer.post(&path, &[("no", "parts")]);
        assert_eq!(answer.status, 400, "{path}: {answer:?}");
        told(&path, &answer);
    }
    // More than is taken, and not more than a connection holds that is closed before it is read.
    let huge = "x".repeat(22_000);
    let answer = world.nobody().post("/sign-in", &[("login", &huge)]);
    assert_eq!(answer.status, 413, "{answer:?}");
    told("/sign-in", &answer);
    let answer = world.nobody().post("/sign-in", &[("nothing", "of use")]);
    assert_eq!(answer.status, 422, "{answer:?}");
    told("/sign-in", &answer);
}

/// A refusal has a title, and says what to do.
fn told(path: &str, answer: &super::client::Answer) {
    if path.starts_with("/api/") {
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(problem["status"], answer.status, "{path}: {answer:?}");
        assert!(problem["title"].as_str().is_some_and(|text| !text.is_empty()), "{path}");
        assert!(problem["detail"].as_str().is_some_and(|text| text.ends_with('.')), "{answer:?}");
    } else {
        assert!(!answer.heading().is_empty(), "{path}");
        assert!(answer.body.contains("class=\"lead\""), "{path}: {answer:?}");
    }
}
