//! Pages of another day and another instant: they say so, keep to it, and answer as the record does.

use super::world::World;

const THEN: &str = "as_at=2017-05-10&as_known=2017-05-12T09:30:15.25Z";
const WORDS: &str = "as at 10 May 2017, as known at 12 May 2017, 09:30:15.25 UTC";

/// Pages that answer for a past, for this world.
fn pages(world: &World) -> Vec<String> {
    let trust = &world.trusts[0];
    vec![
        "/situation?advisory=MS17-010".to_owned(),
        format!("/situation?region={}", world.region),
        "/advisories?".to_owned(),
        "/advisories/MS17-010?".to_owned(),
        "/organisations?q=a".to_owned(),
        format!("/organisations/{trust}?advisory=CVE-2017-0144"),
        format!("/organisations/{trust}/hosts?q="),
        format!("/organisations/{trust}/hosts?advisory=MS17-010&verdict=unknown"),
        "/situation/changes?advisory=MS17-010&what=affected".to_owned(),
        "/situation/organisations?advisory=MS17-010&verdict=unknown".to_owned(),
        "/support?".to_owned(),
        "/contradictions?advisory=MS17-010".to_owned(),
        "/knowledge?".to_owned(),
        "/knowledge?product=Windows%207%20x64%20SP1".to_owned(),
        format!("/organisations/{trust}/practice?"),
        "/record?kind=import".to_owned(),
        "/record/3?".to_owned(),
        "/search?q=a".to_owned(),
    ]
}

/// The addresses of a page's links.
fn links(body: &str) -> Vec<String> {
    let hrefs = body.split("href=\"").skip(1);
    hrefs.map(|rest| rest[..rest.find('"').unwrap()].replace("&#38;", "&")).collect()
}

/// Whether what is at an address answers for other days and instants.
fn has_a_past(path: &str) -> bool {
    let begins = [
        "/situation",
        "/support",
        "/contradictions",
        "/knowledge",
        "/advisories",
        "/organisations",
        "/record",
        "/search",
        "?",
    ];
    let is_file =
        ["/proof", "/checkpoint", "/key", "/evidence"].iter().any(|end| path.ends_with(end));
    begins.iter().any(|begin| path.starts_with(begin)) && !is_file
}

#[test]
fn a_page_of_the_past_says_so_and_every_link_on_it_keeps_to_it() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for page in pages(world) {
        let path = format!("{page}&{THEN}").replace("?&", "?");
        let answer = officer.get(&path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let banner = format!("You are looking at the past: {WORDS}.");
        assert!(answer.body.contains(&banner), "{path}: {}", answer.body);
        assert_eq!(answer.body.matches("Back to now").count(), 1, "{path}");
        let mut kept = 0;
        for link in links(&answer.body) {
            let link = link.replace("&amp;", "&");
            if !has_a_past(&link) {
                continue;
            }
            let is_back = !link.contains("as_known=") && page.starts_with(&*link);
            // A day of a trend leads to its own instant.
            assert!(is_back || link.contains("as_known=2017-"), "{path} leads to {link}");
            kept += u32::from(link.contains(THEN));
        }
        assert!(kept > 2, "{path}");
        // The way back is the same page without the past.
        let now = officer.get(page.trim_end_matches('?'));
        assert!(!now.body.contains("You are looking at the past"), "{page}");
    }
}

#[test]
fn forms_of_a_past_page_bring_its_instant_back_exactly() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let answer = officer.get(&format!("/situation?{THEN}"));
    assert_eq!(answer.field("exact"), "2017-05-12T09:30:15.25Z");
    assert!(answer.body.contains("value=\"2017-05-12T09:30:15\""), "{}", answer.body);
    let again =
        "/situation?as_at=2017-05-10&as_known=2017-05-12T09:30:15&exact=2017-05-12T09:30:15.25Z";
    assert!(officer.get(again).body.contains(WORDS));
}

#[test]
fn a_past_that_nobody_can_know_is_refused_on_every_page() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for page in pages(world) {
        let path = format!("{page}&as_known=2031-01-01").replace("?&", "?");
        let answer = officer.get(&path);
        assert_eq!(answer.status, 400, "{path}: {answer:?}");
        assert!(answer.body.contains("lies in the future"), "{path}");
    }
}

#[test]
fn an_organisations_page_of_a_past_has_the_numbers_of_the_whole_of_that_past() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let all: serde_json::Value =
        serde_json::from_str(&officer.get(&format!("/api/v1/exposure/MS17-010?{THEN}")).body)
            .unwrap();
    let mut different = 0;
    for row in all["organisations"].as_array().unwrap().iter().take(4) {
        let path = format!("/organisations/{}", row["code"].as_str().unwrap());
        let page = officer.get(&format!("{path}?{THEN}"));
        for (name, word) in [("affected", "open"), ("unknown", "unknown"), ("fixed", "fixed")] {
            if row["hosts"]["hosts"] == 0 {
                continue;
            }
            let words = format!("<strong>{}</strong> {word}", row["hosts"][name]);
            assert!(page.body.contains(&words), "{path}: {words}: {}", page.body);
        }
        different += u32::from(officer.get(&path).heading() != page.heading());
    }
    assert!(different > 0, "the past answers as the present does");
}

#[test]
fn a_host_is_judged_as_at_the_day_that_is_asked_about() {
    let world = World::shared();
    let mut lead = world.signed_in("lead");
    let hosts = format!("/organisations/{}/hosts", world.trusts[0]);
    let list = |lead: &mut super::client::Client, when: &str| -> serde_json::Value {
        serde_json::from_str(&lead.get(&format!("/api/v1{hosts}?{when}")).body).unwrap()
    };
    let then = list(&mut lead, THEN);
    let id = then["hosts"][0]["id"].as_str().unwrap();
    let page = lead.get(&format!("{hosts}/{id}?{THEN}"));
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.contains("As at 10 May 2017"), "{}", page.body);
    // MS17-010 was public then; what was published later is not judged.
    let api: serde_json::Value =
        serde_json::from_str(&lead.get(&format!("/api/v1{hosts}/{id}?{THEN}")).body).unwrap();
    let named = |name: &str| {
        api[0]["verdicts"].as_array().unwrap().iter().any(|row| row["advisory"] == name)
    };
    assert_eq!(api[0]["as_at"], "2017-05-10");
    assert!(!named("CVE-2019-0708"), "{api}");
    // Before anything was sent, there is no such host.
    let before = lead.get(&format!("{hosts}/{id}?as_at=2017-01-01"));
    assert_eq!(before.status, 404, "{before:?}");
}
