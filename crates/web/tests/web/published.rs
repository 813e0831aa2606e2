//! What is published, over real HTTP: without signing in what is TLP:CLEAR, with it what one may read.

use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha512};

use super::alerts::{csrf, written};
use super::client::{Answer, Client};
use super::world::World;

/// Everything that is there for everybody, whatever is published.
const OPEN: [(&str, &str); 6] = [
    ("/.well-known/csaf/provider-metadata.json", "application/json"),
    ("/csaf/feed-tlp-white.json", "application/json"),
    ("/csaf/white/index.txt", "text/plain; charset=utf-8"),
    ("/csaf/white/changes.csv", "text/csv; charset=utf-8"),
    ("/alerts.atom", "application/atom+xml; charset=utf-8"),
    ("/csaf/white/", "text/html; charset=utf-8"),
];

/// An alert in force: written by one, approved by another. Gives its number.
pub(super) fn issued(world: &World, changed: &[(&str, &str)]) -> String {
    let mut officer = world.signed_in("officer");
    let token = csrf(&mut officer, "/alerts/new");
    let made = officer.post("/alerts", &written(&token, changed));
    assert_eq!(made.status, 303, "{made:?}");
    let path = made.location().to_owned();
    approved(world, &mut officer, &path);
    path.rsplit('/').next().unwrap().to_owned()
}

fn approved(world: &World, officer: &mut Client, path: &str) {
    let token = csrf(officer, path);
    assert_eq!(officer.post(path, &[("csrf", &token), ("do", "submit")]).status, 303);
    let mut deputy = world.signed_in("deputy");
    let token = csrf(&mut deputy, path);
    let answer = deputy.post(path, &[("csrf", &token), ("do", "approve")]);
    assert_eq!(answer.status, 303, "{answer:?}");
}

/// A new version in force.
pub(super) fn revised(world: &World, number: &str, changed: &[(&str, &str)]) {
    let mut officer = world.signed_in("officer");
    let path = format!("/alerts/{number}");
    let token = csrf(&mut officer, &format!("{path}/write"));
    let answer = officer.post(&format!("{path}/write"), &written(&token, changed));
    assert_eq!(answer.status, 303, "{answer:?}");
    approved(world, &mut officer, &path);
}

fn read(world: &World, path: &str) -> Answer {
    let answer = world.nobody().get(path);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer
}

/// Everything that everybody may read, followed from the metadata on as a tool would.
fn everything(world: &World) -> String {
    let mut all: String = OPEN.iter().map(|(path, _)| read(world, path).body).collect();
    for line in read(world, "/csaf/white/index.txt").body.lines() {
        all.push_str(&read(world, &format!("/csaf/white/{line}")).body);
        let year = line.split('/').next().unwrap();
        all.push_str(&read(world, &format!("/csaf/white/{year}/")).body);
        let name = line.rsplit('/').next().unwrap().replace(".json", ".cap.xml");
        all.push_str(&read(world, &format!("/public/alerts/{name}")).body);
    }
    all
}

#[test]
fn without_an_alert_for_everybody_there_is_an_empty_library() {
    // The alert of this world is TLP:AMBER.
    let world = World::shared();
    for (path, kind) in OPEN {
        let answer = read(world, path);
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
    }
    assert_eq!(read(world, "/csaf/white/index.txt").body, "");
    assert_eq!(read(world, "/csaf/white/changes.csv").body, "");
    let name = world.alert.to_lowercase();
    let text = everything(world);
    assert!(!text.to_lowercase().contains(&name), "{text}");
    // Not even by its name; and not otherwise than what nobody has.
    for of in
        ["/csaf/white/2017/{}.json", "/csaf/white/2017/{}.json.sha256", "/public/alerts/{}.cap.xml"]
    {
        let (own, none) = (of.replace("{}", &name), of.replace("{}", "a99x"));
        let (own_answer, none) = (world.nobody().get(&own), world.nobody().get(&none));
        assert_eq!((own_answer.status, none.status), (404, 404), "{own}");
        assert_eq!(own_answer.body.replace(&name, "a99x"), none.body, "{own}");
    }
    assert_eq!(world.nobody().get("/csaf/white/2017/").status, 404);
}

