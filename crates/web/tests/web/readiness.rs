//! Readiness by pages and by the API: in parts, with what each rests on.

use super::world::World;

fn json(body: &str) -> serde_json::Value {
    serde_json::from_str(body).unwrap()
}

#[test]
fn an_organisations_readiness_says_what_it_is_then_what_to_do_then_why() {
    let world = World::shared();
    let mut lead = world.signed_in("lead");
    let code = &world.trusts[0];
    let path = format!("/organisations/{code}/readiness");
    let page = lead.get(&path);
    assert_eq!(page.status, 200, "{page:?}");
    // Of this world nobody names a deputy, so nobody is ready.
    assert!(page.heading().contains("not"), "{}", page.heading());
    for words in [
        "Do this now",
        "Hosts that are seen",
        "Evidence that still counts",
        "Hosts closed to what is exploited",
        "Alerts past their day",
        "Answers in time",
        "What its word is worth",
        "Who can be reached",
        "It has claimed nothing so far",
        "No sum hides a part",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    // It is found from where people are.
    for from in [format!("/organisations/{code}"), format!("/organisations/{code}/alerts")] {
        assert!(lead.get(&from).body.contains(&format!("href=\"{path}\"")), "{from}");
    }
    let then = lead.get(&format!("{path}?as_at=2017-04-25"));
    assert!(then.body.contains("You are looking at the past"), "{}", then.body);
    assert!(!then.body.contains("Do this now"), "nothing is to be done in the past");
    let api = json(&lead.get(&format!("/api/v1{path}")).body);
    assert_eq!(api["code"], code.as_str());
    let parts = api["parts"].as_array().unwrap();
    let names: Vec<&str> = parts.iter().map(|part| part["part"].as_str().unwrap()).collect();
    let wanted =
        ["coverage", "freshness", "exploited", "overdue", "answering", "veracity", "contacts"];
    assert_eq!(names, wanted);
    // The page and the program are told the same.
    for part in parts {
        let because = part["because"].as_str().unwrap();
        assert!(page.body.contains(because), "{because}: {}", page.body);
    }
    assert!(["not-shown", "gaps"].contains(&api["verdict"].as_str().unwrap()));
}

#[test]
fn the_list_begins_with_whoever_is_least_ready_and_is_narrowed_like_every_other() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let page = officer.get("/readiness");
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.heading().contains("shown that"), "{}", page.heading());
    let code = &world.trusts[0];
    assert!(page.body.contains(&format!("/organisations/{code}/readiness")));
    let narrowed = officer.get(&format!("/readiness?q={code}"));
    assert!(narrowed.body.contains("1 organisation of that kind."), "{}", narrowed.body);
    assert!(narrowed.body.contains(&format!("/organisations/{code}/readiness")));
    let practices = officer.get("/readiness?kind=practice&verdict=not-shown&part=contacts");
    assert_eq!(practices.status, 200);
    for wrong in ["kind=hospice", "verdict=fine", "part=whole"] {
        let refused = officer.get(&format!("/readiness?{wrong}"));
        assert_eq!(refused.status, 400, "{wrong}");
        assert_eq!(officer.get(&format!("/api/v1/readiness?{wrong}")).status, 400, "{wrong}");
    }
    // A program reads it a page at a time, each once; its places are those of the page.
    let whole = json(&officer.get("/api/v1/readiness?limit=1000").body);
    let all = whole["organisations"].as_array().unwrap();
    let mut places: Vec<u64> = all.iter().map(|own| own["place"].as_u64().unwrap()).collect();
    places.sort_unstable();
    assert_eq!(places, (1..=all.len() as u64).collect::<Vec<_>>());
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let part = json(&officer.get(&format!("/api/v1/readiness?limit=7{next}")).body);
        let rows = part["organisations"].as_array().unwrap();
        seen.extend(rows.iter().map(|own| own["code"].as_str().unwrap().to_owned()));
        match part["next"].as_str() {
            Some(after) => next = format!("&after={after}"),
            None => break,
        }
    }
    let codes: Vec<&str> = all.iter().map(|own| own["code"].as_str().unwrap()).collect();
    assert_eq!(seen, codes);
    let first = all.iter().find(|own| own["place"] == 1).unwrap()["code"].as_str().unwrap();
    let body = &page.body;
    let at = |code: &str| body.find(&format!("<th scope=\"row\"><a href=\"/organisations/{code}/"));
    let others = codes.iter().filter_map(|code| at(code)).min();
    assert_eq!(at(first), others, "{first} stands first on the page");
    // Whoever has one organisation sees one.
    let mut lead = world.signed_in("lead");
    let own = json(&lead.get("/api/v1/readiness").body);
    let own = own["organisations"].as_array().unwrap();
    assert!(own.len() == 1 && own[0]["code"] == code.as_str(), "{own:?}");
}