#[test]
fn what_is_clear_is_read_by_everybody_and_what_is_not_by_nobody() {
    let world = World::new();
    let number = issued(&world, &[("marking", "TLP:CLEAR"), ("headline", "Known to all")]);
    let hidden = issued(&world, &[("marking", "TLP:GREEN"), ("headline", "Known to few")]);
    let name = number.to_lowercase();
    let metadata: Value = serde_json::from_str(&read(&world, OPEN[0].0).body).unwrap();
    // Plain HTTP on this machine: no role is met, and the least is named.
    assert_eq!(metadata["role"], "csaf_publisher");
    let feed = metadata["distributions"][0]["rolie"]["feeds"][0]["url"].as_str().unwrap();
    let base = format!("http://{}", world.address);
    assert_eq!(metadata["canonical_url"], format!("{base}{}", OPEN[0].0));
    let feed = feed.strip_prefix(&base).unwrap();
    let feed: Value = serde_json::from_str(&read(&world, feed).body).unwrap();
    let entries = feed["feed"]["entry"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    let place = entries[0]["content"]["src"].as_str().unwrap().strip_prefix(&base).unwrap();
    assert_eq!(place, format!("/csaf/white/2017/{name}.json"));
    let document = read(&world, place);
    assert_eq!(document.header("content-type"), Some("application/json"));
    let parsed: Value = serde_json::from_str(&document.body).unwrap();
    assert_eq!(parsed["document"]["tracking"]["id"], number);
    assert_eq!(parsed["document"]["distribution"]["tlp"]["label"], "WHITE");
    let file = format!("{name}.json");
    let hash = app::hex(&Sha256::digest(&document.body));
    assert_eq!(read(&world, &format!("{place}.sha256")).body, format!("{hash}  {file}\n"));
    let hash = app::hex(&Sha512::digest(&document.body));
    assert_eq!(read(&world, &format!("{place}.sha512")).body, format!("{hash}  {file}\n"));
    let cap = read(&world, &format!("/public/alerts/{name}.cap.xml"));
    assert_eq!(cap.header("content-type"), Some("application/cap+xml; charset=utf-8"));
    // An invented sector urges nobody.
    assert!(cap.body.contains("<status>Test</status>"), "{cap:?}");
    let text = everything(&world);
    assert!(text.contains("Known to all"), "{text}");
    for word in ["few", hidden.as_str(), &hidden.to_lowercase(), world.trusts[0].as_str()] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    // Its page leads there.
    let page = world.signed_in("officer").get(&format!("/alerts/{number}")).body;
    assert!(page.contains("without signing in") && page.contains("/csaf/white/"), "{page}");
}

#[test]
fn what_is_at_hand_is_not_sent_again_until_it_changes() {
    let world = World::new();
    let number = issued(&world, &[("marking", "TLP:CLEAR"), ("headline", "Known to all")]);
    let name = number.to_lowercase();
    let place = format!("/csaf/white/2017/{name}.json");
    let cap = format!("/public/alerts/{name}.cap.xml");
    let lists = OPEN.iter().filter(|(path, _)| !path.ends_with('/')).map(|(path, _)| *path);
    let paths: Vec<&str> = lists.chain([place.as_str(), cap.as_str()]).collect();
    let mut tags = Vec::new();
    for path in &paths {
        let answer = read(&world, path);
        assert_eq!(answer.header("cache-control"), Some("public, no-cache"), "{path}");
        let modified = answer.header("last-modified").unwrap();
        assert!(modified.ends_with("2017 18:30:00 GMT"), "{path}: {modified}");
        let tag = answer.header("etag").unwrap().to_owned();
        let again = world.nobody().get_with(path, &[("if-none-match", &tag)]);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        let head = world.nobody().method("HEAD", path);
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        for header in ["etag", "content-type", "last-modified"] {
            assert_eq!(head.header(header), answer.header(header), "{path}: {header}");
        }
        assert_eq!(world.nobody().method("PUT", path).status, 405, "{path}");
        tags.push(tag);
    }
    revised(&world, &number, &[("marking", "TLP:CLEAR"), ("headline", "Known to all better")]);
    for (path, tag) in paths.iter().zip(&tags) {
        // The clock of this world stands: lists of paths and instants are what they were.
        let is_same = path.ends_with("index.txt")
            || path.ends_with("changes.csv")
            || path.contains("provider");
        let again = world.nobody().get_with(path, &[("if-none-match", tag)]);
        assert_eq!(again.status, if is_same { 304 } else { 200 }, "{path}");
    }
    let document: Value = serde_json::from_str(&read(&world, &place).body).unwrap();
    let tracking = &document["document"]["tracking"];
    assert_eq!(tracking["version"], "2");
    assert_eq!(tracking["revision_history"][1]["summary"], "Changed: the headline.");
    // What everybody could read and may no longer is gone from every place.
    revised(&world, &number, &[("marking", "TLP:AMBER"), ("headline", "Known to few")]);
    let text = everything(&world);
    assert!(!text.contains(&name) && !text.contains("Known to"), "{text}");
    for path in [&place, &cap] {
        let tag = [("if-none-match", "*")];
        assert_eq!(world.nobody().get_with(path, &tag).status, 404, "{path}");
    }
}

#[test]
fn what_was_withdrawn_is_cancelled_for_those_who_follow() {
    let world = World::new();
    let number = issued(&world, &[("marking", "TLP:CLEAR")]);
    let (mut officer, path) = (world.signed_in("officer"), format!("/alerts/{number}"));
    let token = csrf(&mut officer, &path);
    let fields = [("csrf", token.as_str()), ("do", "withdraw"), ("reason", "Wrong by our fault")];
    assert_eq!(officer.post(&path, &fields).status, 303);
    let name = number.to_lowercase();
    let cap = read(&world, &format!("/public/alerts/{name}.cap.xml")).body;
    assert!(cap.contains("<msgType>Cancel</msgType>") && cap.contains("<references>"), "{cap}");
    let document: Value =
        serde_json::from_str(&read(&world, &format!("/csaf/white/2017/{name}.json")).body).unwrap();
    assert_eq!(document["document"]["tracking"]["status"], "final");
    let last = &document["document"]["tracking"]["revision_history"][1]["summary"];
    assert_eq!(*last, "Withdrawn: it was wrong to ask.");
    let text = everything(&world);
    assert!(text.contains("It is over: withdrawn"), "{text}");
    // Why is for those who read the record.
    assert!(!text.contains("our fault"), "{text}");
}

#[test]
fn nothing_is_published_until_somebody_is_named_who_publishes() {
    let world = World::shared();
    let paths = OPEN.iter().map(|(path, _)| *path);
    for path in paths.chain(["/csaf/white/2017/a1c.json", "/public/alerts/a1c.cap.xml"]) {
        let answer = world.stranger().get(path);
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        assert!(answer.body.contains("has not said who publishes"), "{path}: {answer:?}");
    }
}

#[test]
fn no_name_leads_anywhere_else() {
    let world = World::shared();
    for path in [
        "/csaf/white/2017/..%2F..%2Findex.txt",
        "/csaf/white/2017/%00.json",
        "/csaf/white/-1/",
        "/csaf/white/2017/.sha256",
        "/csaf/green/2017/a1c.json",
        "/csaf/feed-tlp-amber.json",
        "/public/alerts/..%2Fa1c.cap.xml",
        "/public/alerts/%3Cb%3E",
    ] {
        let answer = world.nobody().get(path);
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        assert!(!answer.body.contains("<b>"), "{path}: {answer:?}");
    }
    let mut officer = world.signed_in("officer");
    for path in [
        "/alerts/A1C/files/other.json",
        "/alerts/nothing/files/a1c.json",
        "/alerts/A9V/files/a9v.json",
    ] {
        assert_eq!(officer.get(path).status, 404, "{path}");
    }
}

#[test]
fn who_may_read_an_alert_has_its_files_and_nobody_else() {
    let world = World::shared();
    let name = world.alert.to_lowercase();
    let files =
        ["json", "cap.xml"].map(|kind| format!("/alerts/{}/files/{name}.{kind}", world.alert));
    for path in &files {
        for login in ["officer", "region", "lead", "practice", "auditor"] {
            let answer = world.signed_in(login).get(path);
            assert_eq!(answer.status, 200, "{login} {path}: {answer:?}");
            assert!(answer.body.contains("TLP:AMBER"), "{answer:?}");
            assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
            let kept = answer.header("content-disposition").unwrap();
            assert!(kept.starts_with("attachment; filename=\"") && kept.contains(&name), "{kept}");
        }
        assert_eq!(world.signed_in("guest").get(path).status, 403, "{path}");
        assert!(world.nobody().get(path).location().starts_with("/sign-in"), "{path}");
    }
    // For one trust alone it is not there for the others.
    let own = World::new();
    let one = issued(&own, &[("named", own.trusts[1].as_str())]);
    let path = format!("/alerts/{one}/files/{}.json", one.to_lowercase());
    assert_eq!(own.signed_in("lead").get(&path).status, 404);
    assert_eq!(own.signed_in("officer").get(&path).status, 200);
    let page = own.signed_in("officer").get(&format!("/alerts/{one}")).body;
    assert!(page.contains("in no public feed") && page.contains(&path), "{page}");
}

#[test]
fn vex_is_for_who_may_see_the_hosts() {
    let world = World::shared();
    let [own, other] = &world.trusts;
    let mut lead = world.signed_in("lead");
    let path = format!("/organisations/{own}/vex?alert={}", world.alert);
    let file = lead.get(&path);
    assert_eq!(file.status, 200, "{file:?}");
    assert!(file.header("content-disposition").unwrap().contains("vex-"), "{file:?}");
    let api = lead.get(&format!("/api/v1{path}"));
    assert_eq!((api.status, api.body.as_str()), (200, file.body.as_str()));
    let document: Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(document["document"]["category"], "csaf_vex");
    assert_eq!(document["document"]["distribution"]["text"], "TLP:AMBER");
    let tag = [("if-none-match", file.header("etag").unwrap())];
    assert_eq!(lead.get_with(&path, &tag).status, 304);
    let page = lead.get(&format!("/organisations/{own}/alerts/{}", world.alert)).body;
    assert!(page.contains(&path), "{page}");
    for start in ["", "/api/v1"] {
        let foreign = lead.get(&format!("{start}/organisations/{other}/vex"));
        let unheard = lead.get(&format!("{start}/organisations/ZZZ99/vex"));
        assert_eq!((foreign.status, unheard.status), (404, 404));
        assert_eq!(foreign.body.replace(other.as_str(), "ZZZ99"), unheard.body);
        for (query, status) in [
            ("", 200),
            ("advisory=MS17-010", 200),
            ("advisory=CVE-1999-9", 200),
            ("alert=A9V", 404),
            ("alert=nothing", 404),
            ("advisory=a%0Ab", 400),
            ("advisory=MS17-010&alert=A1C", 400),
            ("as_at=2017-05-01", 200),
            ("as_at=never", 400),
        ] {
            let answer = lead.get(&format!("{start}/organisations/{own}/vex?{query}"));
            assert_eq!(answer.status, status, "{start} {query}: {answer:?}");
        }
    }
}
